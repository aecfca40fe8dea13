package github

import (
	"slices"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
)

// version is a hook's state: a digest of all that can be set on it, and what a person wants to see of it. What changes by itself (the
// last response, dates) stays out.
func version(h model.Hook) change.Version { return shown(h, says) }

// shown is a hook's state with other words.
func shown(h model.Hook, show func(model.Hook) string) change.Version {
	return change.Version{Digest: digest(h), Says: model.Outside(show(h))}
}

func digest(h model.Hook) string {
	parts := []string{h.ID, h.URL.Raw(), h.ContentType.Raw(), h.TLSVerified.String(), h.SecretSet.String(), onOff(h.Active)}
	return change.Digest(append(parts, names(h.Events)...)...)
}

// says is for example: pull_request, push; active; secret set.
func says(h model.Hook) string {
	return strings.Join(names(h.Events), ", ") + "; " + onOff(h.Active) + "; " + secretWords(h)
}

// configuration is for example: json to https://ci.example.com/in; certificate checked; secret set.
func configuration(h model.Hook) string {
	tls := "certificate " + map[model.Tri]string{model.Yes: "checked", model.No: "not checked", model.TriUnknown: "not known"}[h.TLSVerified]
	return h.ContentType.Raw() + " to " + model.RedactURL(h.URL).Raw() + "; " + tls + "; " + secretWords(h)
}

func secretWords(h model.Hook) string {
	return "secret " + map[model.Tri]string{model.Yes: "set", model.No: "not set", model.TriUnknown: "not known"}[h.SecretSet]
}

func onOff(active bool) string {
	if active {
		return "active"
	}
	return "switched off"
}

// names are raw event names, sorted.
func names(events []model.Text) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Raw()
	}
	slices.Sort(out)
	return out
}

// edited is the hook with the operation done.
func edited(h model.Hook, o model.EditHook) model.Hook {
	events := names(h.Events)
	if len(o.Set) > 0 {
		events = slices.Clone(o.Set)
	}
	events = slices.DeleteFunc(events, func(e string) bool { return slices.Contains(o.Remove, e) })
	events = append(events, o.Add...)
	h.Events = texts(slices.Compact(slices.Sorted(slices.Values(events))))
	switch o.Active {
	case model.Yes:
		h.Active = true
	case model.No:
		h.Active = false
	case model.TriUnknown:
	}
	return h
}

// configured is the hook with the operation done.
func configured(h model.Hook, o model.ConfigureHook) model.Hook {
	if !o.URL.Empty() {
		h.URL = o.URL
	}
	if o.ContentType != "" {
		h.ContentType = model.Outside(o.ContentType)
	}
	if o.TLSVerified != model.TriUnknown {
		h.TLSVerified = o.TLSVerified
	}
	return h
}

// gone says that the hook is no longer there.
func gone(id string) change.Seen {
	return change.Seen{Effect: change.Other, Now: change.Version{Digest: change.Digest("gone", id), Says: model.Outside("hook " + id + " is gone")}}
}

// compare judges what is there now: as it was, as wanted, or something else. before undoes the operation on what is there; done reports
// that what is there is as wanted.
func compare(s change.Step, now, before model.Hook, done bool, show func(model.Hook) string) change.Seen {
	seen := change.Seen{Now: shown(now, show)}
	switch {
	case seen.Now.Digest == s.Before.Digest:
		seen.Effect = change.Absent
	case done && digest(before) == s.Before.Digest:
		seen.Effect = change.Present
	case done && now.SecretSet == model.No && digest(withSecret(before)) == s.Before.Digest:
		seen.Effect, seen.Warn = change.Present, warnSecret(now)
	case seen.Now.Says.Raw() == s.Before.Says.Raw():
		seen.Now.Says = model.Outside(seen.Now.Says.Raw() + "; " + configuration(now) + " (something of its configuration was changed)")
	}
	return seen
}

func withSecret(h model.Hook) model.Hook {
	h.SecretSet = model.Yes
	return h
}

// warnSecret says that deliveries are no longer signed, and the way out.
func warnSecret(h model.Hook) string {
	if h.Whose() == model.HookOfCircleCI {
		return "the hook's secret is gone: its deliveries are no longer signed; only CircleCI knows the secret: follow the project in CircleCI again"
	}
	return "the hook's secret is gone: its deliveries are no longer signed; give it a new one"
}
