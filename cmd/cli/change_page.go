package cli

import (
	"fmt"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/change"
)

// planPage shows a plan to a person: whole when it is short, as a table with one example when it is long.
func (a *app) planPage(p change.Plan) {
	fmt.Fprintf(a.Out, "%s\n", model.Outside(p.Title))
	if len(p.Steps) <= 3 {
		for _, s := range p.Steps {
			a.stepPage(s)
		}
	} else {
		t := print.Table{Columns: []string{"repository", "before", "after"}}
		for _, s := range p.Steps {
			t.Rows = append(t.Rows, []string{s.Op.On().Repo.String(), s.Before.Says.String(), model.Outside(s.Expect).String()})
		}
		_ = t.Write(a.Out, max(a.terminal(), 120))
		fmt.Fprintf(a.Out, "\n%d requests on %d repositories; the first:\n", len(p.Steps), len(p.Targets()))
		a.stepPage(p.Steps[0])
	}
	for _, w := range p.Already {
		fmt.Fprintf(a.Out, "\n  so already: %s\n", model.Outside(w))
	}
	for _, r := range p.Refused {
		fmt.Fprintf(a.Out, "\n  left out: %s\n    %s\n", model.Outside(r.What), model.Outside(r.Why.Summary()))
	}
	if len(p.Steps) == 0 && len(p.Refused) == 0 {
		fmt.Fprintln(a.Out, "nothing to do")
	}
}

func (a *app) stepPage(s change.Step) {
	fmt.Fprintf(a.Out, "\n  %s\n    before  %s\n    after   %s\n    call    %s %s\n", model.Outside(s.What), s.Before.Says, model.Outside(s.Expect), s.Call.Method, model.Outside(s.Call.URL))
	if len(s.Call.Body) > 0 {
		fmt.Fprintf(a.Out, "            %s\n", model.Outside(string(s.Call.Body)))
	}
	for _, op := range s.Undo {
		fmt.Fprintf(a.Out, "    undo    %s\n", model.Outside(change.Words(op)))
	}
	if s.Final != "" {
		fmt.Fprintf(a.Out, "    cannot be undone: %s\n", model.Outside(s.Final))
	}
	if s.Builds {
		fmt.Fprintln(a.Out, "    may start a build")
	}
}

// runPage shows what became of a run, worst first in words, and how to go on.
func (a *app) runPage(r change.Run) {
	fmt.Fprintln(a.Out)
	for _, s := range r.Results() {
		fmt.Fprintf(a.Out, "%s %s: %s\n", s.Mark(), s.Step.Op.On().Repo, resultWords(s))
	}
	words := fmt.Sprintf("run #%s: %s", r.ID, r.State())
	if _, undoable := change.UndoWords(r); undoable {
		words += "; to take it back: gatehouse journal undo " + r.ID
	}
	fmt.Fprintln(a.Out, words)
}

// resultWords is for example: pull_request, push; active; secret set (read back).
func resultWords(s change.StepResult) string {
	var w string
	switch s.State {
	case change.Stands:
		w = model.Outside(s.Step.Expect).String()
		switch {
		case s.Verified():
			w += " (read back)"
		case s.Seen == nil:
			w += " (done, but it could not be read back)"
		case s.Seen.Effect == change.Other, s.Seen.Effect == change.Absent:
			w = "done, but it is now " + s.Seen.Now.Says.String()
		}
	default:
		w = s.State.Words()
	}
	if s.Seen != nil && s.Seen.Warn != "" {
		w += "; " + model.Outside(s.Seen.Warn).String()
	}
	if s.Outcome.Why != nil {
		w += ": " + model.Outside(s.Outcome.Why.Summary()).String()
		if s.Outcome.Why.Hint != "" {
			w += " → " + model.Outside(s.Outcome.Why.Hint).String()
		}
	}
	return w
}
