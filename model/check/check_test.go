package check_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"gatehouse/model"
	"gatehouse/model/check"
)

const now = model.Unix(1795435200)

var (
	web    = model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: "web"}
	denied = &model.Cause{Kind: model.CauseForbidden, Missing: "read:repo_hook"}
)

func circle(change func(*model.Hook)) model.Hook {
	h := model.Hook{ID: "1", URL: model.Outside("https://circleci.com/hooks/github"), Active: true, Events: []model.Text{model.Outside("pull_request"), model.Outside("push")}, SecretSet: model.Yes, TLSVerified: model.Yes}
	if change != nil {
		change(&h)
	}
	return h
}

func key(change func(*model.DeployKey)) model.DeployKey {
	k := model.DeployKey{Title: model.Outside("CircleCI"), ReadOnly: true, Type: "ssh-ed25519", Bits: 256, Enabled: model.Yes}
	if change != nil {
		change(&k)
	}
	return k
}

func repo(change func(*model.Repo)) *model.Snapshot {
	r := model.Repo{
		Ref: web, Hooks: model.Read([]model.Hook{circle(nil)}, now), DeployKeys: model.Read([]model.DeployKey{key(nil)}, now),
		People: model.Read([]model.Person{{Login: model.Outside("a"), Outside: model.No}}, now),
	}
	if change != nil {
		change(&r)
	}
	s := &model.Snapshot{}
	s.Put(r)
	return s
}

func hooks(h ...model.Hook) func(*model.Repo) {
	return func(r *model.Repo) { r.Hooks = model.Read(h, now) }
}

func keys(k ...model.DeployKey) func(*model.Repo) {
	return func(r *model.Repo) { r.DeployKeys = model.Read(k, now) }
}

func verdicts(s *model.Snapshot) map[string]check.Verdict {
	out := map[string]check.Verdict{}
	for _, f := range check.Run(s, web, now) {
		out[f.Check.ID] = f.Result.Verdict
	}
	return out
}

// TestChecks is every check in each of its verdicts, on literal snapshots.
func TestChecks(t *testing.T) {
	t.Parallel()
	other := circle(func(h *model.Hook) { h.URL, h.Active, h.Events = model.Outside("https://chat.example/x"), false, nil })
	for _, c := range []struct {
		name, id string
		repo     func(*model.Repo)
		want     check.Verdict
	}{
		{"CircleCI's hook is there", "hook.present", nil, check.Holds},
		{"no hook: CircleCI was not read, so it may rightly have none", "hook.present", hooks(), check.NotAssessed},
		{"another's hook", "hook.present", hooks(other), check.NotAssessed},
		{"active", "hook.active", nil, check.Holds},
		{"inactive", "hook.active", hooks(circle(func(h *model.Hook) { h.Active = false })), check.Broken},
		{"another's inactive hook is its own business", "hook.active", hooks(other), check.NotAssessed},
		{"one of two inactive", "hook.active", hooks(circle(nil), circle(func(h *model.Hook) { h.Active = false })), check.Broken},
		{"push", "hook.push", nil, check.Holds},
		{"all events", "hook.push", hooks(circle(func(h *model.Hook) { h.Events = []model.Text{model.Outside("*")} })), check.Holds},
		{"pull_request only", "hook.push", hooks(circle(func(h *model.Hook) { h.Events = h.Events[:1] })), check.Broken},
		{"no events", "hook.push", hooks(circle(func(h *model.Hook) { h.Events = nil })), check.Broken},
		{"a look-alike event", "hook.push", hooks(circle(func(h *model.Hook) { h.Events = []model.Text{model.Outside("push\u200b")} })), check.Broken},
		{"never delivered", "hook.delivered", nil, check.NotAssessed},
		{"delivered", "hook.delivered", hooks(circle(func(h *model.Hook) { h.Last = &model.Response{Code: 200} })), check.Holds},
		{"unused", "hook.delivered", hooks(circle(func(h *model.Hook) { h.Last = &model.Response{Status: model.Outside("unused")} })), check.NotAssessed},
		{"refused", "hook.delivered", hooks(circle(func(h *model.Hook) { h.Last = &model.Response{Code: 400} })), check.Broken},
		{"secret", "hook.secret", nil, check.Holds},
		{"secret lost", "hook.secret", hooks(circle(func(h *model.Hook) { h.SecretSet = model.No })), check.Broken},
		{"a server that does not say", "hook.secret", hooks(circle(func(h *model.Hook) { h.SecretSet = model.TriUnknown })), check.NotAssessed},
		{"TLS", "hook.tls", nil, check.Holds},
		{"TLS off", "hook.tls", hooks(circle(nil), circle(func(h *model.Hook) { h.TLSVerified = model.No })), check.Broken},
		{"no retired CI", "hook.retired", nil, check.Holds},
		{"retired CI", "hook.retired", hooks(circle(func(h *model.Hook) { h.URL = model.Outside("https://notify.travis-ci.org/") })), check.Broken},
		{"key enabled", "key.enabled", nil, check.Holds},
		{"key disabled", "key.enabled", keys(key(nil), key(func(k *model.DeployKey) { k.Enabled = model.No })), check.Broken},
		{"no key is disabled", "key.enabled", keys(), check.Holds},
		{"key strong", "key.weak", nil, check.Holds},
		{"RSA 1024", "key.weak", keys(key(func(k *model.DeployKey) { k.Type, k.Bits = "ssh-rsa", 1024 })), check.Broken},
		{"RSA 2048", "key.weak", keys(key(func(k *model.DeployKey) { k.Type, k.Bits = "ssh-rsa", 2048 })), check.Holds},
		{"DSA", "key.weak", keys(key(func(k *model.DeployKey) { k.Type, k.Bits = "ssh-dss", 1024 })), check.Broken},
	} {
		if got := verdicts(repo(c.repo))[c.id]; got != c.want {
			t.Errorf("%s: %s %v, want %v", c.name, c.id, got, c.want)
		}
	}
}

// TestUnknownIsNeverFine: whatever could not be read, no check on it holds or breaks, and no cell reads as good or none.
func TestUnknownIsNeverFine(t *testing.T) {
	t.Parallel()
	for _, why := range []*model.Cause{nil, denied, {Kind: model.CauseNotFound}, {Kind: model.CauseNetwork}, {Kind: model.CauseRateLimited}, {Kind: model.CauseBadAnswer}, {Kind: model.CauseUnsupported}, {Kind: model.CauseUnauthorized}, {Kind: model.CauseCancelled}} {
		for _, older := range []bool{false, true} {
			s := repo(func(r *model.Repo) {
				hooks, keys, people := model.Unreadable[[]model.Hook](why), model.Unreadable[[]model.DeployKey](why), model.Unreadable[[]model.Person](why)
				if older {
					hooks, keys, people = hooks.Or(r.Hooks), keys.Or(r.DeployKeys), people.Or(r.People)
				}
				r.Hooks, r.DeployKeys, r.People = hooks, keys, people
			})
			for id, v := range verdicts(s) {
				if v != check.NotAssessed {
					t.Errorf("%v: %s is %v", why, id, v)
				}
			}
			row := check.Fold(s, web, now)
			for name, cell := range map[string]check.Cell{"hook": row.Hook, "keys": row.Keys, "people": row.People} {
				if cell.Mark == check.MarkGood || cell.Mark == check.MarkNone || strings.Contains(cell.Words, "none") {
					t.Errorf("%v: the %s cell says %q", why, name, cell.Text)
				}
			}
			if gap := row.Findings.NotAssessed > 0; gap != (why != nil && why.Kind != model.CauseUnsupported) {
				t.Errorf("%v: not assessed is %d", why, row.Findings.NotAssessed)
			}
			if why != nil && why.Kind != model.CauseUnsupported && row.Verdict.Mark == check.MarkGood {
				t.Errorf("%v: the findings cell says %q", why, row.Verdict.Text)
			}
		}
	}
	row := check.Fold(repo(func(r *model.Repo) {
		r.DeployKeys, r.People = model.AtLeast(r.DeployKeys.Value, now, denied), model.AtLeast(r.People.Value, now, denied)
	}), web, now)
	if !strings.Contains(row.Keys.Text, "at least 1") || !strings.Contains(row.People.Text, "at least 1") {
		t.Errorf("a lower bound reads as a count: %q %q", row.Keys.Text, row.People.Text)
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	row := check.Fold(repo(hooks(circle(func(h *model.Hook) { h.Events = h.Events[:1] }))), web, now)
	if row.Hook.Text != "✗ no push" || row.Findings.High != 1 || row.Verdict.Text != "▲ 1 high" || !strings.Contains(row.Worst, "hook 1 sends pull_request only") {
		t.Errorf("%+v", row)
	}
	if row := check.Fold(repo(nil), web, now); row.Hook.Text != "✓ push, PR" || row.Verdict.Text != "✓ none" || row.Worst != "" {
		t.Errorf("a repository with nothing wrong: %+v", row)
	}
	if row := check.Fold(&model.Snapshot{}, web, now); row.Slug != "gh/acme/web" || row.Hook.Text != "" {
		t.Errorf("a repository that is not there: %+v", row)
	}
	fix := check.Run(repo(hooks(circle(func(h *model.Hook) { h.Events = nil }))), web, now)
	for _, f := range fix {
		if f.Check.ID == "hook.push" && (len(f.Result.Fix) != 1 || f.Result.Fix[0].(model.EditHook).Add[0] != "push") {
			t.Errorf("the fix is %+v", f.Result.Fix)
		}
	}
}

// TestRegistry: every check explains itself.
func TestRegistry(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range check.All() {
		if seen[c.ID] || c.Title == "" || c.Why == "" || c.Do == "" || !strings.HasPrefix(c.Reference, "https://") || c.Severity == 0 || len(c.Needs) == 0 {
			t.Errorf("%s is not complete: %+v", c.ID, c)
		}
		seen[c.ID] = true
	}
}

// TestMemory: a row and a repository stay small enough for organisations of any size (README, "Budgets").
func TestMemory(t *testing.T) {
	if raceEnabled {
		return // the race detector pads every allocation; the plain run measures
	}
	const n = 10_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	s := &model.Snapshot{}
	for i := range n {
		ref := model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprintf("generated-%05d", i)}
		r := *repo(nil).Repos[0]
		r.Ref, r.Spelled, r.ID, r.Node, r.Page = ref, model.Outside(fmt.Sprint("acme/generated-", i)), fmt.Sprint(i), fmt.Sprint("R_kgDO", i), model.Outside(fmt.Sprint("https://github.com/acme/generated-", i))
		for j := range 10 {
			r.People.Value = append(r.People.Value, model.Person{Login: model.Outside(fmt.Sprint("person", j)), Role: model.Outside("write")})
		}
		s.Put(r)
	}
	repos := heap()
	if per := (repos - before) / n; per > 3<<10 {
		t.Errorf("a repository takes %d bytes, the budget is 3 KiB", per)
	}
	rows := make([]*check.Row, 0, n)
	for _, r := range s.Repos {
		row := check.Fold(s, r.Ref, now)
		rows = append(rows, &row)
	}
	if per := (heap() - repos) / n; per > 600 {
		t.Errorf("a row takes %d bytes (%d of them itself), the budget is 600", per, unsafe.Sizeof(check.Row{}))
	}
	runtime.KeepAlive(rows)
	runtime.KeepAlive(s)
}
