package print

import (
	"strings"

	"gatehouse/model"
	"gatehouse/model/check"
)

// The shapes below are promises: stable, snake_case, ids as strings. Fields whose service is not read yet are null, never invented.

// Repo is a repository as JSON.
type Repo struct {
	Slug         model.RepoRef `json:"slug"`
	ID           string        `json:"id"`
	Name         model.Text    `json:"name"`
	Forge        model.Forge   `json:"forge"`
	Org          string        `json:"org"`
	Followed     *bool         `json:"followed"`    // by one of my accounts; null: not known. Others' follows cannot be read
	FollowedBy   []string      `json:"followed_by"` // of my accounts
	Integration  *string       `json:"integration"` // oauth, github_app, bitbucket, none; null: not known
	Project      *model.Text   `json:"project"`     // CircleCI's slug
	Archived     bool          `json:"archived"`
	Private      bool          `json:"private"`
	Role         model.Text    `json:"role"`
	LastPush     model.Unix    `json:"last_push"`
	LastBuild    *model.Build  `json:"last_build"`
	Hook         HookState     `json:"hook"`
	DeployKeys   Count         `json:"deploy_keys"`
	CheckoutKeys Checkout      `json:"checkout_keys"`
	People       Count         `json:"people"`
	Findings     check.Counts  `json:"findings"`
	Worst        string        `json:"worst_finding"`
}

// Checkout is what CircleCI checks the repository out with.
type Checkout struct {
	Count     *int        `json:"count"` // null: not known, or there are none by nature
	Read      model.State `json:"read"`
	State     string      `json:"state"`     // the cell's words: "deploy, read", "user key", "not on GitHub"
	Preferred *string     `json:"preferred"` // SHA256 of the key that is used; null: not known
}

// HookState is CircleCI's hook in a word, with its events.
type HookState struct {
	State  string       `json:"state"`  // the cell's words: "push, PR", "no push", "none", "denied: …"
	Read   model.State  `json:"read"`   // how well the hooks were read
	Events []model.Text `json:"events"` // of CircleCI's hook; null: there is none, or it is not known
}

// Count is how many there are; null: not known. At least: there may be more.
type Count struct {
	Count   *int        `json:"count"`
	Read    model.State `json:"read"`
	Outside *int        `json:"outside,omitempty"`
}

func count[T any](r model.Reading[[]T]) Count {
	c := Count{Read: r.State}
	if v, ok := r.Some(); ok {
		n := len(v)
		c.Count = &n
	}
	return c
}

// RepoOf makes a repository's JSON from what was read and its row.
func RepoOf(r *model.Repo, row check.Row) Repo {
	out := Repo{
		Slug: r.Ref, ID: r.ID, Name: r.Spelled, Forge: r.Ref.Forge, Org: r.Ref.Owner, Archived: r.Archived, Private: r.Private, Role: r.MyRole, LastPush: r.Pushed,
		Hook: HookState{State: row.Hook.Words, Read: r.Hooks.State}, DeployKeys: count(r.DeployKeys), People: count(r.People),
		Findings: row.Findings, Worst: row.Worst,
	}
	for _, h := range r.Hooks.Value {
		if h.Whose() == model.HookOfCircleCI {
			out.Hook.Events = h.Events
			break
		}
	}
	out.ci(r, row)
	if people, ok := r.People.Some(); ok {
		n := 0
		for _, p := range people {
			if p.Outside == model.Yes {
				n++
			}
		}
		out.People.Outside = &n
	}
	return out
}

// ci fills in CircleCI's side.
func (x *Repo) ci(r *model.Repo, row check.Row) {
	x.FollowedBy, x.CheckoutKeys = []string{}, Checkout{Read: r.CheckoutKeys.State, State: row.Checkout.Words}
	p, ok := r.CI.All()
	if !ok {
		return
	}
	followed, integration := p != nil, "none"
	if p != nil {
		integration, x.FollowedBy, x.Project, x.LastBuild = string(p.Integration), p.Followers, &p.Slug, p.Last
	}
	x.Followed, x.Integration = &followed, &integration
	if keys, ok := r.CheckoutKeys.All(); ok {
		n := len(keys)
		x.CheckoutKeys.Count = &n
		for _, k := range keys {
			if k.Preferred {
				x.CheckoutKeys.Preferred = &k.SHA256
			}
		}
	}
}

// Hook is a webhook as JSON.
type Hook struct {
	Repo         model.RepoRef   `json:"repo"`
	ID           string          `json:"id"`
	URL          model.Text      `json:"url"` // secrets in it are replaced by ***
	Active       bool            `json:"active"`
	Events       []model.Text    `json:"events"`
	ContentType  model.Text      `json:"content_type"`
	SecretSet    model.Tri       `json:"secret_set"`
	TLSVerified  model.Tri       `json:"tls_verified"`
	CI           model.HookOwner `json:"ci"`
	LastResponse *model.Response `json:"last_response"`
	Created      model.Unix      `json:"created"`
	Updated      model.Unix      `json:"updated"`
}

// HookOf makes a hook's JSON.
func HookOf(r model.RepoRef, h model.Hook) Hook {
	return Hook{
		Repo: r, ID: h.ID, URL: model.RedactURL(h.URL), Active: h.Active, Events: h.Events, ContentType: h.ContentType, SecretSet: h.SecretSet,
		TLSVerified: h.TLSVerified, CI: h.Whose(), LastResponse: h.Last, Created: h.Created, Updated: h.Updated,
	}
}

// Key is a deploy key as JSON.
type Key struct {
	Repo      model.RepoRef `json:"repo"`
	ID        string        `json:"id"`
	Title     model.Text    `json:"title"`
	Kind      string        `json:"kind"`
	ReadOnly  bool          `json:"read_only"`
	MD5       string        `json:"md5"`
	SHA256    string        `json:"sha256"`
	Type      string        `json:"type"`
	Bits      int           `json:"bits"`
	Created   model.Unix    `json:"created"`
	LastUsed  model.Unix    `json:"last_used"`
	LastRead  model.State   `json:"last_used_read"` // "unread": last_used is not known; "known" with null: never used
	AddedBy   *model.Text   `json:"added_by"`
	Verified  model.Tri     `json:"verified"`
	Enabled   model.Tri     `json:"enabled"`
	Preferred *bool         `json:"preferred"`
	OnForge   bool          `json:"on_forge"`
	OnCI      *bool         `json:"on_ci"`
}

// KeyOf makes a deploy key's JSON.
func KeyOf(r model.RepoRef, k model.DeployKey) Key {
	out := Key{
		Repo: r, ID: k.ID, Title: k.Title, Kind: "deploy-key", ReadOnly: k.ReadOnly, MD5: k.MD5, SHA256: k.SHA256, Type: k.Type, Bits: k.Bits,
		Created: k.Created, LastUsed: k.LastUsed.Value, LastRead: k.LastUsed.State, Verified: k.Verified, Enabled: k.Enabled, OnForge: true,
	}
	if v, ok := k.AddedBy.Some(); ok && !v.Empty() {
		out.AddedBy = &v
	}
	return out
}

// Person is someone who reaches a repository, or is invited to, as JSON.
type Person struct {
	Repo    model.RepoRef `json:"repo"`
	Login   model.Text    `json:"login"`
	Role    model.Text    `json:"role"`
	Sources []model.Grant `json:"sources"` // null: not known
	Outside model.Tri     `json:"outside"`
	Pending bool          `json:"pending"`
	Expired model.Tri     `json:"expired,omitzero"` // of a pending invitation
}

// PersonOf makes a person's JSON.
func PersonOf(r model.RepoRef, p model.Person) Person {
	out := Person{Repo: r, Login: p.Login, Role: p.Role, Outside: p.Outside}
	if v, ok := p.Sources.Some(); ok {
		out.Sources = v
	}
	return out
}

// InvitedOf makes an invited person's JSON.
func InvitedOf(r model.RepoRef, i model.Invitation) Person {
	return Person{Repo: r, Login: i.Login, Role: i.Role, Pending: true, Expired: i.Expired, Sources: []model.Grant{{Via: model.ViaInvitation, Name: i.By, Role: i.Role}}}
}

// Sources is where someone's access comes from, in words.
func Sources(p model.Person) string {
	v, ok := p.Sources.Some()
	if !ok {
		return "not known"
	}
	words := make([]string, len(v))
	for i, g := range v {
		words[i] = string(g.Via)
		if g.Via == model.ViaTeam {
			words[i] += " " + g.Name.String()
		}
	}
	return strings.Join(words, ", ")
}

// Finding is a broken or unassessed check as JSON.
type Finding struct {
	Rule      string           `json:"rule"`
	Subject   string           `json:"subject"` // what the evidence is about first: "hook 4711"; empty when there is none
	Severity  check.Severity   `json:"severity"`
	Verdict   check.Verdict    `json:"verdict"`
	Repo      model.RepoRef    `json:"repo"`
	Title     string           `json:"title"`
	Evidence  []check.Evidence `json:"evidence"`
	Why       string           `json:"why"`
	Fix       string           `json:"fix"`
	Reference string           `json:"reference"`
	Cause     *model.Cause     `json:"cause,omitempty"`
	Waived    bool             `json:"waived"`
}

// FindingOf makes a finding's JSON.
func FindingOf(f check.Finding) Finding {
	out := Finding{
		Rule: f.Check.ID, Severity: f.Check.Severity, Verdict: f.Result.Verdict, Repo: f.Repo, Title: f.Check.Title,
		Evidence: append([]check.Evidence{}, f.Result.Evidence...), Why: f.Check.Why, Fix: f.Check.Do, Reference: f.Check.Reference, Cause: f.Result.Why,
	}
	if len(out.Evidence) > 0 {
		out.Subject = out.Evidence[0].Subject
	}
	return out
}
