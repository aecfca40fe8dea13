package screen

import (
	"fmt"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/theme"
	"gatehouse/ui/widget"
)

// StepLines say all of a step that a person needs to judge it: before, after, the exact call, how it is undone or why it cannot be.
func StepLines(t *theme.Theme, s change.Step, w int) []string {
	out := wrapped("  ", t.Title, model.Outside(s.What).String(), w)
	row := func(name string, style theme.Style, text string) {
		for i, l := range widget.Wrap(text, max(w-13, 10)) {
			if i > 0 {
				name = ""
			}
			out = append(out, "    "+t.Faint.Render(widget.Fit(name, 8))+style.Render(l))
		}
	}
	row("before", t.Plain, s.Before.Says.String())
	row("after", t.Good, model.Outside(s.Expect).String())
	row("call", t.Plain, s.Call.Method+" "+model.Outside(s.Call.URL).String())
	if len(s.Call.Body) > 0 {
		row("", t.Faint, model.Outside(string(s.Call.Body)).String())
	}
	for _, op := range s.Undo {
		row("undo", t.Plain, model.Outside(change.Words(op)).String())
	}
	if s.Final != "" {
		row("no undo", t.Warn, model.Outside(s.Final).String())
	}
	if s.Builds {
		row("note", t.Warn, "! may start a build")
	}
	return out
}

func wrapped(indent string, style theme.Style, text string, w int) []string {
	var out []string
	for _, l := range widget.Wrap(text, max(w-len(indent)-1, 10)) {
		out = append(out, indent+style.Render(l))
	}
	return out
}

// PlanLines are the lines of a review: whole when the plan is short, one line a repository and the first call when it is long; what is left
// out, with its reason, comes last.
func PlanLines(t *theme.Theme, p change.Plan, w int) []string {
	out := []string{""}
	if len(p.Steps) <= 3 {
		for _, s := range p.Steps {
			out = append(append(out, StepLines(t, s, w)...), "")
		}
	} else {
		out = append(out, fmt.Sprintf("  %d requests on %d repositories, at most one a second. The first:", len(p.Steps), len(p.Targets())), "")
		out = append(append(out, StepLines(t, p.Steps[0], w)...), "", t.Heading.Render("  ALL"))
		for _, s := range p.Steps {
			out = append(out, "  "+widget.Fit(s.Op.On().Repo.String(), 26)+" "+widget.Cut(s.Before.Says.String()+" → "+model.Outside(s.Expect).String(), max(w-30, 8)))
		}
		out = append(out, "")
	}
	for _, words := range p.Already {
		out = append(out, wrapped("  ", t.Faint, "so already: "+model.Outside(words).String(), w)...)
	}
	return append(out, RefusedLines(t, p, w)...)
}

// RefusedLines say what a plan leaves out, why, and what to do about it.
func RefusedLines(t *theme.Theme, p change.Plan, w int) []string {
	var out []string
	for _, r := range p.Refused {
		out = append(out, wrapped("  ", t.Warn, "⊘ left out: "+model.Outside(r.What).String(), w)...)
		out = append(out, wrapped("      ", t.Plain, model.Outside(r.Why.Summary()).String(), w)...)
		if r.Why.Hint != "" {
			out = append(out, wrapped("      ", t.Faint, "→ "+model.Outside(r.Why.Hint).String(), w)...)
		}
	}
	return out
}

// ResultMark is a step's mark in its colour.
func ResultMark(t *theme.Theme, s change.StepResult) string {
	style := map[string]*theme.Style{"!": &t.Warn, "✓": &t.Good, "✗": &t.Danger, "…": &t.Faint, "?": &t.Unknown}[s.Mark()]
	return style.Render(s.Mark())
}

// ResultWords are for example: done, read back.
func ResultWords(s change.StepResult) string {
	words := s.State.Words()
	switch {
	case s.State != change.Stands:
	case s.Verified():
		words += ", read back"
	case s.Seen == nil:
		words += ", but it could not be read back"
	}
	if s.Outcome.Why != nil {
		words += ": " + s.Outcome.Why.Summary()
	}
	return model.Outside(words).String()
}

// ResultLines say what became of a step, and what to do about it.
func ResultLines(t *theme.Theme, s change.StepResult, w int) []string {
	out := wrapped("  ", t.Plain, s.Step.Op.On().Repo.String()+"  "+ResultWords(s), w-2)
	out[0] = "  " + ResultMark(t, s) + " " + strings.TrimPrefix(out[0], "  ")
	if warn := s.Warning(); warn != "" {
		out = append(out, wrapped("      ", t.Warn, "! "+model.Outside(warn).String(), w)...)
	}
	if s.Outcome.Why != nil && s.Outcome.Why.Hint != "" {
		out = append(out, wrapped("      ", t.Faint, "→ "+model.Outside(s.Outcome.Why.Hint).String(), w)...)
	}
	return out
}

// RunState is a run's state in words with its glyph: ✓ done.
func RunState(t *theme.Theme, r change.Run, undoneBy string) (string, *theme.Style) {
	done, all := 0, 0
	for _, s := range r.Results() {
		all++
		if s.State == change.Stands || s.State == change.Already {
			done++
		}
	}
	switch {
	case undoneBy != "":
		return "↩ undone by #" + undoneBy, &t.Faint
	case r.State() == change.RunUnfinished:
		return fmt.Sprintf("! unfinished %d/%d", done, all), &t.Warn
	case r.State() == change.RunPartly:
		return fmt.Sprintf("! partly %d/%d", done, all), &t.Warn
	case r.State() == change.RunUndone:
		return "– nothing done", &t.Faint
	}
	return "✓ done", &t.Good
}
