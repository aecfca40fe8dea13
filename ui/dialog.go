package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/filter"
	"gatehouse/ui/screen"
	"gatehouse/ui/theme"
	"gatehouse/ui/widget"
)

// dialog is what lies over a screen and takes the keys.
type dialog interface {
	Update(tea.KeyMsg) (done bool, cmd tea.Cmd)
	View(w, h int) string // a box, at most w by h
}

// menu is a list to choose from.
type menu struct {
	theme   *theme.Theme
	title   string
	choices []screen.Choice
	cursor  int
}

func newMenu(t *theme.Theme, title string, choices []screen.Choice) *menu {
	return &menu{theme: t, title: title, choices: choices}
}

// Update moves and chooses.
func (m *menu) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc", "q":
		return true, nil
	case "up", "k":
		m.cursor = max(m.cursor-1, 0)
	case "down", "j", "tab":
		m.cursor = min(m.cursor+1, len(m.choices)-1)
	case "enter", " ":
		if len(m.choices) == 0 {
			return true, nil
		}
		return true, m.choices[m.cursor].Run()
	}
	return false, nil
}

// View draws the choices.
func (m *menu) View(w, h int) string {
	inner := min(max(w-8, 10), 100)
	wide, note := 0, 0
	for _, c := range m.choices {
		wide, note = max(wide, widget.Width(c.Name)), max(note, widget.Width(c.Note))
	}
	inner = min(inner, max(wide+note+8, 60))
	wide = min(wide, max(inner/2, inner-note-8))
	room := max(h-4, 1)
	from := max(min(m.cursor-room/2, len(m.choices)-room), 0)
	var lines []string
	for i := from; i < min(from+room, len(m.choices)); i++ {
		c := m.choices[i]
		if i == m.cursor {
			lines = append(lines, m.theme.Selected.Render(" ▸ "+widget.Fit(widget.Fit(c.Name, wide)+"  "+c.Note, inner-3)))
			continue
		}
		lines = append(lines, "   "+widget.Fit(c.Name, wide)+"  "+m.theme.Faint.Render(widget.Cut(c.Note, inner-wide-6)))
	}
	if len(m.choices) == 0 {
		lines = []string{"   nothing here"}
	}
	lines = append(lines, m.theme.Faint.Render("   enter choose · esc leave"))
	return widget.Box(m.title, lines, inner)
}

// goTo jumps to a repository by a few letters of its name, or to a screen.
type goTo struct {
	app    *App
	input  textinput.Model
	found  []screen.Choice
	cursor int
}

func newGoTo(a *App) *goTo {
	g := &goTo{app: a, input: textinput.New()}
	g.input.CharLimit = 200
	g.input.Focus()
	g.search()
	return g
}

const goToRows = 10

// search lists the screens and repositories that match, at most ten.
func (g *goTo) search() {
	a := g.app
	word := strings.ToLower(strings.TrimSpace(g.input.Value()))
	g.found, g.cursor = nil, 0
	for _, s := range []struct {
		name, note string
		make       func() screen.Screen
	}{
		{"repositories", "every repository with its health", nil},
		{"journal", "what was changed: see, resume and undo it", func() screen.Screen { return screen.NewJournal(a.env) }},
		{"accounts", "who gatehouse is, scopes, limits", func() screen.Screen { return screen.NewAccounts(a.env) }},
	} {
		if strings.HasPrefix(s.name, word) {
			g.found = append(g.found, screen.Choice{Name: s.name, Note: s.note, Run: func() tea.Cmd {
				if s.make == nil {
					for a.at > 0 {
						a.leave()
					}
					return nil
				}
				return a.show(s.make())
			}})
		}
	}
	if ref, err := model.ParseRepoRef(word); err == nil && a.book.Row(ref) != nil {
		g.offer(ref)
		return
	}
	f, err := filter.Parse(word)
	if err != nil {
		return
	}
	for _, r := range a.book.Rows {
		if len(g.found) >= goToRows {
			break
		}
		if f.Match(r) {
			g.offer(r.Ref)
		}
	}
}

func (g *goTo) offer(ref model.RepoRef) {
	a := g.app
	row := a.book.Row(ref)
	g.found = append(g.found, screen.Choice{Name: row.Slug, Note: row.Verdict.Text, Run: func() tea.Cmd { return a.show(screen.NewRepo(a.env, ref, screen.TabOverview)) }})
}

// Update types, moves and goes.
func (g *goTo) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc":
		return true, nil
	case "up", "shift+tab":
		g.cursor = max(g.cursor-1, 0)
	case "down", "tab":
		g.cursor = max(min(g.cursor+1, len(g.found)-1), 0)
	case "enter":
		if g.cursor < len(g.found) {
			return true, g.found[g.cursor].Run()
		}
	default:
		g.input, _ = g.input.Update(msg)
		g.search()
	}
	return false, nil
}

// View draws what is typed and what matches.
func (g *goTo) View(w, h int) string {
	inner := min(max(w-8, 10), 76)
	t := g.app.theme
	lines := []string{" : " + widget.Cut(model.Outside(g.input.Value()).String(), inner-6) + t.Selected.Render(" ")}
	for i, c := range g.found[:min(len(g.found), max(h-5, 1))] {
		line := widget.Fit(c.Name, inner/2) + "  "
		if i == g.cursor {
			lines = append(lines, t.Selected.Render(" ▸ "+widget.Fit(line+c.Note, inner-3)))
		} else {
			lines = append(lines, "   "+line+t.Faint.Render(widget.Cut(c.Note, inner/2-6)))
		}
	}
	if len(g.found) == 0 {
		lines = append(lines, t.Faint.Render("   nothing matches; a repository's address works too"))
	}
	return widget.Box("Go to", append(lines, t.Faint.Render("   enter go · esc leave")), inner)
}

// help lists every key that does something here, with why one cannot be used now.
type help struct {
	pager widget.Pager
	title string
}

func newHelp(a *App) *help {
	t := a.theme
	lines := []string{"", "  " + t.Key.Render(widget.Fit(moving, 24)) + "move"}
	for _, act := range a.actions() {
		line := "  " + t.Key.Render(widget.Fit(keyName(act.Key), 24)) + act.Name
		if why := refusal(act, a.services.ReadOnly); why != nil {
			line += t.Faint.Render("   not now: " + why.Hint)
		}
		lines = append(lines, line)
	}
	lines = append(lines, "", "  "+t.Faint.Render("as a command"), "  "+quoted(a.Top().Command()), "",
		"  "+t.Faint.Render("marks"), "  ✓ good  ✗ broken  ! look  – none  ⊘ denied  ? not readable  · not available here  … not read yet", "")
	return &help{pager: widget.Pager{Lines: lines}, title: "Keys here"}
}

// Update scrolls, or leaves on any other key.
func (h *help) Update(msg tea.KeyMsg) (bool, tea.Cmd) { return !h.pager.Handle(msg.String()), nil }

// View draws the list.
func (h *help) View(w, height int) string {
	inner := min(max(w-4, 10), 100)
	rows := min(len(h.pager.Lines), max(height-2, 1))
	return widget.Box(h.title, strings.Split(h.pager.View(inner, rows), "\n"), inner)
}

// keyName is a key as people write it.
func keyName(key string) string {
	switch key {
	case " ":
		return "space"
	case "shift+tab":
		return "⇧tab"
	}
	return key
}
