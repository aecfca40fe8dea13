package widget

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/ui/theme"
)

// names are repository-like names in scripts that take two cells, none, or run from right to left.
var names = []string{"gh/acme/web", "gh/acme/東京のサーバー", "gh/acme/e\u0301te\u0301", "gh/acme/שלום-עולם", "gh/acme/👩‍💻-tools", "gh/acme/a-name-that-is-longer-than-its-column-will-ever-be"}

func table(rows int) *Table {
	th := theme.New(io.Discard, false)
	t := NewTable(th, []Column{
		{Title: "REPOSITORY", Min: 22, Want: 44}, {Title: "HOOK", Min: 17, Want: 26}, {Title: "DEPLOY KEYS", Min: 17, Want: 20, Rank: 2},
		{Title: "PEOPLE", Min: 12, Want: 14, Rank: 3}, {Title: "PUSHED", Min: 7, Want: 7, Rank: 4, Right: true}, {Title: "FINDINGS", Min: 14, Want: 24, Rank: 1},
	})
	t.Len = rows
	t.Cell = func(row, column int) Cell {
		if column == 0 {
			return Cell{Text: names[row%len(names)]}
		}
		return Cell{Text: "✓ push, PR", Style: &th.Good}
	}
	return t
}

// What a key costs does not depend on the number of rows.
func TestTableCostsTheSameForAnyNumberOfRows(t *testing.T) {
	cost := func(rows int) float64 {
		tab := table(rows)
		tab.View(200, 60)
		return testing.AllocsPerRun(200, func() { tab.Handle("down"); _ = tab.View(200, 60) })
	}
	few, many := cost(1_000), cost(100_000)
	if many > 10 || math.Abs(few-many) > 1 { // the collector may add one
		t.Errorf("a key costs %v allocations at 1,000 rows and %v at 100,000; the budget is 10, the same for both", few, many)
	}
}

func TestColumnsStayAligned(t *testing.T) {
	t.Parallel()
	for _, w := range []int{60, 80, 120, 200} {
		tab := table(len(names))
		lines := strings.Split(ansi.Strip(tab.View(w, len(names)+1)), "\n")
		at := ansi.StringWidth(lines[0][:strings.Index(lines[0], "HOOK")])
		for _, l := range lines[1:] {
			before, _, ok := strings.Cut(l, "✓")
			if !ok || ansi.StringWidth(before) != at {
				t.Errorf("at %d the second column begins at %d, not at %d: %q", w, ansi.StringWidth(before), at, l)
			}
		}
	}
}

// Columns leave by rank as the screen narrows; the first never does.
func TestColumnsByWidth(t *testing.T) {
	t.Parallel()
	for w, want := range map[int]string{
		44: "REPOSITORY HOOK", 60: "REPOSITORY HOOK FINDINGS", 80: "REPOSITORY HOOK DEPLOY KEYS FINDINGS",
		100: "REPOSITORY HOOK DEPLOY KEYS PEOPLE FINDINGS", 200: "REPOSITORY HOOK DEPLOY KEYS PEOPLE PUSHED FINDINGS",
	} {
		head, _, _ := strings.Cut(ansi.Strip(table(3).View(w, 5)), "\n")
		if got := strings.Join(strings.Fields(head), " "); got != want {
			t.Errorf("at %d: %q, want %q", w, got, want)
		}
	}
}

func TestCursorStaysInsideAndInSight(t *testing.T) {
	t.Parallel()
	tab := table(500)
	tab.View(80, 20)
	for _, c := range []struct {
		key  string
		want int
	}{
		{"up", 0}, {"down", 1}, {"pgdown", 19}, {"end", 499}, {"down", 499}, {"pgup", 481}, {"home", 0}, {"G", 499}, {"g", 0}, {"j", 1}, {"k", 0}, {"ctrl+d", 18}, {"ctrl+u", 0},
	} {
		if !tab.Handle(c.key) {
			t.Errorf("%s is not known", c.key)
		}
		tab.View(80, 20)
		from, to := tab.Window()
		if tab.Cursor != c.want || tab.Cursor < from || tab.Cursor >= to {
			t.Errorf("after %s the cursor is on %d of a window %d to %d, want %d", c.key, tab.Cursor, from, to, c.want)
		}
	}
	if tab.Handle("x") {
		t.Error("x moves")
	}
}

func TestFitCutWrapPlace(t *testing.T) {
	t.Parallel()
	for _, s := range names {
		for w := range 30 {
			if n := ansi.StringWidth(Fit(s, w)); n != w {
				t.Errorf("Fit(%q, %d) is %d wide", s, w, n)
			}
			for _, l := range Wrap(s, w) {
				if ansi.StringWidth(l) > w && w > 1 {
					t.Errorf("Wrap(%q, %d) has a line of %d", s, w, ansi.StringWidth(l))
				}
			}
		}
	}
	got := ansi.Strip(Place("abcdef\nghijkl\nmnopqr", "XY\nZW", 2, 1))
	if got != "abcdef\nghXYkl\nmnZWqr" {
		t.Errorf("placed: %q", got)
	}
	if got := Place("ab", "X", 5, 0); ansi.StringWidth(got) != 6 {
		t.Errorf("placed beyond the line: %q", got)
	}
}

func BenchmarkTableKey(b *testing.B) {
	for _, rows := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			tab := table(rows)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%90_000 == 0 {
					tab.Go(0)
				}
				tab.Handle("down")
				_ = tab.View(200, 60)
			}
		})
	}
}
