package ui

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

// noon is when every test happens.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const day = 86400

// fakeSession hands out batches that were read beforehand.
type fakeSession struct {
	updates chan inventory.Batch
	focused [][]model.RepoRef
	again   []model.RepoRef
	closed  bool
}

func newFakeSession(batches ...inventory.Batch) *fakeSession {
	s := &fakeSession{updates: make(chan inventory.Batch, len(batches))}
	for _, b := range batches {
		b.Ticket = 7
		s.updates <- b
	}
	close(s.updates)
	return s
}

func (s *fakeSession) Ticket() uint64                  { return 7 }
func (s *fakeSession) Updates() <-chan inventory.Batch { return s.updates }
func (s *fakeSession) Focus(refs ...model.RepoRef)     { s.focused = append(s.focused, refs) }
func (s *fakeSession) Refresh(refs ...model.RepoRef)   { s.again = append(s.again, refs...) }
func (s *fakeSession) Close()                          { s.closed = true }

// fake is services that answer from literals and count what they are asked.
type fake struct {
	Services
	session *fakeSession
	asked   atomic.Int64
	copied  string
	browsed string
	saved   *model.Snapshot
	at      time.Time
	changes *fakeChanges
}

func newFake(batches ...inventory.Batch) *fake {
	f := &fake{session: newFakeSession(batches...), at: noon, changes: &fakeChanges{failing: map[string]bool{}}}
	find := func(r model.Repo) model.Repo {
		f.asked.Add(1)
		for _, b := range batches {
			for _, have := range b.Repos {
				if have.Ref == r.Ref {
					return have
				}
			}
		}
		return r
	}
	f.Services = Services{
		Open:        func(context.Context) (inventory.Session, error) { f.asked.Add(1); return f.session, nil },
		Saved:       func(context.Context) (*model.Snapshot, error) { f.asked.Add(1); return nil, nil },
		Hooks:       func(_ context.Context, r model.Repo) model.Reading[[]model.Hook] { return find(r).Hooks },
		Keys:        func(_ context.Context, r model.Repo) model.Reading[[]model.DeployKey] { return find(r).DeployKeys },
		People:      func(_ context.Context, r model.Repo) model.Reading[[]model.Person] { return find(r).People },
		Teams:       func(_ context.Context, r model.Repo) model.Reading[[]model.Team] { return find(r).Teams },
		Invitations: func(_ context.Context, r model.Repo) model.Reading[[]model.Invitation] { return find(r).Invitations },
		Deliveries: func(context.Context, model.Repo, string, string) (model.Reading[[]model.Delivery], string) {
			f.asked.Add(1)
			return known(deliveries()), ""
		},
		Delivery: func(context.Context, model.Repo, string, string) model.Reading[model.DeliveryDetail] {
			f.asked.Add(1)
			return known(deliveryDetail())
		},
		Save:    func(_ context.Context, s *model.Snapshot) error { f.saved = s; return nil },
		Limit:   func() (model.Limit, bool) { return model.Limit{Limit: 5000, Remaining: 4812}, true },
		Now:     func() time.Time { return f.at },
		Changes: f.changes,
		Copy:    func(text string) error { f.copied = text; return nil },
		Browse:  func(page string) error { f.browsed = page; return nil },
		Origins: map[model.Forge]string{model.GitHub: "https://api.github.example"},
		Demo:    true,
	}
	return f
}

// later lets time pass: a dialog that has just appeared takes keys then.
func (f *fake) later() { f.at = f.at.Add(time.Second) }

// pump runs an App as Bubble Tea would, in the test's goroutine: every command is run to its end, its message handed in.
type pump struct {
	t    testing.TB
	app  *App
	quit bool
}

func start(t testing.TB, s Services, w, h int) *pump {
	t.Helper()
	p := &pump{t: t, app: New(s, Options{NoColor: true, Width: w, Height: h, Output: io.Discard})}
	t.Cleanup(p.app.Close)
	p.run(p.app.Init())
	return p
}

func (p *pump) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			p.run(c)
		}
	case tea.QuitMsg:
		p.quit = true
	default:
		p.send(msg)
	}
}

func (p *pump) send(msg tea.Msg) {
	_, cmd := p.app.Update(msg)
	p.run(cmd)
}

// press sends keys by the names Bubble Tea gives them; "type:xyz" types letters.
func (p *pump) press(keys ...string) *pump {
	for _, k := range keys {
		if text, ok := strings.CutPrefix(k, "type:"); ok {
			for _, r := range text {
				p.send(keyMsg(string(r)))
			}
			continue
		}
		p.send(keyMsg(k))
	}
	return p
}

var keyTypes = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	"ctrl+c": tea.KeyCtrlC, "ctrl+u": tea.KeyCtrlU, "ctrl+d": tea.KeyCtrlD, " ": tea.KeySpace,
}

func keyMsg(k string) tea.KeyMsg {
	if t, ok := keyTypes[k]; ok {
		msg := tea.KeyMsg{Type: t}
		if k == " " {
			msg.Runes = []rune{' '}
		}
		return msg
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// screen is what the terminal shows, without styles and without blanks at line ends.
func (p *pump) screen() string { return plain(p.app.View()) }
