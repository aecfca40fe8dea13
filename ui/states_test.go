package ui

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/ui/screen"
)

func (p *pump) shows(words ...string) *pump {
	p.t.Helper()
	s := p.screen()
	for _, w := range words {
		if !strings.Contains(s, w) {
			p.t.Errorf("the screen does not show %q:\n%s", w, s)
		}
	}
	return p
}

func (p *pump) lacks(words ...string) *pump {
	p.t.Helper()
	s := p.screen()
	for _, w := range words {
		if strings.Contains(s, w) {
			p.t.Errorf("the screen shows %q:\n%s", w, s)
		}
	}
	return p
}

// The first frame has header, table and state before anyone was asked for anything; then the store and the service are.
func TestFirstFrameAsksNobody(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	drawn := make(chan struct{})
	app := New(f.Services, Options{NoColor: true, Output: io.Discard, Drawn: drawn})
	defer app.Close()
	p := &pump{t: t, app: app}
	first := app.Init()
	p.shows("gatehouse", "REPOSITORY", "HOOK", "reading")
	if n := f.asked.Load(); n != 0 {
		t.Fatalf("%d were asked before the first frame was drawn", n)
	}
	close(drawn)
	p.run(first)
	if n := f.asked.Load(); n != 2 {
		t.Errorf("after the first frame %d were asked, want the store and the service", n)
	}
	p.shows("gh/acme/web")
}

func TestWhatCannotBeReadSaysSoInPlace(t *testing.T) {
	t.Parallel()
	start(t, newFake(all(literal()...)).Services, 160, 30).shows("⊘ denied: read:repo_hook", "? not readable", "– none", "1 broken", "1 not all readable", "! token ends in 9 d")

	f := newFake()
	f.Open = func(context.Context) (inventory.Session, error) {
		return nil, &model.Error{Op: "find credential", Cause: model.Cause{Kind: model.CauseUnauthorized, Said: text("Bad credentials"), Hint: "make a new token"}}
	}
	start(t, f.Services, 100, 30).shows("not connected", "Bad credentials", "make a new token")
}

// Rows of the last time are shown as old and give way to what is read.
func TestSavedRowsComeFirst(t *testing.T) {
	t.Parallel()
	saved := &model.Snapshot{Taken: model.UnixOf(noon) - 3600, Listing: known(1)}
	saved.Put(repo("gh/acme/older"))
	f := newFake()
	f.Saved = func(context.Context) (*model.Snapshot, error) { return saved, nil }
	f.Open = nil
	p := start(t, f.Services, 100, 30).shows("gh/acme/older", "as of 1 h ago")
	p.app.session = newFakeSession()
	p.send(read{inventory.Batch{Ticket: 7, Done: 1, Total: 2, Repos: []model.Repo{repo("gh/acme/newer")}}, true})
	p.shows("gh/acme/newer").lacks("as of")
}

func TestProgressIsShownWhileReading(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.Open = nil
	p := start(t, f.Services, 100, 30)
	p.app.session = newFakeSession()
	batch := all(literal()...)
	batch.Ticket, batch.Done, batch.Total, batch.Final = 7, 5, 10, false
	p.app.Update(read{batch, true})
	p.shows("reading 5/10 ▓▓▓▓▓░░░░░", "… not read")
}

// A batch of a session that was replaced is not taken over.
func TestBatchOfAnOlderSessionIsRefused(t *testing.T) {
	t.Parallel()
	p := start(t, newFake(all(literal()...)).Services, 100, 30)
	p.app.Update(read{inventory.Batch{Ticket: 6, Repos: []model.Repo{repo("gh/acme/late")}}, true})
	p.lacks("gh/acme/late")
}

// An answer that comes after its screen was left changes nothing.
func TestAnswerToALeftScreenIsRefused(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	var asked context.Context
	f.Keys = func(ctx context.Context, _ model.Repo) model.Reading[[]model.DeployKey] {
		asked = ctx
		return known([]model.DeployKey{deployKey("late key", true)})
	}
	p := start(t, f.Services, 100, 30).press("enter")
	_, cmd := p.app.Update(keyMsg("3"))
	late := cmd()
	p.press("esc")
	if asked.Err() == nil {
		t.Error("leaving the screen did not cancel its reading")
	}
	p.press("enter") // the same repository again, on a new screen: the answer is not for it
	p.send(late)
	if p.app.book.Snap.Repo(ref("gh/acme/web")).DeployKeys.Value[0].Title.Raw() == "late key" {
		t.Error("a late answer was taken over")
	}
}

func TestFilterSortMarkGoToCopy(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 120, 30)
	p.press("/", "type:people:outside", "enter").shows("gh/acme/web", "1 of 5").lacks("gh/acme/ok")
	p.press("esc").shows("gh/acme/ok")
	p.press("*").shows("5 marked").press("esc").lacks("marked")
	p.press("s", "down", "enter").shows("by name")
	p.press(":", "type:acme/web", "enter").shows("gh/acme/web   private")
	p.press("2").shows("pull_request").press("esc").shows("Repositories")
	p.press("enter", "[").shows("Repositories").press("]").shows("1 Overview").press("esc")
	p.press("y", "enter")
	if f.copied != "gh/acme/attic" {
		t.Errorf("copied %q", f.copied)
	}
	p.shows("copied: slug").press("o")
	if f.browsed != "https://github.example/acme/attic" {
		t.Errorf("opened %q", f.browsed)
	}
}

// What is in sight is read first.
func TestFocusFollowsTheWindow(t *testing.T) {
	t.Parallel()
	var repos []model.Repo
	for _, c := range "abcdefghijklmnopqrstuvwxyz" {
		repos = append(repos, repo("gh/acme/r-"+string(c)))
	}
	f := newFake(all(repos...))
	p := start(t, f.Services, 80, 24)
	_ = p.screen()
	p.press("end")
	_ = p.screen()
	p.press("up")
	last := f.session.focused[len(f.session.focused)-1]
	if !slices.Contains(last, ref("gh/acme/r-z")) || slices.Contains(last, ref("gh/acme/r-a")) {
		t.Errorf("after going to the end the session was told to read %v first", last)
	}
}

func TestWhatWasReadIsSaved(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	start(t, f.Services, 80, 24)
	if f.saved == nil || len(f.saved.Repos) != 5 || f.saved.Taken != model.UnixOf(noon) {
		t.Errorf("saved %+v", f.saved)
	}
	f = newFake(all(literal()...))
	f.Save = func(context.Context, *model.Snapshot) error { return errors.New("disk full") }
	start(t, f.Services, 120, 24).shows("could not be kept", "disk full")
}

func TestReadOnlyRefusesInOnePlace(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	f.ReadOnly = true
	p := start(t, f.Services, 100, 30).shows("READ-ONLY")
	ran := false
	for _, effect := range []screen.Effect{screen.Writes, screen.Destroys} {
		p.run(p.app.do(screen.Action{Key: "x", Name: "burn", Effect: effect, Run: func() tea.Cmd { ran = true; return nil }}))
		p.shows("burn: gatehouse is in read-only mode")
	}
	if ran {
		t.Error("an action that writes ran in read-only mode")
	}
	p.press("r").lacks("read-only mode")
}

func TestQuit(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"q", "ctrl+c"} {
		if p := start(t, newFake(all(literal()...)).Services, 80, 24).press(k); !p.quit || !p.app.session.(*fakeSession).closed {
			t.Errorf("%s: quit %v, session closed %v", k, p.quit, p.app.session.(*fakeSession).closed)
		}
	}
	if p := start(t, newFake(all()).Services, 80, 24).press("/", "ctrl+c"); !p.quit {
		t.Error("ctrl+c does not quit while a filter is being typed")
	}
	if p := start(t, newFake(all()).Services, 80, 24).press(":", "q"); p.quit {
		t.Error("q quits while something is being typed")
	}
}

// Every key means one thing: what an action is called decides, on every screen.
func TestOneMeaningPerKey(t *testing.T) {
	t.Parallel()
	for _, c := range screens {
		f := newFake(all(literal()...))
		if c.make != nil {
			f = c.make()
		}
		p := start(t, f.Services, 120, 40).press(c.keys...)
		seen := map[string]bool{}
		for _, act := range p.app.actions() {
			if !slices.ContainsFunc(keyTable, func(k keyMeaning) bool { return k.key == act.Key && slices.Contains(k.names, act.Name) }) {
				t.Errorf("%s: %q means %q, which is not in the key table", c.name, act.Key, act.Name)
			}
			if seen[act.Key] && act.Key != "esc" {
				t.Errorf("%s: %q is bound twice", c.name, act.Key)
			}
			seen[act.Key] = true
		}
	}
	twice := map[string]bool{}
	for _, k := range keyTable {
		if twice[k.key] {
			t.Errorf("%q stands twice in the key table", k.key)
		}
		twice[k.key] = true
	}
}

// X stops what is being read; what was read stays, what was not says so, and r reads again.
func TestStopAndReadAgain(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	p := start(t, f.Services, 120, 30)
	p.press("X").shows("stop reading: nothing is being read")
	first := newFakeSession()
	p.app.session, p.app.book.Reading, p.app.book.Done, p.app.book.Total = first, true, 3, 5
	p.press("X").shows("stopped at 3 of 5", "gh/acme/web", "stopped reading")
	if !first.closed {
		t.Error("the session was not closed")
	}
	f.session = newFakeSession(all(repo("gh/acme/again")))
	p.press("r").shows("gh/acme/again").lacks("stopped at")
}

// After a failure r tries again, and what went wrong is no longer shown once it works.
func TestReadAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	f := newFake(all(literal()...))
	works, tries := f.Open, 0
	f.Open = func(ctx context.Context) (inventory.Session, error) {
		if tries++; tries == 1 {
			return nil, errors.New("no route to host")
		}
		return works(ctx)
	}
	p := start(t, f.Services, 120, 30).shows("not connected", "no route to host")
	p.press("r").shows("gh/acme/web").lacks("not connected")
}

// A filter that leaves fewer rows than lie above the window, typed at the end of a long list, ended the console.
func TestFilterAtTheEndOfALongList(t *testing.T) {
	t.Parallel()
	p := start(t, newFake(all(fleet(60)...)).Services, 80, 24)
	p.screen()
	p.press("G").screen()
	p.press("/", "type:fleet-01").shows("gh/acme/fleet-01", "1 of 60")
}
