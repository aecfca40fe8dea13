package screen

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/widget"
)

// Run is one change: every step with its call, what was found before and after, and what became of it.
type Run struct {
	life
	env   *Env
	run   change.Run
	back  string // the run that took it back
	pager widget.Pager
	width int
}

// NewRun makes the screen.
func NewRun(env *Env, r change.Run, undoneBy string) *Run {
	s := &Run{life: born(env.Context), env: env, run: r, back: undoneBy, width: 80}
	s.fill()
	return s
}

func (s *Run) fill() {
	t, r := s.env.Theme, s.run
	state, style := RunState(t, r, s.back)
	lines := []string{"", field(t, "state", style.Render(state), s.width), field(t, "when", r.Plan.Made.Time().Format("2006-01-02 15:04:05 UTC"), s.width)}
	for _, at := range r.Plan.Targets()[:min(len(r.Plan.Targets()), 1)] {
		lines = append(lines, field(t, "who", model.Outside(at.Account).String()+" on "+model.Outside(at.Origin).String(), s.width))
	}
	if words, ok := change.UndoWords(r); s.back == "" {
		name := "undo"
		if !ok {
			name = "no undo"
		}
		lines = append(lines, field(t, name, model.Outside(words).String(), s.width))
	}
	if u := r.Until(); u > 0 && !r.Finished() {
		lines = append(lines, field(t, "limit", "until "+u.Time().Format("15:04:05 UTC"), s.width))
	}
	for _, x := range r.Results() {
		lines = append(lines, "")
		lines = append(lines, StepLines(t, x.Step, s.width)...)
		if x.Seen != nil {
			lines = append(lines, "    "+t.Faint.Render(widget.Fit("found", 8))+widget.Cut(x.Seen.Now.Says.String(), s.width-14))
		}
		for i, l := range ResultLines(t, x, s.width-12) {
			name := "result"
			if i > 0 {
				name = ""
			}
			lines = append(lines, "    "+t.Faint.Render(widget.Fit(name, 6))+l)
		}
	}
	if len(r.Plan.Refused) > 0 {
		lines = append(lines, "")
	}
	s.pager.Lines = append(lines, RefusedLines(t, r.Plan, s.width)...)
}

// Update handles what happened.
func (s *Run) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case Changed:
		c, id := s.env.Changes, s.run.ID
		return ask(s.life, id, func(ctx context.Context) runsRead {
			runs, err := c.Runs(ctx)
			return runsRead{runs, err}
		})
	case answer[runsRead]:
		if msg.ticket != s.ticket {
			return nil
		}
		for _, r := range msg.value.runs {
			if r.ID == s.run.ID {
				s.run, s.back = r, change.UndoneBy(msg.value.runs)[r.ID]
				s.fill()
			}
		}
	case tea.KeyMsg:
		s.pager.Handle(msg.String())
	}
	return nil
}

// View draws the page.
func (s *Run) View(w, h int) string {
	if s.width != w {
		s.width = w
		s.fill()
	}
	return s.pager.View(w, h)
}

// Title names the change.
func (s *Run) Title() string {
	return "Change #" + s.run.ID + "   " + model.Outside(s.run.Plan.Title).String()
}

// Command prints the same.
func (s *Run) Command() []string { return []string{"gatehouse", "journal", "show", s.run.ID} }

// Actions are what a person can do here.
func (s *Run) Actions() []Action {
	return runActions(s.env, func() (change.Run, bool) { return s.run, true }, func(string) string { return s.back })
}
