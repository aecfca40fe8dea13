package wire

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/ui"
)

// walker runs the whole console on the demo world, as Bubble Tea would, in one goroutine.
type walker struct {
	app *ui.App
	now time.Time
}

func (w *walker) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			w.run(c)
		}
	default:
		_, next := w.app.Update(msg)
		w.run(next)
	}
}

var walkKeys = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "tab": tea.KeyTab, "left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace,
}

func (w *walker) press(k string) {
	w.now = w.now.Add(time.Second) // no grace period protects here
	msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
	if t, ok := walkKeys[k]; ok {
		msg = tea.KeyMsg{Type: t}
	}
	_, cmd := w.app.Update(msg)
	w.run(cmd)
}

// TestReadOnlyWalks presses 100,000 random keys over all screens of the whole console in read-only mode, in walks that each begin on the first
// screen. The simulator's log says that nothing was written, and that people were still read. The same walks without read-only mode do write,
// which shows that they would.
func TestReadOnlyWalks(t *testing.T) {
	t.Parallel()
	if n := walk(t, true, walkLength); n != 0 {
		t.Fatalf("%d writes arrived", n)
	}
	if n := walk(t, false, walkLength/10); n == 0 {
		t.Fatal("no walk writes even where it may: these walks prove nothing")
	}
}

func walk(t *testing.T, readOnly bool, length int) (writes int) {
	t.Helper()
	w := New(Options{Demo: true, ReadOnly: readOnly, Getenv: func(string) string { return "" }, Home: t.TempDir()})
	defer w.Close()
	keys := []string{
		"enter", "enter", "enter", "esc", "up", "down", "down", "tab", "tab", "left", "right", "backspace", " ", "*", "/", ":", "?", "[", "]", "w", "1", "2", "2", "3", "4",
		"e", "e", "f", "p", "a", "n", "E", "S", "d", "P", "P", "T", "R", "F", "u", "U", "t", "J", "s", "c", "y", "x", "g", "G", "h", "l",
	}
	rnd := rand.New(rand.NewPCG(7, 11))
	var x *walker
	for i := range length {
		if i%2000 == 0 {
			if x != nil {
				x.app.Close()
			}
			x = &walker{now: time.Now()}
			s := w.Console()
			s.Now, s.Copy, s.Browse = func() time.Time { return x.now }, func(string) error { return nil }, func(string) error { return nil }
			x.app = ui.New(s, ui.Options{NoColor: true, Output: io.Discard, Width: 100, Height: 30})
			x.run(x.app.Init())
			if !strings.Contains(x.app.View(), "gh/acme/") {
				t.Fatal("nothing was read")
			}
		}
		x.press(keys[rnd.IntN(len(keys))])
		if i%97 == 0 {
			_ = x.app.View()
		}
	}
	x.app.Close()
	people := 0
	for _, r := range w.Simulator().Requests() {
		switch {
		case strings.HasSuffix(r.Path, "/graphql"):
			people++
		case r.Method != http.MethodGet:
			writes++
		}
	}
	if people == 0 {
		t.Error("people were not read: GraphQL was taken for a write")
	}
	t.Logf("read-only %v: %d keys, %d requests, %d of them writes", readOnly, length, len(w.Simulator().Requests()), writes)
	return writes
}
