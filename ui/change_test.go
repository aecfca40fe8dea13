package ui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/inventory"
	"gatehouse/ui/screen"
)

// confirmed moves from Cancel to the other button, after the grace period, and presses it.
func (p *pump) confirmed(f *fake) *pump {
	f.later()
	return p.press("tab", "enter")
}

// TestEditWithKeys is S1 with keys only: e, space, enter, review, apply; the row shows what was read again.
func TestEditWithKeys(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 120, 40).press("e").shows("Events of hook 4711 (CircleCI) on gh/acme/web", "[ ] push", "[x] pull_request", "✗ not built: needs push", "unchanged")
	p.press("enter").shows("nothing is changed yet")
	p.press(" ").shows("[x] push", "? CI not read yet", "after   pull_request, push; active   (secret kept)")
	p.press("enter").shows(`add "push" to hook 4711 on gh/acme/web`, "PATCH https://api.github.example/repos/acme/web/hooks/4711", "▸ Cancel ◂", "[ Apply ]", "undo")
	asked := f.asked.Load()
	p.confirmed(f).shows("1 of 1 done", "done, read back", "[ Undo ]")
	if len(f.changes.applied) != 1 || f.asked.Load() <= asked {
		t.Fatalf("%d plans applied, hooks read again: %v", len(f.changes.applied), f.asked.Load() > asked)
	}
	got := f.changes.applied[0].Steps[0].Op.(model.EditHook)
	if !slices.Equal(got.Add, []string{"push"}) || len(got.Remove)+len(got.Set) > 0 || got.Active != model.TriUnknown || got.Hook != "4711" {
		t.Fatalf("asked for %+v", got)
	}
	p.press("enter", "u").shows("Undo", `undo #1: remove "push" from hook 4711 on gh/acme/web`)
	if len(f.changes.applied) != 1 {
		t.Fatal("u fired at once")
	}
	p.press("enter").shows("undo #1", "▸ Cancel ◂").confirmed(f).shows("1 of 1 done")
	p.press("enter", "u").shows("⊘ #1 cannot be undone: it was taken back by #2")
}

// TestWhatChangesIsNotCut: of a hook with many events the row "after" says what changes where the whole list has no room.
func TestWhatChangesIsNotCut(t *testing.T) {
	t.Parallel()
	web := repo("gh/acme/web")
	web.Hooks = known([]model.Hook{circleHook("4711", model.EventPresets[1].Events...)})
	start(t, newFake(all(web)).Services, 80, 24).press("e", " ").shows("after   as before, without push; active   (secret kept)")
	start(t, newFake(all(web)).Services, 160, 50).press("e", " ").shows("after   commit_comment, create, delete,").lacks("as before")
}

// TestReviewStartsOnCancel: enter on a review that has just been looked at changes nothing, nor does esc, nor do stray keys.
func TestReviewStartsOnCancel(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"enter"}, {"esc"}, {"tab", "tab", "enter"}, {"y"}, {"a", "enter"}, {" ", "enter"}} {
		f := newFake(all(literal()...))
		p := start(t, f.Services, 100, 30).press("f").shows("▸ Cancel ◂")
		f.later()
		p.press(keys...)
		if len(f.changes.applied) > 0 {
			t.Errorf("%v applied the plan", keys)
		}
	}
	f := newFake(all(literal()...))
	p := start(t, f.Services, 100, 30).press("f", "tab", "enter", "tab", "enter").shows("▸ Cancel ◂") // all within the grace period
	if len(f.changes.applied) > 0 {
		t.Error("keys that were meant for what lay under the dialog applied the plan")
	}
	p.confirmed(f)
	if len(f.changes.applied) != 1 {
		t.Error("after the grace period the plan cannot be applied")
	}
}

// TestDestroyingIsTyped: a removal is applied only when the repository's slug was typed, and says before that it cannot be undone.
func TestDestroyingIsTyped(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 100, 30).press("enter", "2", "d").shows("This destroys.", "gh/acme/web", "no undo", "only CircleCI knows its secret")
	f.later()
	p.press("tab", "enter").shows("type gh/acme/web first").press("type:gh/acme/we", "enter")
	if len(f.changes.applied) > 0 {
		t.Fatal("it was applied without the slug")
	}
	p.press("type:b", "enter")
	if len(f.changes.applied) != 1 || f.changes.given[0].Confirm != "gh/acme/web" {
		t.Fatalf("%d applied, confirmed with %+v", len(f.changes.applied), f.changes.given)
	}
}

func TestBrake(t *testing.T) {
	t.Parallel()
	f := newFake(all(fleet(12)...))
	p := start(t, f.Services, 100, 30)
	var ops []model.Op
	for i := range 5 {
		ops = append(ops, model.RemoveHook{Target: model.Target{Repo: ref(fmt.Sprintf("gh/acme/fleet-%02d", i))}, Hook: "4711"})
	}
	p.run(screen.Suggest(p.app.env, "remove hooks", nil, ops...))
	p.shows("it destroys on 5 of 12 repositories", "[ Close ]"[2:7]).lacks("Apply")
}

// fleet is repositories with a CircleCI hook that lacks push.
func fleet(n int) []model.Repo {
	out := make([]model.Repo, n)
	for i := range out {
		out[i] = repo(fmt.Sprintf("gh/acme/fleet-%02d", i))
		out[i].Hooks = known([]model.Hook{circleHook("4711", "pull_request")})
	}
	return out
}

// TestBulk: sixty hooks in one plan, three of which fail; the three are listed first with their cause, and retrying does only those.
func TestBulk(t *testing.T) {
	t.Parallel()
	f := newFake(all(fleet(60)...))
	for _, n := range []string{"07", "21", "59"} {
		f.changes.failing["gh/acme/fleet-"+n] = true
	}
	p := start(t, f.Services, 120, 40).press("*", "e").shows("Events of 60 hooks").press(" ", "enter").shows("60 requests on 60 repositories", "ALL")
	p.confirmed(f).shows("57 of 60 done, 3 not done", "✗ gh/acme/fleet-07", "✗ gh/acme/fleet-21", "✗ gh/acme/fleet-59", "SAML enforcement", "authorise the token", "Retry the 3 that failed")
	if n := len(f.changes.applied[0].Steps); n != 60 {
		t.Fatalf("%d steps", n)
	}
	f.changes.failing = nil
	p.press("tab", "enter").shows("retry #1").confirmed(f).shows("3 of 3 done")
	if n := len(f.changes.applied[1].Steps); n != 3 {
		t.Fatalf("%d steps were tried again", n)
	}
	p.press("enter", "J").shows("Journal", "! partly 57/60", "✓ done")
}

// TestMixedBulk: what some hooks have and others do not is left as it is unless chosen; what cannot be edited is left out, with the reason.
func TestMixedBulk(t *testing.T) {
	t.Parallel()
	repos := fleet(3)
	repos[1].Hooks = known([]model.Hook{circleHook("4711", "pull_request", "push")})
	repos[2].Hooks = model.Unreadable[[]model.Hook](noScope)
	f := newFake(all(repos...))
	p := start(t, f.Services, 120, 40).press("*", "e").shows("Events of 2 hooks", "1 left out", "[-] push", "without gh/acme/fleet-02 (its hooks are not known: ")
	p.press(" ").shows("[x] push").press(" ").shows("[ ] push").press(" ").shows("[-] push").press(" ", "enter").confirmed(f)
	if got := f.changes.applied[0]; len(got.Steps) != 1 || got.Steps[0].Op.On().Repo != ref("gh/acme/fleet-00") {
		t.Fatalf("asked for %d edits", len(got.Steps))
	}
}

// TestChangeRefusals: what cannot be changed says why, where the key was pressed.
func TestChangeRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys []string
		says string
	}{
		{[]string{"down", "e"}, "its hooks are not known"},
		{[]string{"/", "type:attic", "enter", "e"}, "archived"},
		{[]string{"/", "type:acme/ok", "enter", "f"}, "nothing here can be mended"},
		{[]string{"enter", "2", "E"}, "CircleCI's"},
		{[]string{"enter", "2", "S"}, "CircleCI's"},
		{[]string{"enter", "2", "T"}, "does not ask for push"},
		{[]string{"enter", "2", "n", "type:https://circleci.com/hooks/github", "enter"}, "only CircleCI knows its secret"},
		{[]string{"enter", "2", "n", "enter"}, "where it posts to"},
		{[]string{"enter", "2", "n", "type:https://ci.example/", "enter"}, "the secret is empty"},
		{[]string{"e", "down", "down", " ", "up", "up", "right", "left", "down", "down", "down", "p", "p", "p", "enter"}, "nothing is changed yet"},
		{[]string{"J", "u"}, "nothing selected"},
	} {
		f := newFake(all(literal()...))
		start(t, f.Services, 140, 40).press(c.keys...).shows(c.says)
		if len(f.changes.applied) > 0 {
			t.Errorf("%v changed something", c.keys)
		}
	}
	f := newFake(all(literal()...))
	f.Changes = nil
	start(t, f.Services, 140, 40).press("f").shows("there is no journal").press("u").shows("there is no journal")
}

// TestSecretsOnAForm: what is typed is not drawn, reaches the plan's slot, and is in no operation; a mask is no secret.
func TestSecretsOnAForm(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 120, 40).press("enter", "2", "down", "S", "tab", "type:********", "enter").shows("the secret is empty")
	for range 8 {
		p.press("backspace")
	}
	p.press("type:hunter2-canary").lacks("hunter2").press("enter").confirmed(f)
	if len(f.changes.given) != 1 || f.changes.given[0].Secrets["hook"].Reveal() != "hunter2-canary" {
		t.Fatal("the secret did not reach its slot")
	}
	p.lacks("hunter2")
	fresh := func() Services { return newFake(all(literal()...)).Services }
	p = start(t, fresh(), 120, 40).press("enter", "2", "down", "S", "right")
	p.shows("Shown only here", "Give it to the receiver").press("left").lacks("Shown only here")
	start(t, fresh(), 120, 40).press("enter", "2", "down", "E", "type:https://chat.example/hooks/T024BE7LD9ABCDEF99", "enter").shows("configure hook 52", "https://chat.example/hooks/***").lacks("address https://chat.example/hooks/T024")
}

// TestStopAndLeave: a change under way is stopped before the console is left, and a plan that is being made can be given up.
func TestStopAndLeave(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 100, 30)
	cancelled := false
	p.app.running = &running{ticket: 99, title: "slow", total: 9, cancel: func() { cancelled = true }}
	p.shows("changing 0/9").press("q").shows("once more stops")
	if p.quit || cancelled {
		t.Fatal("q left a change behind at once")
	}
	p.press("f").shows("a change is under way").press("q").shows("stopping after the step")
	p.press("q")
	if !cancelled {
		t.Fatal("the second q did not stop the change")
	}
	p.send(ended{ticket: 99})
	if !p.quit {
		t.Fatal("the console stayed after the change had stopped")
	}
	g := newFake(all(literal()...))
	p = start(t, g.Services, 100, 30)
	cmd := p.app.propose(screen.Propose{Title: "slow", Plan: func(context.Context) (change.Plan, error) { return change.Plan{}, errors.New("late") }})
	p.press("esc")
	p.run(cmd)
	p.lacks("late")
}

// TestUnfinishedIsSaid: a run that a limit stopped is said when it stops and at the next start, and resumed from the journal.
func TestUnfinishedIsSaid(t *testing.T) {
	t.Parallel()
	f := newFake(all(fleet(3)...))
	f.changes.limit = true
	p := start(t, f.Services, 120, 40).press("*", "e", " ", "enter").confirmed(f).shows("1 of 3 done, unfinished")
	p.press("enter").shows("1 unfinished in the journal (J)")
	g := newFake(all(fleet(3)...))
	g.changes.runs = f.changes.runs
	p = start(t, g.Services, 120, 40).shows("1 unfinished in the journal (J)").press("J").shows("! unfinished 1/3")
	p.press("U").shows("resume #1", "▸ Cancel ◂").confirmed(g).shows("3 of 3 done")
}

// TestWarningsComeFirst: a change that was done and left something wrong says so before everything else.
func TestWarningsComeFirst(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	f.changes.warn = "the hook's secret is gone: follow the project in CircleCI again"
	start(t, f.Services, 120, 40).press("f").confirmed(f).shows("! the hook's secret is gone")
	f = newFake(all(literal()...))
	f.changes.applyErr = &change.Busy{Target: model.Target{Repo: ref("gh/acme/web")}, Run: "7", Host: "laptop", PID: 42}
	start(t, f.Services, 120, 40).press("f").confirmed(f).shows("nothing was changed", "being changed by run #7", "process 42 on laptop")
	f = newFake(all(literal()...))
	f.changes.planErr = model.Refuse("plan", "gh/acme/web", "the hook is gone", "read again")
	start(t, f.Services, 120, 40).press("f").shows("nothing was changed", "the hook is gone", "→ read again")
}

// TestReadOnlyWalks: no sequence of keys writes in read-only mode, and none without a confirmation otherwise. Every proposal passes one place.
func TestReadOnlyWalks(t *testing.T) {
	t.Parallel()
	keys := []string{
		"enter", "esc", "up", "down", "tab", "/", ":", " ", "*", "w", "1", "2", "3", "4", "e", "f", "p", "a", "n", "E", "S", "d", "P", "T", "R", "F", "u", "U", "t", "J", "left", "right", "r",
	}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 2))
			f := withJournal()
			f.ReadOnly = true
			f.Open = func(context.Context) (inventory.Session, error) { return newFakeSession(all(literal()...)), nil }
			p := start(t, f.Services, 100, 30)
			for range 500 {
				f.later()
				p.press(keys[rnd.IntN(len(keys))])
			}
			if len(f.changes.applied) > 0 {
				t.Fatal("something was changed")
			}
		})
	}
	f := newFake(all(literal()...))
	f.ReadOnly = true
	p := start(t, f.Services, 100, 30)
	p.run(screen.Suggest(p.app.env, "by another way", nil, model.PingHook{Target: model.Target{Repo: ref("gh/acme/web")}, Hook: "4711"}))
	p.shows("by another way: gatehouse is in read-only mode")
	if strings.Contains(p.screen(), "Apply") {
		t.Error("a review was opened")
	}
}

// TestEditorPredicts: with CircleCI's side read, the editor says of the choice what builds, by the project's own settings; while those are read or
// cannot be, it says that, and not "not built".
func TestEditorPredicts(t *testing.T) {
	t.Parallel()
	web := repo("gh/acme/web")
	web.Hooks = known([]model.Hook{circleHook("4711", "pull_request")})
	web.CI = known(&model.CIProject{Slug: text("gh/acme/web"), Integration: model.IntegrationOAuth, Wired: web.Ref, Followers: []string{"dana"}})
	f := newFake(all(web))
	f.Settings = func(_ context.Context, project model.Text) model.Reading[model.CISettings] {
		if project.Raw() != "gh/acme/web" {
			t.Errorf("asked for the settings of %s", project)
		}
		return known(model.CISettings{BuildPRsOnly: true})
	}
	start(t, f.Services, 120, 40).press("e").shows("push to the default branch ✗ the hook does not send push", "pull request from a fork   ✗ pull requests from forks are off").
		press(" ").shows("push to the default branch ✓ every push to the default branch is built", "push to another branch     ✗ only pull requests are built, and this branch has none")
	start(t, withSettings(web, f.Settings).Services, 160, 40).press("e").shows("✗ not built: needs push").press(" ").shows("✗ not built: no PR")
	g := withSettings(web, func(context.Context, model.Text) model.Reading[model.CISettings] {
		return model.Unreadable[model.CISettings](&model.Cause{Kind: model.CauseForbidden})
	})
	start(t, g.Services, 120, 40).press("e", " ").shows("push to another branch     ? CircleCI's project settings could not be read", "push to the default branch ✓")
}

// withSettings is a fake of one repository with CircleCI's settings.
func withSettings(r model.Repo, settings func(context.Context, model.Text) model.Reading[model.CISettings]) *fake {
	f := newFake(all(r))
	f.Settings = settings
	return f
}
