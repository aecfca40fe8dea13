package screen

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/ui/theme"
	"gatehouse/ui/widget"
)

// Findings explains what is wrong with one repository: what, where, why it matters, what to do; and what could not be judged.
type Findings struct {
	life
	env   *Env
	ref   model.RepoRef
	pager widget.Pager
	width int
}

// NewFindings makes the screen.
func NewFindings(env *Env, ref model.RepoRef) *Findings {
	s := &Findings{life: born(env.Context), env: env, ref: ref, width: 80}
	s.fill()
	return s
}

func (s *Findings) fill() { s.pager.Lines = findingLines(s.env, s.ref, s.width, true) }

// Update handles what happened.
func (s *Findings) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BookChanged:
		s.fill()
	case tea.KeyMsg:
		s.pager.Handle(msg.String())
	}
	return nil
}

// View draws the page.
func (s *Findings) View(w, h int) string {
	if s.width != w {
		s.width = w
		s.fill()
	}
	return s.pager.View(w, h)
}

// Title names the repository.
func (s *Findings) Title() string { return "What is wrong with " + s.ref.String() }

// Command prints the same.
func (s *Findings) Command() []string { return []string{"gatehouse", "repo", "view", s.ref.String()} }

// InSight is the repository itself.
func (s *Findings) InSight() []model.RepoRef { return []model.RepoRef{s.ref} }

// Actions are what a person can do here.
func (s *Findings) Actions() []Action {
	return []Action{
		{Key: "enter", Name: "open repository", Bar: true, Run: func() tea.Cmd { return Show(NewRepo(s.env, s.ref, 0)) }},
		fix(s.env, func() (model.RepoRef, bool) { return s.ref, true }),
		editEvents(s.env, func() []model.RepoRef { return []model.RepoRef{s.ref} }),
		{Key: "r", Name: "read again", Effect: Reads, Bar: true, Run: func() tea.Cmd {
			ref := s.ref
			return func() tea.Msg { return Refresh{[]model.RepoRef{ref}} }
		}},
	}
}

// findingLines explains the broken checks; with all, the ones that hold and the ones that could not be made too.
func findingLines(env *Env, ref model.RepoRef, w int, all bool) []string {
	t := env.Theme
	var broken, unjudged, holds []string
	for _, f := range check.Run(env.Book.Snap, ref, env.Book.Now) {
		switch f.Result.Verdict {
		case check.Broken:
			broken = append(broken, explain(t, f, w)...)
		case check.Holds:
			holds = append(holds, "  "+t.Good.Render("✓")+" "+f.Check.ID)
		case check.NotAssessed:
			if f.Result.Why != nil && f.Result.Why.Kind == model.CauseUnsupported {
				continue // the service is not configured, or has no such thing
			}
			line := "  " + t.Unknown.Render("?") + " " + f.Check.ID
			if f.Result.Why != nil {
				line += t.Faint.Render("  " + widget.Cut(f.Result.Why.Summary(), w-30))
				if f.Result.Why.Hint != "" {
					line += "\n      " + t.Faint.Render(widget.Cut(f.Result.Why.Hint, w-8))
				}
			} else {
				line += t.Faint.Render("  does not apply, or nothing was said about it")
			}
			unjudged = append(unjudged, strings.Split(line, "\n")...)
		}
	}
	if len(broken) == 0 {
		broken = []string{"  " + t.Good.Render("✓ nothing wrong found") + t.Faint.Render(" by the checks that could be made"), ""}
	}
	if !all {
		return broken
	}
	out := append([]string{""}, broken...)
	if len(unjudged) > 0 {
		out = append(out, t.Title.Render("  Could not be judged"))
		out = append(out, unjudged...)
		out = append(out, "")
	}
	if len(holds) > 0 {
		out = append(out, t.Title.Render("  Holds"))
		out = append(out, holds...)
	}
	return out
}

func explain(t *theme.Theme, f check.Finding, w int) []string {
	style := &t.Warn
	if f.Check.Severity == check.High {
		style = &t.Danger
	}
	out := []string{"  " + style.Render("✗ "+f.Check.Severity.String()) + "  " + t.Title.Render(f.Check.Title)}
	for _, e := range f.Result.Evidence {
		out = append(out, "    "+e.Subject+" "+widget.Cut(e.Saw, w-6-widget.Width(e.Subject)))
	}
	for _, part := range [...][2]string{{"why", f.Check.Why}, {"do", f.Check.Do}, {"see", f.Check.Reference}} {
		for i, l := range widget.Wrap(part[1], min(w-12, 100)) {
			name := widget.Fit(part[0], 5)
			if i > 0 {
				name = widget.Spaces(5)
			}
			out = append(out, "    "+t.Faint.Render(name)+l)
		}
	}
	return append(out, "")
}
