package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/ui/screen"
)

// keyMeaning is a key and what it may be called: one meaning, worded for what it acts on.
type keyMeaning struct {
	key   string
	names []string
}

// keyTable gives every key one meaning, on every screen. A test fails on an action whose key is not here or is called otherwise.
var keyTable = []keyMeaning{
	{"enter", []string{"open", "open repository", "delivery log", "request and response", "where this key is", "all of this person", "open change", "review"}}, // one level deeper
	{"esc", []string{"back", "drop filter, marks"}}, // one level out
	{"[", []string{"screen before"}}, {"]", []string{"screen after"}},
	{"/", []string{"filter"}}, {"s", []string{"sort"}}, {"c", []string{"columns"}},
	{":", []string{"go to"}}, {"?", []string{"all keys"}},
	{" ", []string{"mark", "toggle"}}, {"*", []string{"mark all shown", "all events"}},
	{"w", []string{"what is wrong"}},
	{"r", []string{"read again"}}, {"X", []string{"stop reading"}},
	{"e", []string{"edit events"}}, {"f", []string{"fix"}}, {"p", []string{"preset"}}, {"a", []string{"on or off"}},
	{"n", []string{"add hook"}}, {"E", []string{"settings"}}, {"S", []string{"new secret"}}, {"d", []string{"remove hook"}},
	{"P", []string{"ping"}}, {"T", []string{"send test push"}}, {"R", []string{"redeliver"}}, {"F", []string{"redeliver failed"}},
	{"u", []string{"undo"}}, {"U", []string{"resume"}}, {"t", []string{"retry failed"}}, {"J", []string{"journal"}},
	{"y", []string{"copy"}}, {"o", []string{"open in browser"}},
	{"tab", []string{"next tab"}}, {"shift+tab", []string{"tab before"}},
	{"1", []string{"overview"}}, {"2", []string{"hooks"}}, {"3", []string{"keys"}}, {"4", []string{"people"}},
	{"q", []string{"quit"}},
}

// moving are the keys that move inside lists and pages.
const moving = "↑↓ j k  PgUp PgDn  g G"

// key handles a key: a dialog first, then text being typed, then actions, then moving.
func (a *App) key(msg tea.KeyMsg) tea.Cmd {
	a.flash = screen.Flash{}
	key := msg.String()
	if key == "ctrl+c" {
		if a.running != nil {
			a.running.asked = true // it needs no second word
		}
		return a.leaveOrWait()
	}
	if key == "esc" && a.planning != nil && a.dialog == nil {
		a.drop()
		return nil
	}
	if a.dialog != nil {
		done, cmd := a.dialog.Update(msg)
		if done {
			a.dialog = nil
		}
		return cmd
	}
	if t, ok := a.Top().(screen.Typer); ok && t.Typing() {
		return a.Top().Update(msg)
	}
	if msg.Paste {
		return nil // pasted text is no command
	}
	for _, act := range a.actions() {
		if act.Key == key {
			return a.do(act)
		}
	}
	return a.Top().Update(msg)
}

// do runs an action, or says why it cannot be done now. It is the only place that knows read-only mode.
func (a *App) do(act screen.Action) tea.Cmd {
	why := refusal(act, a.services.ReadOnly)
	if why != nil {
		a.flash = screen.Flash{Text: act.Name + ": " + why.Hint, Bad: true}
		return nil
	}
	return act.Run()
}

func refusal(act screen.Action, readOnly bool) *model.Cause {
	if readOnly && act.Effect >= screen.Writes {
		return &model.Cause{Kind: model.CauseRefused, Hint: "gatehouse is in read-only mode"}
	}
	if act.Refuse != nil {
		return act.Refuse()
	}
	return nil
}

// actions are the screen's, then the ones that are the same everywhere.
func (a *App) actions() []screen.Action {
	out := a.Top().Actions()
	own := len(out)
	for _, act := range a.everywhere() {
		taken := slices.ContainsFunc(out[:own], func(x screen.Action) bool { return x.Key == act.Key })
		if !taken && (act.Key != "esc" || a.at > 0) {
			out = append(out, act)
		}
	}
	return out
}

func (a *App) everywhere() []screen.Action {
	return []screen.Action{
		{Key: ":", Name: "go to", Bar: true, Run: func() tea.Cmd { a.dialog = newGoTo(a); return nil }},
		{Key: "u", Name: "undo", Effect: screen.Writes, Refuse: a.noJournal, Run: a.undoMenu},
		{Key: "J", Name: "journal", Refuse: a.noJournal, Run: func() tea.Cmd { return a.show(screen.NewJournal(a.env)) }},
		{Key: "y", Name: "copy", Run: a.copyMenu},
		{Key: "o", Name: "open in browser", Refuse: a.noPage, Run: a.browse},
		{Key: "?", Name: "all keys", Bar: true, Run: func() tea.Cmd { a.dialog = newHelp(a); return nil }},
		{Key: "esc", Name: "back", Bar: a.at > 0, Run: a.leave},
		{Key: "[", Name: "screen before", Run: a.back},
		{Key: "]", Name: "screen after", Run: a.forward},
		{Key: "q", Name: "quit", Bar: true, Run: a.leaveOrWait},
	}
}

func (a *App) quit() tea.Cmd {
	a.Close()
	return tea.Quit
}

// show puts a screen on top; what could be gone forward to is closed.
func (a *App) show(s screen.Screen) tea.Cmd {
	for _, gone := range a.stack[a.at+1:] {
		gone.Close()
	}
	a.stack = append(a.stack[:a.at+1], s)
	a.at++
	if i, ok := s.(interface{ Init() tea.Cmd }); ok {
		return i.Init()
	}
	return nil
}

// leave closes the screen in sight, which cancels what it is reading.
func (a *App) leave() tea.Cmd {
	if a.at == 0 {
		return nil
	}
	for _, gone := range a.stack[a.at:] {
		gone.Close()
	}
	a.stack = a.stack[:a.at]
	a.at--
	return nil
}

func (a *App) back() tea.Cmd {
	a.at = max(a.at-1, 0)
	return nil
}

func (a *App) forward() tea.Cmd {
	a.at = min(a.at+1, len(a.stack)-1)
	return nil
}

func (a *App) page() string {
	if p, ok := a.Top().(screen.Pager); ok {
		return p.Page()
	}
	return ""
}

func (a *App) noJournal() *model.Cause {
	if a.services.Changes == nil {
		return &model.Cause{Kind: model.CauseUnsupported, Hint: "there is no journal, and nothing is changed without one"}
	}
	return nil
}

func (a *App) noPage() *model.Cause {
	if a.page() == "" || a.services.Browse == nil {
		return &model.Cause{Kind: model.CauseRefused, Hint: "there is no page for this"}
	}
	return nil
}

func (a *App) browse() tea.Cmd {
	page, open := a.page(), a.services.Browse
	return func() tea.Msg { return browsed{open(page)} }
}
