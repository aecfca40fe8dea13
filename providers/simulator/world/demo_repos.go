package world

import (
	"fmt"
	"strings"
	"time"
)

// spec is a demo repository in few words; build makes it.
type spec struct {
	name        string // owner/name
	about       string
	public      bool
	archived    bool
	fork        bool
	pushed      time.Duration // ago
	hooks       []func(*Hook) // each changes a copy of CircleCI's hook; see the words below
	keys        []DeployKey   // Created, LastUsed and AddedBy are set by the words below
	used        []time.Duration
	direct      []Direct
	teams       []TeamRole
	invitations []Invitation
	invited     []time.Duration
}

// The words a hook is described with.
func whole(*Hook) {}

func id(n int64) func(*Hook) { return func(h *Hook) { h.ID = n } }

func only(events ...string) func(*Hook) { return func(h *Hook) { h.Events = events } }

func quiet(d time.Duration) func(*Hook) { return func(h *Hook) { h.Quiet = d } }

func failing(codes ...int) func(*Hook) { return func(h *Hook) { h.Fails = codes } }

func byHand(url string, events ...string) func(*Hook) {
	return func(h *Hook) {
		h.URL, h.Events, h.ContentType, h.Secret, h.ByApp, h.Every = url, events, "json", "", "", 0
	}
}

func all(words ...func(*Hook)) func(*Hook) {
	return func(h *Hook) {
		for _, word := range words {
			word(h)
		}
	}
}

// key is a read-only deploy key as CircleCI makes it, with dana's OAuth grant; rw can write.
func key(title, by string) DeployKey { return DeployKey{Title: title, AddedBy: by, ReadOnly: true} }

func rw(title, by string) DeployKey { return DeployKey{Title: title, AddedBy: by} }

var circleKey = key(circleCI, "dana")

var demoRepos = []spec{
	{
		name: "acme/ok", about: "Nothing is wrong here", pushed: 3 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey}, used: []time.Duration{2 * time.Hour}, teams: []TeamRole{{"platform", Maintain}, {"everyone", Read}},
	},
	{
		name: "acme/web", about: "The web shop's front", pushed: 50 * time.Minute, hooks: []func(*Hook){
			all(id(4711), only("pull_request"), quiet(26*time.Hour)),
			all(byHand("https://chat.example.com/hooks/T024BE7LD/B0251X/9pZk3wQvXr8sLmNd2TfYhJcA", "push", "pull_request"), func(h *Hook) { h.Insecure = true }),
		},
		keys: []DeployKey{circleKey}, used: []time.Duration{9 * day}, teams: []TeamRole{{"web", Write}},
		direct:      []Direct{{"vic", Write}, {"wen", Triage}},
		invitations: []Invitation{{Login: "kim", By: "dana", Role: Read}}, invited: []time.Duration{2 * day},
	},
	{
		name: "acme/docs", about: "Handbook; its job pushes the rendered pages", public: true, pushed: day, hooks: []func(*Hook){all(whole, failing(0, 0, 400))},
		keys: []DeployKey{circleKey, rw("docs push", "dana")}, used: []time.Duration{day, 40 * day}, teams: []TeamRole{{"docs", Write}},
	},
	{
		name: "acme/shop", about: "Installs acme/lib with pip", pushed: 5 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{key(circleCI, "sam")}, used: []time.Duration{5 * time.Hour}, teams: []TeamRole{{"web", Write}}, direct: []Direct{{"sam", Write}},
	},
	{
		name: "acme/lib", about: "Shared library", pushed: 3 * day, hooks: []func(*Hook){whole},
		keys: []DeployKey{key(circleCI, "sam")}, used: []time.Duration{3 * day}, teams: []TeamRole{{"platform", Maintain}}, direct: []Direct{{"sam", Write}},
	},
	{
		name: "acme/legacy", about: "CircleCI still holds a key that is gone here", pushed: 430 * day, hooks: []func(*Hook){quiet(430 * day)},
		direct: []Direct{{"sam", Admin}},
	},
	{
		name: "umbrella/core", about: "CircleCI cannot see this organisation", pushed: 4 * time.Hour, hooks: []func(*Hook){quiet(7 * time.Hour)},
		keys: []DeployKey{circleKey}, used: []time.Duration{30 * time.Hour}, direct: []Direct{{"dana", Admin}}, teams: []TeamRole{{"core", Write}},
	},
	{
		name: "umbrella/edge", about: "Nor this repository of it", pushed: 9 * time.Hour, hooks: []func(*Hook){quiet(7 * time.Hour)},
		keys: []DeployKey{circleKey}, used: []time.Duration{31 * time.Hour}, direct: []Direct{{"dana", Admin}}, teams: []TeamRole{{"core", Maintain}},
	},
	{name: "umbrella/wiki", about: "dana only triages here", pushed: 20 * day, direct: []Direct{{"dana", Triage}}},
	{
		name: "acme/api", about: "The machine user is admin here", pushed: 2 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey}, used: []time.Duration{2 * time.Hour}, teams: []TeamRole{{"platform", Maintain}}, direct: []Direct{{"acme-ci", Admin}},
	},
	{
		name: "acme/worker", about: "Here, too", pushed: 6 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey}, used: []time.Duration{6 * time.Hour}, teams: []TeamRole{{"platform", Maintain}}, direct: []Direct{{"acme-ci", Admin}},
	},
	{
		name: "acme/infra", about: "The machine user is invited", pushed: 12 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey}, used: []time.Duration{12 * time.Hour}, teams: []TeamRole{{"platform", Maintain}}, direct: []Direct{{"sam", Maintain}},
		invitations: []Invitation{{Login: "acme-ci", By: "dana", Role: Admin}}, invited: []time.Duration{day},
	},
	{
		name: "acme/site", about: "Checked out with dana's own key", public: true, pushed: 90 * time.Minute,
		hooks: []func(*Hook){only("push", "pull_request")}, teams: []TeamRole{{"site-crew", Write}},
	},
	{
		name: "acme/lint", about: "add_ssh_keys names the wrong keys", pushed: 8 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey, key("lint cache", "mira")}, used: []time.Duration{8 * time.Hour, 8 * time.Hour}, teams: []TeamRole{{"everyone", Write}},
	},
	{
		name: "acme/mobile", about: "A GitHub App project: no hook and no key, and that is right", pushed: time.Hour,
		teams: []TeamRole{{"everyone", Write}}, direct: []Direct{{"vic", Write}},
	},
	{
		name: "acme/old-site", about: "Wired to a CI service that is gone", pushed: 250 * day, hooks: []func(*Hook){
			all(quiet(250*day), func(h *Hook) { h.Active = false }), byHand("https://notify.travis-ci.org/", "push", "pull_request"),
		},
		keys: []DeployKey{rw("deploy@build-07", "sam"), {Title: "capistrano", AddedBy: "sam", Pair: Pair{RSA: 1024}}}, used: []time.Duration{200 * day, 900 * day},
		invitations: []Invitation{{Login: "wen", By: "sam", Role: Write}}, invited: []time.Duration{60 * day},
	},
	{
		name: "acme/attic", about: "Archived, but still wired", archived: true, pushed: 500 * day, hooks: []func(*Hook){quiet(500 * day)},
		keys: []DeployKey{{Title: circleCI, AddedBy: "lee", ReadOnly: true, Pair: Pair{RSA: 2048}}}, used: []time.Duration{500 * day},
	},
	{
		name: "acme/billing", about: "Was acme/payments; CI still says so", pushed: 10 * time.Hour, hooks: []func(*Hook){whole},
		keys: []DeployKey{circleKey}, used: []time.Duration{10 * time.Hour}, teams: []TeamRole{{"platform", Write}},
	},
	{
		name: "acme/empty", about: "Followed, without a config", pushed: 70 * day, hooks: []func(*Hook){all(quiet(70 * day))},
		keys: []DeployKey{circleKey}, used: []time.Duration{0}, teams: []TeamRole{{"everyone", Read}},
	},
	{
		name: "acme/gate", about: "Requires a check that nobody reports", pushed: 30 * time.Hour,
		hooks: []func(*Hook){func(h *Hook) { h.Secret = "" }}, keys: []DeployKey{circleKey}, used: []time.Duration{30 * time.Hour},
		teams: []TeamRole{{"web", Write}, {"security", Admin}},
	},
	{name: "dana/dotfiles", about: "dana's own", public: true, pushed: 15 * day, direct: []Direct{{"wen", Write}}},
	{name: "dana/notes", about: "Nobody else", pushed: 2 * day},
	{
		name: "sam/ci-scripts", about: "sam is its only admin", pushed: 33 * day, hooks: []func(*Hook){quiet(33 * day)},
		direct: []Direct{{"dana", Write}},
	},
	{name: "vic/patches", about: "dana reads along", fork: true, pushed: 80 * day, direct: []Direct{{"dana", Read}}},
}

// fleet is one campaign: sixty repositories with the same wiring, whose keys are to be rotated all at once.
func fleet() []spec {
	out := make([]spec, 60)
	for i := range out {
		by := "dana"
		if i < 2 {
			by = "sam"
		}
		out[i] = spec{
			name: fmt.Sprintf("acme/fleet-%02d", i+1), about: "One of sixty", pushed: time.Duration(i+2) * 7 * time.Hour,
			hooks: []func(*Hook){quiet(time.Duration(i+1) * 13 * time.Minute)}, keys: []DeployKey{key(circleCI, by)},
			used: []time.Duration{time.Duration(i+2) * 7 * time.Hour}, teams: []TeamRole{{"platform", Write}},
		}
	}
	return out
}

// build makes the repository. Sub-ids follow from its own: hooks from ID×100, keys from ID×100+50, invitations from ID×100+80.
func (w *World) build(s spec, repoID int64) *Repo {
	owner, name, _ := strings.Cut(s.name, "/")
	r := &Repo{
		ID: repoID, Owner: owner, Name: name, Private: !s.public, Archived: s.archived, Fork: s.fork, About: s.about, Language: "Go", Branch: "main",
		Created: w.ago(700*day + time.Duration(repoID%100)*day), Pushed: w.ago(s.pushed), Updated: w.ago(s.pushed),
		Direct: s.direct, Teams: s.teams,
	}
	for n, word := range s.hooks {
		h := w.circleHook(repoID*100 + int64(n))
		h.Created = r.Created.Add(day)
		h.Updated = h.Created
		word(h)
		r.Hooks = append(r.Hooks, h)
	}
	for n, k := range s.keys {
		k.ID, k.Created = repoID*100+50+int64(n), r.Created.Add(day)
		k.Pair.Label = fmt.Sprintf("deploy/%s/%d", s.name, n)
		if s.used[n] > 0 {
			k.LastUsed = w.ago(s.used[n])
		}
		r.Keys = append(r.Keys, &k)
	}
	for n, i := range s.invitations {
		i.ID, i.Created = repoID*100+80+int64(n), w.ago(s.invited[n])
		r.Invitations = append(r.Invitations, &i)
	}
	w.tieKeys(r)
	return r
}

// tieKeys lets the keys that CircleCI made hang on the OAuth grant it made them with, and one of sam's on sam's own token.
func (w *World) tieKeys(r *Repo) {
	for _, k := range r.Keys {
		for _, t := range w.tokens {
			byCircle := k.Title == circleCI && t.Kind == OAuth
			bySam := k.AddedBy == "sam" && t.Kind == Classic
			if t.Login == k.AddedBy && (byCircle || bySam) {
				k.Token = t.Value
			}
		}
	}
}
