package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/screen"
	"gatehouse/ui/widget"
)

// progress shows a change that is under way.
type progress struct {
	app *App
	run *running
}

// Update hides it, or stops the change after the step that is under way.
func (p *progress) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc":
		return true, nil
	case "X":
		p.app.stopRun()
	case "q":
		return false, p.app.leaveOrWait()
	}
	return false, nil
}

// View draws a bar, the counts, and the newest results.
func (p *progress) View(w, h int) string {
	t, r := p.app.theme, p.run
	inner := min(max(w-8, 10), 90)
	wide := max(inner-24, 4)
	full := wide
	if r.total > 0 {
		full = wide * min(len(r.results), r.total) / r.total
	}
	lines := []string{"", fmt.Sprintf("  %s%s  %d/%d", t.Key.Render(strings.Repeat("▓", full)), t.Faint.Render(strings.Repeat("░", wide-full)), len(r.results), r.total), ""}
	last := r.results[max(len(r.results)-min(6, max(h-8, 1)), 0):]
	for _, s := range last {
		lines = append(lines, "  "+screen.ResultMark(t, s)+" "+widget.Cut(s.Step.Op.On().Repo.String()+"  "+screen.ResultWords(s), inner-6))
	}
	for len(lines) < 9 && len(lines) < h-4 {
		lines = append(lines, "")
	}
	foot := "esc hides this, the change goes on · X stops after the step under way"
	if r.stopped {
		foot = "stopping after the step under way …"
	}
	return widget.Box(model.Outside(r.title).String(), append(lines, "  "+t.Faint.Render(widget.Cut(foot, inner-4))), inner)
}

// results says what became of each step, what is wrong first, and offers what can be done about it.
type results struct {
	app     *App
	run     change.Run
	err     error
	pager   widget.Pager
	width   int
	buttons widget.Buttons
	acts    []func() tea.Cmd // beside the buttons
}

func newResults(a *App, run change.Run, err error) *results {
	r := &results{app: a, run: run, err: err}
	r.add("Close", func() tea.Cmd { return nil })
	changes, failed := a.services.Changes, 0
	for _, s := range run.Results() {
		if s.State == change.NotDone {
			failed++
		}
	}
	if failed > 0 && run.Finished() {
		r.add(fmt.Sprintf("Retry the %d that failed", failed), func() tea.Cmd { return screen.ProposeRetry(changes, run) })
	}
	if _, ok := change.UndoWords(run); ok {
		r.add("Undo", func() tea.Cmd { return screen.ProposeUndo(changes, run) })
	}
	return r
}

func (r *results) add(name string, act func() tea.Cmd) {
	r.buttons.Names = append(r.buttons.Names, name)
	r.acts = append(r.acts, act)
}

// Update moves, scrolls, and acts on the button with the focus.
func (r *results) Update(msg tea.KeyMsg) (bool, tea.Cmd) {
	key := msg.String()
	switch {
	case key == "esc", key == "q":
		return true, nil
	case key == "enter":
		return true, r.acts[r.buttons.Focus]()
	case r.buttons.Handle(key):
	default:
		r.pager.Handle(key)
	}
	return false, nil
}

// View draws the summary and a line or more for each step.
func (r *results) View(w, h int) string {
	t := r.app.theme
	inner := min(max(w-4, 10), 110)
	if r.width != inner {
		r.width = inner
		r.pager.Lines = r.lines(inner)
	}
	rows := max(min(len(r.pager.Lines), h-5), 1)
	lines := strings.Split(r.pager.View(inner, rows), "\n")
	return widget.Box("#"+r.run.ID+" "+model.Outside(r.run.Plan.Title).String(), append(lines, "", "  "+r.buttons.View(t)), inner)
}

func (r *results) lines(w int) []string {
	t := r.app.theme
	out := []string{"", "  " + t.Title.Render(widget.Cut(model.Outside(summary(r.run, r.err)).String(), w-4)), ""}
	all := r.run.Results()
	slices.SortStableFunc(all, func(a, b change.StepResult) int { return rank(a) - rank(b) })
	for _, s := range all {
		out = append(out, screen.ResultLines(t, s, w)...)
	}
	return append(out, screen.RefusedLines(t, r.run.Plan, w)...)
}

// rank puts what a person must look at first.
func rank(s change.StepResult) int {
	switch {
	case s.Warning() != "":
		return 0
	case s.State == change.NotDone:
		return 1
	case s.State == change.Unproven, s.State == change.Open:
		return 2
	case s.State == change.Waiting, s.State == change.Held:
		return 3
	}
	return 4
}
