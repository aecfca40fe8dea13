package ui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/inventory"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// screens are the ways to every screen and state that a person can see. The names are those of the golden files.
var screens = []struct {
	name string
	keys []string
	make func() *fake
}{
	{"repositories", nil, nil},
	{"filtered", []string{"/", "type:hook:broken"}, nil},
	{"filter-nothing", []string{"/", "type:zzz", "enter"}, nil},
	{"filter-wrong", []string{"/", "type:hoook:broken"}, nil},
	{"sort-menu", []string{"s"}, nil},
	{"columns-menu", []string{"c"}, nil},
	{"marked", []string{" ", " "}, nil},
	{"copy-menu", []string{"y"}, nil},
	{"help", []string{"?"}, nil},
	{"go-to", []string{":", "type:acm"}, nil},
	{"findings", []string{"w"}, nil},
	{"findings-denied", []string{"down", "w"}, nil},
	{"overview", []string{"enter"}, nil},
	{"overview-denied", []string{"down", "enter"}, nil},
	{"hooks", []string{"enter", "2"}, nil},
	{"hooks-denied", []string{"down", "enter", "2"}, nil},
	{"hooks-none", []string{"/", "type:attic", "enter", "enter", "2"}, nil},
	{"keys", []string{"enter", "3"}, nil},
	{"keys-none", []string{"/", "type:attic", "enter", "enter", "3"}, nil},
	{"people", []string{"enter", "4"}, nil},
	{"people-failed", []string{"down", "enter", "4"}, nil},
	{"deliveries", []string{"enter", "2", "enter"}, nil},
	{"delivery", []string{"enter", "2", "enter", "down", "enter"}, nil},
	{"person", []string{"enter", "4", "enter"}, nil},
	{"key", []string{"enter", "3", "enter"}, nil},
	{"accounts", []string{":", "type:acc", "enter"}, nil},
	{"editor", []string{"e"}, nil},
	{"editor-toggled", []string{"e", " ", "down", "down", " "}, nil},
	{"editor-bulk", []string{"*", "e", "right", " "}, nil},
	{"add-hook", []string{"enter", "2", "n", "type:https://ci.example/in", "tab", " "}, nil},
	{"settings", []string{"enter", "2", "down", "E"}, nil},
	{"new-secret", []string{"enter", "2", "down", "S", "tab", "type:hunter2"}, nil},
	{"review", []string{"e", " ", "enter"}, nil},
	{"review-destroys", []string{"enter", "2", "d"}, nil},
	{"journal", []string{"J"}, withJournal},
	{"journal-empty", []string{"J"}, nil},
	{"run", []string{"J", "enter"}, withJournal},
	{"undo-menu", []string{"u"}, withJournal},
	{"none", nil, func() *fake { return newFake(all()) }},
	{"listing-refused", nil, func() *fake {
		return newFake(inventory.Batch{Final: true, Accounts: []model.Account{{Service: model.ServiceGitHub, Configured: true, Login: model.Unreadable[model.Text](refusedToken)}}, Listing: model.Unreadable[int](refusedToken)})
	}},
}

// withJournal has a change that was done, one of which a part failed, one that is unfinished, and one that cannot be undone.
func withJournal() *fake {
	f := newFake(all(literal()...))
	c := f.changes
	edit := func(slug string) model.Op {
		return model.EditHook{Target: model.Target{Repo: ref(slug)}, Hook: "4711", Add: []string{"push"}}
	}
	apply := func(title string, ops ...model.Op) {
		p, _ := c.Plan(context.Background(), title, ops)
		_, _ = c.Apply(context.Background(), p, change.Go{})
	}
	apply(change.Words(edit("gh/acme/web")), edit("gh/acme/web"))
	c.failing["gh/acme/ok"] = true
	apply("add push on 2 hooks", edit("gh/acme/ok"), edit("gh/acme/web"))
	remove := model.RemoveHook{Target: model.Target{Repo: ref("gh/acme/web")}, Hook: "52"}
	apply(change.Words(remove), remove)
	c.limit = true
	apply("remove watch on 2 hooks", edit("gh/acme/web"), edit("gh/umbrella/core"))
	c.limit, c.failing = false, map[string]bool{}
	c.applied, c.given = nil, nil
	return f
}

var refusedToken = &model.Cause{Kind: model.CauseUnauthorized, Op: "list repositories", Said: model.Outside("Bad credentials"), Hint: "the token was revoked or has expired; make a new one"}

func TestScreensLookAsAgreed(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x24", 80, 24}, {"120x40", 120, 40}} {
		for _, c := range screens {
			t.Run(c.name+"-"+size.name, func(t *testing.T) {
				t.Parallel()
				f := newFake(all(literal()...))
				if c.make != nil {
					f = c.make()
				}
				got := start(t, f.Services, size.w, size.h).press(c.keys...).screen()
				whole(t, got, size.w, size.h)
				golden(t, c.name+"-"+size.name, got)
			})
		}
	}
}

// whole fails on a frame that is not exactly as high as the screen, or wider.
func whole(t *testing.T, view string, w, h int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(view, "\n"), "\n")
	if len(lines) != h {
		t.Errorf("%d lines on a screen of %d", len(lines), h)
	}
	for _, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Errorf("%d cells on a screen of %d: %q", n, w, l)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden screen (go test ./ui/... -update writes it): %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the screen changed (-want +got); if that is meant, go test ./ui/... -update\n%s", diff)
	}
}
