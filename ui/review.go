package ui

import (
	"context"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/screen"
	"gatehouse/ui/widget"
)

// grace is how long a dialog that has just appeared ignores keys that were meant for what lay under it.
const grace = 400 * time.Millisecond

// review shows a plan before anything of it is sent: what, before and after, the exact call, how it is undone. The focus starts on Cancel.
type review struct {
	app     *App
	plan    change.Plan
	secrets change.Secrets
	verb    string // "Apply", "Resume"
	start   func(context.Context, change.Go) (change.Run, error)
	born    time.Time
	pager   widget.Pager
	width   int
	buttons widget.Buttons
	phrase  string // to be typed; empty: none
	input   textinput.Model
	problem string // why it cannot be applied
}

func newReview(a *App, verb string, p change.Plan, secrets change.Secrets, start func(context.Context, change.Go) (change.Run, error)) *review {
	r := &review{app: a, plan: p, secrets: secrets, verb: verb, start: start, born: a.services.Now(), phrase: p.Phrase(), input: textinput.New()}
	r.buttons.Names = []string{"Cancel", verb}
	r.input.CharLimit = 200
	r.input.Focus()
	r.input.Prompt = ""
	switch err := p.Brake(max(a.book.Total, len(a.book.Rows))); {
	case err != nil:
		c := model.CauseOf(err)
		r.problem = c.Said.String() + "; " + c.Hint
	default:
		for _, s := range p.Slots() {
			if secrets[s].Empty() {
				r.problem = "its secret is missing: enter it again"
			}
		}
	}
	if r.problem != "" {
		r.buttons.Names = []string{"Close"}
	}
	return r
}

// Update moves between the buttons and the text; enter acts on the button with the focus and on nothing else.
func (r *review) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	key := msg.String()
	if key == "esc" {
		return true, nil
	}
	if since := r.app.services.Now().Sub(r.born); since >= 0 && since < grace {
		return false, nil
	}
	switch {
	case key == "enter":
		return r.act()
	case r.buttons.Handle(key), r.scroll(key):
	case r.phrase != "" && r.problem == "":
		r.input, _ = r.input.Update(msg)
	case key == "h" || key == "l":
		r.buttons.Handle(map[string]string{"h": "left", "l": "right"}[key])
	case key == "q":
		return true, nil
	}
	return false, nil
}

// scroll knows the keys that are no letters: those may be typed.
func (r *review) scroll(key string) bool {
	if r.phrase != "" && len(key) == 1 {
		return false
	}
	return r.pager.Handle(key)
}

func (r *review) act() (bool, tea.Cmd) {
	switch {
	case r.buttons.Focus == 0:
		return true, nil
	case r.phrase != "" && strings.TrimSpace(r.input.Value()) != r.phrase:
		return false, func() tea.Msg {
			return screen.Flash{Text: "this destroys: type " + r.phrase + " first", Bad: true}
		}
	}
	return true, r.app.apply(r)
}

// View draws the plan and, always in sight, what confirms it.
func (r *review) View(w, h int) string {
	t := r.app.theme
	inner := min(max(w-4, 10), 110)
	if r.width != inner {
		r.width = inner
		r.pager.Lines = screen.PlanLines(t, r.plan, inner)
	}
	var foot []string
	switch {
	case r.problem != "":
		for _, l := range widget.Wrap("✗ "+r.problem, inner-4) {
			foot = append(foot, "  "+t.Danger.Render(l))
		}
	case r.phrase != "":
		foot = append(foot, "  "+t.Danger.Render("This destroys.")+" Type "+t.Title.Render(r.phrase)+" and choose "+r.verb+":",
			"  > "+widget.Cut(model.Outside(r.input.Value()).String(), inner-8)+t.Selected.Render(" "))
	}
	foot = append(foot, "", "  "+r.buttons.View(t)+t.Faint.Render("   tab, enter · esc leaves"))
	rows := max(min(len(r.pager.Lines), h-2-len(foot)), 1)
	lines := strings.Split(r.pager.View(inner, rows), "\n")
	return widget.Box(model.Outside(r.plan.Title).String(), append(lines, foot...), inner)
}

// notice says something that must not be missed.
type notice struct {
	title string
	pager widget.Pager
	lines func(w int) []string
	width int
	foot  string
}

// Update scrolls, or closes.
func (n *notice) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "enter", "esc", "q", " ":
		return true, nil
	}
	n.pager.Handle(msg.String())
	return false, nil
}

// View draws it.
func (n *notice) View(w, h int) string {
	inner := min(max(w-4, 10), 110)
	if n.width != inner {
		n.width = inner
		n.pager.Lines = n.lines(inner)
	}
	rows := max(min(len(n.pager.Lines), h-4), 1)
	return widget.Box(n.title, append(strings.Split(n.pager.View(inner, rows), "\n"), "", n.foot), inner)
}
