// Package screen holds the console's screens, one file each. A screen changes itself in Update and returns a command; only ui.App
// is a tea.Model. Screens read nothing themselves: they ask through [Details] in commands that end when the screen is left.
package screen

import (
	"context"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/ui/theme"
)

// Effect says what an action does to the world.
type Effect uint8

// The effects. Writes and Destroys are refused in read-only mode, in one place.
const (
	Looks Effect = iota
	Reads
	Writes
	Destroys
)

// Action is one thing a person can do here: its key, its name, what it does, why it cannot be done now, and the doing. Key bar, help
// and read-only mode derive from it.
type Action struct {
	Key    string // as Bubble Tea names it
	Name   string // two or three words
	Effect Effect
	Bar    bool                // shown in the key bar
	Refuse func() *model.Cause // nil, or gives nil: it can be done
	Run    func() tea.Cmd
}

// Screen is one screen.
type Screen interface {
	Update(msg tea.Msg) tea.Cmd
	View(w, h int) string
	Actions() []Action
	Title() string     // one line: what this screen shows
	Command() []string // the command that prints the same
	Close()            // cancels what is being read
}

// Focuser is a screen that knows which repositories are in sight: they are read first.
type Focuser interface{ InSight() []model.RepoRef }

// Detailer is a screen with a sentence about what the cursor is on, shown above the key bar.
type Detailer interface{ Detail() string }

// Typer is a screen that is taking text: keys go to it, not to the global table.
type Typer interface{ Typing() bool }

// Hinter is a Typer that says which keys do something meanwhile.
type Hinter interface{ TypingHint() string }

// Copier is a screen that offers things to copy.
type Copier interface{ Copies() []Copy }

// Copy is one entry of the copy menu.
type Copy struct{ Name, Text string }

// Pager is a screen with a page in the browser.
type Pager interface{ Page() string }

// Details is what screens may ask when they are looked at.
type Details interface {
	Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook]
	Deliveries(ctx context.Context, r model.Repo, hook, cursor string) (model.Reading[[]model.Delivery], string)
	Delivery(ctx context.Context, r model.Repo, hook, id string) model.Reading[model.DeliveryDetail]
	Keys(ctx context.Context, r model.Repo) model.Reading[[]model.DeployKey]
	People(ctx context.Context, r model.Repo) model.Reading[[]model.Person]
	Teams(ctx context.Context, r model.Repo) model.Reading[[]model.Team]
	Invitations(ctx context.Context, r model.Repo) model.Reading[[]model.Invitation]
	Settings(ctx context.Context, project model.Text) model.Reading[model.CISettings]
}

// Env is what every screen is given.
type Env struct {
	Book    *Book
	Theme   *theme.Theme
	Details Details
	Changes Changes // nil: nothing can be written
	Origins map[model.Forge]string
	Context context.Context //nolint:containedctx // the console's own life; screens derive theirs from it
}

// Open asks the app to show a screen on top.
type Open struct{ Screen Screen }

// Show asks for a screen in a command.
func Show(s Screen) tea.Cmd { return func() tea.Msg { return Open{s} } }

// Flash asks the app to say something in the footer until the next key.
type Flash struct {
	Text string
	Bad  bool
}

// Refresh asks the app to read repositories again.
type Refresh struct{ Refs []model.RepoRef }

// Stop asks the app to stop reading; what was read stays.
type Stop struct{}

// Choose asks the app to open a menu.
type Choose struct {
	Title   string
	Choices []Choice
}

// Choice is one line of a menu.
type Choice struct {
	Name string
	Note string
	Run  func() tea.Cmd
}

// BookChanged says that rows were read; screens that show rows take them over.
type BookChanged struct{ Refs []model.RepoRef }

// Repaint says that time has passed.
type Repaint struct{}

var tickets atomic.Uint64

// life is a screen's own context and ticket: a late answer of a screen that was left no longer matches.
type life struct {
	ctx    context.Context //nolint:containedctx // cancelled by Close
	cancel context.CancelFunc
	ticket uint64
}

func born(parent context.Context) life {
	ctx, cancel := context.WithCancel(parent)
	return life{ctx, cancel, tickets.Add(1)}
}

// Close cancels what the screen is reading.
func (l life) Close() { l.cancel() }

// answer carries a value read for one screen.
type answer[T any] struct {
	ticket uint64
	what   string
	value  T
}

// ask reads in a command; the closure holds copies only.
func ask[T any](l life, what string, read func(context.Context) T) tea.Cmd {
	ctx, ticket := l.ctx, l.ticket
	return func() tea.Msg { return answer[T]{ticket, what, read(ctx)} }
}
