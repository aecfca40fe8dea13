package github

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
)

// receiver refuses addresses that no hook of ours may have: CircleCI's, and what is no address.
func receiver(op model.Op, address model.Text) error {
	if address.Empty() {
		return nil
	}
	u, err := url.Parse(address.Raw())
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return model.Refuse(change.Words(op), "", "the address is not a web address", "give it whole: https://HOST/PATH")
	case (model.Hook{URL: address}).Whose() == model.HookOfCircleCI:
		return model.Refuse(change.Words(op), "", "a hook to CircleCI that is made by hand has a secret that CircleCI does not know, so it would be ignored",
			"follow the project in CircleCI again: it makes its own hook")
	}
	return nil
}

// newHookBody is the body of POST …/hooks.
type newHookBody struct {
	Name   string       `json:"name"` // always "web"
	Active bool         `json:"active"`
	Events []string     `json:"events"`
	Config configChange `json:"config"`
}

func prepareAdd(_ context.Context, w wiring, o model.AddHook, s *change.Step) (bool, error) {
	if err := receiver(o, o.URL); err != nil {
		return false, err
	}
	if len(o.Events) == 0 {
		return false, model.Refuse(change.Words(o), "", "a hook asks for at least one event", "name them with --events")
	}
	want := wanted(o)
	for _, h := range w.hooks {
		if !matches(h.URL, o.URL, o.Address) || h.ContentType.Raw() != o.ContentType || !overlap(names(h.Events), o.Events) {
			continue
		}
		return false, model.Refuse(change.Words(o), "", "hook "+h.ID+" posts the same events there already", "edit that one: gatehouse hook edit "+o.Target.Repo.String()+" "+h.ID)
	}
	body := newHookBody{Name: "web", Active: o.Active, Events: names(want.Events), Config: configChange{
		URL: o.URL.Raw(), ContentType: o.ContentType, InsecureSSL: insecure(want.TLSVerified),
	}}
	if o.Secret != "" {
		body.Config.Secret, s.Slots = slot(o.Secret), []string{o.Secret}
	}
	if o.Address != "" {
		body.Config.URL, s.Slots = slot(o.Address), append(s.Slots, o.Address)
	}
	s.Before = w.same(o, "")
	s.Expect = strings.Join(names(want.Events), ", ") + "; " + onOff(want.Active) + "; " + configuration(want)
	s.Undo = []model.Op{model.RemoveHook{Target: o.Target, Hook: model.Made}}
	var err error
	s.Call, err = w.call(http.MethodPost, "/hooks", body)
	return true, err
}

func overlap(a, b []string) bool {
	return slices.Contains(a, "*") || slices.Contains(b, "*") || slices.ContainsFunc(a, func(e string) bool { return slices.Contains(b, e) })
}

// wanted is the hook as it will be.
func wanted(o model.AddHook) model.Hook {
	events := slices.Compact(slices.Sorted(slices.Values(o.Events)))
	return model.Hook{
		URL: o.URL, Active: o.Active, Events: texts(events), ContentType: model.Outside(o.ContentType),
		TLSVerified: model.Is(!o.SkipTLS), SecretSet: model.Is(o.Secret != ""),
	}
}

// same is the hooks that post to the address, without one: what a new hook is told from.
func (w wiring) same(o model.AddHook, without string) change.Version {
	var ids []string
	for _, h := range w.hooks {
		if matches(h.URL, o.URL, o.Address) && h.ID != without {
			ids = append(ids, h.ID)
		}
	}
	slices.Sort(ids)
	text := "no hook posts there"
	if len(ids) > 0 {
		text = "hook " + strings.Join(ids, ", ") + " posts there"
	}
	return change.Version{Digest: change.Digest(append([]string{"same"}, ids...)...), Says: model.Outside(text)}
}

func checkAdd(_ context.Context, w wiring, o model.AddHook, s change.Step) (change.Seen, error) {
	seen := change.Seen{Now: w.same(o, "")}
	if seen.Now.Digest == s.Before.Digest {
		seen.Effect = change.Absent
		return seen, nil
	}
	for _, h := range w.hooks {
		if !matches(h.URL, o.URL, o.Address) || w.same(o, h.ID).Digest != s.Before.Digest {
			continue
		}
		want := wanted(o)
		want.ID, want.URL = h.ID, h.URL
		if digest(want) == digest(h) || h.SecretSet == model.TriUnknown && digest(withSecret(want)) == digest(withSecret(h)) {
			return change.Seen{Effect: change.Present, Made: h.ID, Now: version(h)}, nil
		}
		if o.Secret != "" && h.SecretSet == model.No && digest(withSecret(h)) == digest(want) {
			return change.Seen{Effect: change.Present, Made: h.ID, Now: version(h), Warn: warnSecret(h)}, nil
		}
	}
	return seen, nil
}

func prepareRemove(_ context.Context, w wiring, o model.RemoveHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	s.Stakes, s.Before, s.Expect = change.Destroys, version(h), "hook "+h.ID+" is gone"
	s.What += " (to " + model.RedactURL(h.URL).String() + ")"
	back := model.AddHook{
		Target: o.Target, URL: h.URL, Events: names(h.Events), Active: h.Active, ContentType: h.ContentType.Raw(), SkipTLS: h.TLSVerified == model.No,
	}
	switch {
	case h.Whose() == model.HookOfCircleCI:
		s.Final = "CircleCI's hook cannot be made again here: only CircleCI knows its secret; follow the project in CircleCI again to get a new one"
	case h.SecretSet != model.No:
		s.Final = "its secret is not readable, so the same hook cannot be put back: add a new one with a new secret"
	case model.RedactURL(h.URL).Raw() != h.URL.Raw():
		s.Final = "its address carries a secret, which gatehouse keeps nowhere: write it down yourself if it may be needed"
	default:
		s.Undo = []model.Op{back}
	}
	s.Call, err = w.call(http.MethodDelete, "/hooks/"+h.ID, nil)
	return true, err
}

func checkRemove(_ context.Context, w wiring, _ model.RemoveHook, s change.Step) (change.Seen, error) {
	id, err := hookID(s)
	if err != nil {
		return change.Seen{}, err
	}
	h, ok := w.hook(id)
	if !ok {
		seen := gone(id)
		seen.Effect = change.Present
		return seen, nil
	}
	return compare(s, h, h, false, says), nil
}
