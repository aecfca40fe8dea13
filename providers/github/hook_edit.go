package github

import (
	"context"
	"net/http"
	"slices"

	"gatehouse/model"
	"gatehouse/model/change"
)

// eventsChange is the body of PATCH …/hooks/{id}. It never has a config: a config without the secret would remove the secret.
type eventsChange struct {
	Active bool     `json:"active"` // stated, from a fresh read: GitHub's default would switch the hook on
	Events []string `json:"events,omitempty"`
	Add    []string `json:"add_events,omitempty"`
	Remove []string `json:"remove_events,omitempty"`
}

func prepareEdit(_ context.Context, w wiring, o model.EditHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	if err := editable(h, o); err != nil {
		return false, err
	}
	after := edited(h, o)
	have, want := names(h.Events), names(after.Events)
	added, removed := minus(want, have), minus(have, want)
	if len(added) == 0 && len(removed) == 0 && h.Active == after.Active {
		return false, nil
	}
	body := eventsChange{Active: after.Active}
	switch { // both deltas in one request are reported not to work: then the whole set, guarded by Before
	case len(o.Set) > 0, len(added) > 0 && len(removed) > 0:
		body.Events = want
	case len(added) > 0:
		body.Add = added
	default:
		body.Remove = removed
	}
	back := model.EditHook{Target: o.Target, Hook: o.Hook, Add: removed, Remove: added}
	if h.Active != after.Active {
		back.Active = model.Is(h.Active)
	}
	s.Before, s.Expect, s.Undo = version(h), says(after), []model.Op{back}
	s.Call, err = w.call(http.MethodPatch, "/hooks/"+h.ID, body)
	return true, err
}

// editable refuses an edit that would leave no event, or that removes single events from a hook that asks for all.
func editable(h model.Hook, o model.EditHook) error {
	all := slices.Contains(names(h.Events), "*")
	switch {
	case all && len(o.Set) == 0 && len(o.Remove) > 0 && !slices.Contains(o.Remove, "*"):
		return model.Refuse(o.String(), "", "the hook asks for every event, so that single ones cannot be taken away", "name the whole set with --events")
	case len(edited(h, o).Events) == 0:
		return model.Refuse(o.String(), "", "a hook asks for at least one event", "switch it off (--active=false) or remove it")
	}
	return nil
}

func checkEdit(_ context.Context, w wiring, o model.EditHook, s change.Step) (change.Seen, error) {
	h, ok := w.hook(o.Hook)
	if !ok {
		return gone(o.Hook), nil
	}
	before := h
	if len(s.Undo) == 1 {
		if back, ok := s.Undo[0].(model.EditHook); ok {
			before = edited(h, back)
		}
	}
	return compare(s, h, before, digest(edited(h, o)) == digest(h), says), nil
}

func minus(a, b []string) []string {
	var out []string
	for _, e := range a {
		if !slices.Contains(b, e) {
			out = append(out, e)
		}
	}
	return out
}

// configChange is the body of PATCH …/hooks/{id}/config: only what is given changes.
type configChange struct {
	URL         string `json:"url,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	InsecureSSL string `json:"insecure_ssl,omitempty"` // "0": the certificate is checked
	Secret      string `json:"secret,omitempty"`       // a slot
}

// foreign refuses CircleCI's own hook: what is in its configuration is CircleCI's, its secret most of all.
func foreign(h model.Hook, op model.Op) error {
	if h.Whose() == model.HookOfCircleCI {
		return model.Refuse(change.Words(op), "", "this hook is CircleCI's: its address and its secret are CircleCI's own", "follow the project in CircleCI again to have the hook made anew")
	}
	return nil
}

func insecure(verified model.Tri) string {
	switch verified {
	case model.Yes:
		return "0"
	case model.No:
		return "1"
	case model.TriUnknown:
	}
	return ""
}

func prepareConfigure(_ context.Context, w wiring, o model.ConfigureHook, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	if err := foreign(h, o); err != nil {
		return false, err
	}
	if err := receiver(o, o.URL); err != nil {
		return false, err
	}
	after := configured(h, o)
	if digest(after) == digest(h) {
		return false, nil
	}
	body := configChange{URL: o.URL.Raw(), ContentType: o.ContentType, InsecureSSL: insecure(o.TLSVerified)}
	if o.Address != "" {
		body.URL, s.Slots = slot(o.Address), []string{o.Address}
	}
	back := model.ConfigureHook{Target: o.Target, Hook: o.Hook}
	if !o.URL.Empty() {
		back.URL = h.URL
	}
	if o.ContentType != "" {
		back.ContentType = h.ContentType.Raw()
	}
	if o.TLSVerified != model.TriUnknown {
		back.TLSVerified = h.TLSVerified
	}
	if model.RedactURL(back.URL).Raw() == back.URL.Raw() {
		s.Undo = []model.Op{back}
	} else {
		s.Final = "the old address carries a secret, which gatehouse keeps nowhere: write it down yourself if it may be needed"
	}
	s.Before, s.Expect = shown(h, configuration), configuration(after)
	s.Call, err = w.call(http.MethodPatch, "/hooks/"+h.ID+"/config", body)
	return true, err
}

func checkConfigure(_ context.Context, w wiring, o model.ConfigureHook, s change.Step) (change.Seen, error) {
	h, ok := w.hook(o.Hook)
	if !ok {
		return gone(o.Hook), nil
	}
	want := configured(h, o)
	if o.Address != "" && matches(h.URL, o.URL, o.Address) {
		want.URL = h.URL
	}
	before := h
	if len(s.Undo) == 1 {
		if back, ok := s.Undo[0].(model.ConfigureHook); ok {
			before = configured(h, back)
		}
	} else if digest(want) == digest(h) && digest(h) != s.Before.Digest {
		// The old address is known to nobody: that everything asked for is there is all that can be said.
		return change.Seen{Effect: change.Present, Now: shown(h, configuration)}, nil
	}
	return compare(s, h, before, digest(want) == digest(h), configuration), nil
}

// matches reports that an address is the one that an operation names, which for a slot is known only as it is shown.
func matches(is, named model.Text, slot string) bool {
	return is.Raw() == named.Raw() || slot != "" && model.RedactURL(is).Raw() == named.Raw()
}

func prepareSecret(_ context.Context, w wiring, o model.RotateHookSecret, s *change.Step) (bool, error) {
	h, err := w.find(o, o.Hook)
	if err != nil {
		return false, err
	}
	if err := foreign(h, o); err != nil {
		return false, err
	}
	s.Before = shown(h, configuration)
	s.Expect, s.Slots = configuration(withSecret(h)), []string{o.Secret}
	s.Final = "the old secret is not readable, so it cannot be put back: the receiver must be given the new one"
	s.Call, err = w.call(http.MethodPatch, "/hooks/"+h.ID+"/config", configChange{Secret: slot(o.Secret)})
	return true, err
}

// checkSecret: no reading tells one secret from another. Only that there is one now where there was none shows.
func checkSecret(_ context.Context, w wiring, o model.RotateHookSecret, s change.Step) (change.Seen, error) {
	h, ok := w.hook(o.Hook)
	if !ok {
		return gone(o.Hook), nil
	}
	without := h
	without.SecretSet = model.No
	seen := compare(s, h, without, h.SecretSet == model.Yes, configuration)
	if seen.Effect == change.Absent && h.SecretSet != model.No {
		seen.Effect = change.Unseen
	}
	return seen, nil
}
