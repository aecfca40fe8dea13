package model

import (
	"strings"
)

// EditHook asks for a change of a hook's events or of its active flag. It never touches the hook's configuration, so the
// secret stays. Source: GitHub PATCH /repos/{owner}/{repo}/hooks/{id}.
type EditHook struct {
	Target Target   `json:"target"`
	Hook   string   `json:"hook"`             // the hook's id
	Set    []string `json:"set,omitempty"`    // the full set of events; then Add and Remove are empty
	Add    []string `json:"add,omitempty"`    // events
	Remove []string `json:"remove,omitempty"` // events
	Active Tri      `json:"active"`           // TriUnknown leaves it as it is
}

// AddHook asks for a new hook. Source: GitHub POST /repos/{owner}/{repo}/hooks.
type AddHook struct {
	Target      Target   `json:"target"`
	URL         Text     `json:"url"`               // where Address is a slot: as RedactURL shows it, for journals keep it
	Address     string   `json:"address,omitempty"` // the slot that holds the whole address, where it carries a secret itself
	Events      []string `json:"events"`            // "*" stands for all
	Active      bool     `json:"active"`            // stated, never left to the forge's default
	ContentType string   `json:"content_type"`      // "json" or "form"
	SkipTLS     bool     `json:"skip_tls"`          // the forge does not check the receiver's certificate
	Secret      string   `json:"secret,omitempty"`  // the slot that holds the secret; empty: a hook without one
}

// RemoveHook asks to delete a hook. Source: GitHub DELETE /repos/{owner}/{repo}/hooks/{id}.
type RemoveHook struct {
	Target Target `json:"target"`
	Hook   string `json:"hook"`
}

// PingHook asks the forge to send a ping event. Source: GitHub POST /repos/{owner}/{repo}/hooks/{id}/pings.
type PingHook struct {
	Target Target `json:"target"`
	Hook   string `json:"hook"`
}

// TestHook asks the forge to send the latest push event again; it may start a build. A hook that does not listen to push gets
// nothing. Source: GitHub POST /repos/{owner}/{repo}/hooks/{id}/tests.
type TestHook struct {
	Target Target `json:"target"`
	Hook   string `json:"hook"`
}

// RedeliverHook asks the forge to deliver one event again; it may start a build.
// Source: GitHub POST /repos/{owner}/{repo}/hooks/{id}/deliveries/{delivery}/attempts.
type RedeliverHook struct {
	Target   Target `json:"target"`
	Hook     string `json:"hook"`
	Delivery string `json:"delivery"` // the delivery's id
	GUID     Text   `json:"guid"`     // the event's, the same for every attempt
}

// ConfigureHook asks for another address, content type or certificate check of a hook that is not the CI's; never the secret.
// Source: GitHub PATCH /repos/{owner}/{repo}/hooks/{id}/config.
type ConfigureHook struct {
	Target      Target `json:"target"`
	Hook        string `json:"hook"`
	URL         Text   `json:"url,omitzero"`      // empty leaves it; where Address is a slot: as RedactURL shows it
	Address     string `json:"address,omitempty"` // as AddHook's
	ContentType string `json:"content_type,omitempty"`
	TLSVerified Tri    `json:"tls_verified"` // TriUnknown leaves it
}

// RotateHookSecret asks for another secret of a hook that is not the CI's.
// Source: GitHub PATCH /repos/{owner}/{repo}/hooks/{id}/config.
type RotateHookSecret struct {
	Target Target `json:"target"`
	Hook   string `json:"hook"`
	Secret string `json:"secret"` // the slot that holds the new secret
}

// The slots of an Op about a hook: who plans it fills them.
const (
	SlotSecret  = "hook" // the secret that deliveries are signed with
	SlotAddress = "url"  // the whole address, where it carries a secret itself
)

// HookAddress is a hook's address as an Op may hold it: as it is, or, where it carries a secret, as RedactURL shows it beside the slot that
// the whole belongs in.
func HookAddress(whole string) (shown Text, slot string) {
	if shown = RedactURL(Outside(whole)); shown.Raw() != whole {
		slot = SlotAddress
	}
	return shown, slot
}

// Kind is "hook.edit".
func (EditHook) Kind() string { return "hook.edit" }

// Kind is "hook.add".
func (AddHook) Kind() string { return "hook.add" }

// Kind is "hook.remove".
func (RemoveHook) Kind() string { return "hook.remove" }

// Kind is "hook.ping".
func (PingHook) Kind() string { return "hook.ping" }

// Kind is "hook.test".
func (TestHook) Kind() string { return "hook.test" }

// Kind is "hook.redeliver".
func (RedeliverHook) Kind() string { return "hook.redeliver" }

// Kind is "hook.configure".
func (ConfigureHook) Kind() string { return "hook.configure" }

// Kind is "hook.rotate-secret".
func (RotateHookSecret) Kind() string { return "hook.rotate-secret" }

// On is the repository that has the hook.
func (o EditHook) On() Target { return o.Target }

// On is the repository that will have the hook.
func (o AddHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o RemoveHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o PingHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o TestHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o RedeliverHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o ConfigureHook) On() Target { return o.Target }

// On is the repository that has the hook.
func (o RotateHookSecret) On() Target { return o.Target }

// In is the same at another place.
func (o EditHook) In(origin, account string) Op { o.Target = o.Target.in(origin, account); return o }

// In is the same at another place.
func (o AddHook) In(origin, account string) Op { o.Target = o.Target.in(origin, account); return o }

// In is the same at another place.
func (o RemoveHook) In(origin, account string) Op { o.Target = o.Target.in(origin, account); return o }

// In is the same at another place.
func (o PingHook) In(origin, account string) Op { o.Target = o.Target.in(origin, account); return o }

// In is the same at another place.
func (o TestHook) In(origin, account string) Op { o.Target = o.Target.in(origin, account); return o }

// In is the same at another place.
func (o RedeliverHook) In(origin, account string) Op {
	o.Target = o.Target.in(origin, account)
	return o
}

// In is the same at another place.
func (o ConfigureHook) In(origin, account string) Op {
	o.Target = o.Target.in(origin, account)
	return o
}

// In is the same at another place.
func (o RotateHookSecret) In(origin, account string) Op {
	o.Target = o.Target.in(origin, account)
	return o
}

// String is for example: add "push" to hook 4711 on gh/acme/web.
func (o EditHook) String() string {
	var did []string
	if len(o.Set) > 0 {
		did = append(did, "set the events of "+hookOn(o.Hook, o.Target)+" to "+quoted(o.Set))
	}
	if len(o.Add) > 0 {
		did = append(did, "add "+quoted(o.Add)+" to "+hookOn(o.Hook, o.Target))
	}
	if len(o.Remove) > 0 {
		did = append(did, "remove "+quoted(o.Remove)+" from "+hookOn(o.Hook, o.Target))
	}
	switch o.Active {
	case Yes:
		did = append(did, "switch on "+hookOn(o.Hook, o.Target))
	case No:
		did = append(did, "switch off "+hookOn(o.Hook, o.Target))
	case TriUnknown:
	}
	if len(did) == 0 {
		return "leave " + hookOn(o.Hook, o.Target) + " as it is"
	}
	return strings.Join(did, ", ")
}

// String is for example: add a hook to https://ci.example.com on gh/acme/web.
func (o AddHook) String() string {
	return "add a hook to " + RedactURL(o.URL).String() + " on " + o.Target.Repo.String()
}

// String is for example: remove hook 4711 on gh/acme/web.
func (o RemoveHook) String() string { return "remove " + hookOn(o.Hook, o.Target) }

// String is for example: ping hook 4711 on gh/acme/web.
func (o PingHook) String() string { return "ping " + hookOn(o.Hook, o.Target) }

// String is for example: test hook 4711 on gh/acme/web.
func (o TestHook) String() string { return "test " + hookOn(o.Hook, o.Target) }

// String is for example: redeliver 12 by hook 4711 on gh/acme/web.
func (o RedeliverHook) String() string {
	return "redeliver " + Outside(o.Delivery).String() + " by " + hookOn(o.Hook, o.Target)
}

// String is for example: configure hook 4711 on gh/acme/web: content type json.
func (o ConfigureHook) String() string {
	var to []string
	if !o.URL.Empty() {
		to = append(to, "address "+RedactURL(o.URL).String())
	}
	if o.ContentType != "" {
		to = append(to, "content type "+Outside(o.ContentType).String())
	}
	switch o.TLSVerified {
	case Yes:
		to = append(to, "check the certificate")
	case No:
		to = append(to, "do not check the certificate")
	case TriUnknown:
	}
	return "configure " + hookOn(o.Hook, o.Target) + ": " + strings.Join(to, ", ")
}

// String is for example: change the secret of hook 4711 on gh/acme/web.
func (o RotateHookSecret) String() string {
	return "change the secret of " + hookOn(o.Hook, o.Target)
}

func hookOn(hook string, t Target) string {
	if hook == Made {
		return "the new hook on " + t.Repo.String()
	}
	return "hook " + Outside(hook).String() + " on " + t.Repo.String()
}

func quoted(events []string) string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = `"` + Outside(e).String() + `"`
	}
	return strings.Join(out, ", ")
}

// Made stands in an Op for the id of what the step before it creates: nobody knows it yet when a plan is made.
const Made = "{made}"

// MadeLater is an Op that may name Made.
type MadeLater interface{ WithMade(id string) Op }

// WithMade puts the id where Made stands.
func (o RemoveHook) WithMade(id string) Op {
	if o.Hook == Made {
		o.Hook = id
	}
	return o
}
