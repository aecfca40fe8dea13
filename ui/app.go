package ui

import (
	"context"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/inventory"
	_ "gatehouse/ui/background" // before Bubble Tea asks the terminal for its background
	"gatehouse/ui/screen"
	"gatehouse/ui/theme"
)

// Options are how the console is drawn.
type Options struct {
	NoColor bool
	Version string
	Width   int       // before the terminal says; 0: 80
	Height  int       // 0: 24
	Output  io.Writer // nil: stdout
	// Drawn is closed when the first frame is on the terminal; nothing is asked of anyone before. Nil: at once.
	Drawn <-chan struct{}

	beside func() // runs in a goroutine of ours beside the program, for tests
}

// App is the console: the only tea.Model. It owns the book of rows, the stack of screens, and at most one dialog.
type App struct {
	services Services
	options  Options
	theme    *theme.Theme
	env      *screen.Env
	book     *screen.Book
	cancel   context.CancelFunc

	stack  []screen.Screen
	at     int // the screen in sight; later ones can be gone forward to
	dialog dialog
	flash  screen.Flash
	w, h   int

	session inventory.Session
	focused []model.RepoRef

	tickets    uint64
	planning   *planning
	running    *running
	unfinished int // changes in the journal that were not brought to an end
}

// New makes the console. It asks nobody for anything.
func New(s Services, o Options) *App {
	if o.Output == nil {
		o.Output = os.Stdout
	}
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 80, 24
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &App{services: s, options: o, theme: theme.New(o.Output, o.NoColor), book: screen.NewBook(), cancel: cancel, w: o.Width, h: o.Height}
	a.book.Tick(s.Now())
	a.book.Reading = s.Open != nil
	a.env = &screen.Env{Book: a.book, Theme: a.theme, Details: details{s}, Changes: s.Changes, Origins: s.Origins, Context: ctx}
	a.stack = []screen.Screen{screen.NewRepositories(a.env)}
	return a
}

type (
	drawn  struct{}
	saved  struct{ snap *model.Snapshot }
	opened struct {
		session inventory.Session
		err     error
	}
	read struct {
		batch inventory.Batch
		more  bool
	}
	kept   struct{ err error }
	copied struct {
		name string
		err  error
	}
	browsed struct{ err error }
)

// Init waits for the first frame to be drawn; everything else follows from that.
func (a *App) Init() tea.Cmd {
	wait := a.options.Drawn
	return func() tea.Msg {
		if wait != nil {
			<-wait
		}
		return drawn{}
	}
}

// Update takes over what happened.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.book.Tick(a.services.Now())
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = msg.Width, msg.Height
	case tea.KeyMsg:
		cmd = a.key(msg)
	case drawn:
		cmd = tea.Batch(a.load(), a.open(), a.countUnfinished())
	case saved:
		a.book.Load(msg.snap)
		cmd = a.tell(screen.BookChanged{})
	case opened:
		cmd = a.begin(msg)
	case read:
		cmd = a.take(msg)
	case screen.Open:
		cmd = a.show(msg.Screen)
	case screen.Choose:
		a.dialog = newMenu(a.theme, msg.Title, msg.Choices)
	case screen.Flash:
		a.flash = msg
	case screen.Refresh:
		cmd = a.refresh(msg.Refs)
	case screen.Stop:
		cmd = a.stop()
	case screen.Leave:
		cmd = a.leave()
	case kept, copied, browsed:
		a.say(msg)
	default:
		var mine bool
		if cmd, mine = a.change(msg); !mine {
			cmd = a.tell(msg)
		}
	}
	a.focus()
	return a, cmd
}

// say puts the outcome of something small into the footer.
func (a *App) say(msg tea.Msg) {
	switch msg := msg.(type) {
	case kept:
		if msg.err != nil {
			a.flash = screen.Flash{Text: "what was read could not be kept for the next start: " + model.CauseOf(msg.err).Summary(), Bad: true}
		}
	case copied:
		a.flash = screen.Flash{Text: "copied: " + msg.name}
		if msg.err != nil {
			a.flash.Text += " (" + model.Outside(msg.err.Error()).String() + ")"
		}
	case browsed:
		if msg.err != nil {
			a.flash = screen.Flash{Text: "the page could not be opened: " + model.CauseOf(msg.err).Summary(), Bad: true}
		}
	}
}

// tell hands a message to every screen that is open: a late answer finds its own by its ticket.
func (a *App) tell(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range a.stack {
		if cmd := s.Update(msg); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(cmds...)
}

// Top is the screen in sight.
func (a *App) Top() screen.Screen { return a.stack[a.at] }

// Close ends what is being read.
func (a *App) Close() {
	a.cancel()
	if a.session != nil {
		a.session.Close()
	}
}
