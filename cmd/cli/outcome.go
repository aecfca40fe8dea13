package cli

import (
	"fmt"

	"gatehouse/model"
	"gatehouse/model/change"
)

// changeError ends a command whose change was not done whole. exit.go makes an exit code of it.
type changeError struct {
	run        change.Run
	refused    []change.Refused
	planned    bool // nothing was applied, but there is something to do
	done       int
	failed     []change.StepResult
	unproven   int
	unfinished bool
	err        error // what stopped it
}

// outcomeOf is nil when everything that was asked for stands.
func outcomeOf(r change.Run, err error) error {
	e := &changeError{run: r, refused: r.Plan.Refused, unfinished: !r.Finished(), err: err}
	warned := false
	for _, s := range r.Results() {
		switch s.State {
		case change.Stands, change.Already:
			e.done++
			warned = warned || s.Warning() != ""
		case change.NotDone:
			e.failed = append(e.failed, s)
		case change.Unproven:
			e.unproven++
		case change.Waiting, change.Held, change.Open:
		}
	}
	if err == nil && !e.unfinished && !warned && len(e.failed)+len(e.refused)+e.unproven == 0 {
		return nil
	}
	return e
}

// Error says how far it came.
func (e *changeError) Error() string {
	total := len(e.run.Plan.Steps)
	switch {
	case e.unfinished && e.run.ID != "" && e.err != nil:
		return e.err.Error()
	case e.unfinished && e.run.ID != "":
		return fmt.Sprintf("run #%s is unfinished: %d of %d done%s", e.run.ID, e.done, total, e.until())
	case e.run.ID == "" && len(e.refused) > 0:
		return fmt.Sprintf("%d cannot be done: %s", len(e.refused), e.refused[0].Why.Summary())
	case e.done == 0 && e.unproven == 0 && len(e.failed) > 0:
		return "nothing was changed: " + why(e.failed[0]).Summary()
	case e.unproven > 0:
		return fmt.Sprintf("%d of %d done, %d not proven", e.done, total, e.unproven)
	case len(e.failed)+len(e.refused) == 0:
		return fmt.Sprintf("%d of %d done, but something is not as it should be afterwards", e.done, total)
	}
	return fmt.Sprintf("%d of %d done, %d not", e.done, total+len(e.refused), len(e.failed)+len(e.refused))
}

func (e *changeError) until() string {
	if u := e.run.Until(); u > 0 {
		return "; a limit ends at " + u.Time().Format("15:04:05 UTC")
	}
	return ""
}

// Unwrap gives what stopped it.
func (e *changeError) Unwrap() error { return e.err }

// hint is what to do next.
func (e *changeError) hint() string {
	switch {
	case e.unfinished && e.run.ID != "":
		return "gatehouse journal resume " + e.run.ID + " takes it up, gatehouse journal undo " + e.run.ID + " takes back what was done"
	case e.run.ID == "" && len(e.refused) > 0:
		return e.refused[0].Why.Hint
	case e.done == 0 && e.unproven == 0 && len(e.failed) > 0:
		return why(e.failed[0]).Hint
	case len(e.failed) > 0:
		return "gatehouse journal retry " + e.run.ID + " tries only those again"
	case e.run.ID != "":
		return "gatehouse journal show " + e.run.ID
	}
	return ""
}

// kind is the cause when nothing at all was done; otherwise the change is incomplete.
func (e *changeError) kind() model.CauseKind {
	switch {
	case e.done > 0 || e.unproven > 0 || e.unfinished && e.run.ID != "" || e.planned:
		return model.CauseIncomplete
	case len(e.failed) > 0:
		return why(e.failed[0]).Kind
	case len(e.refused) > 0:
		return e.refused[0].Why.Kind
	}
	return model.CauseIncomplete
}

func why(s change.StepResult) *model.Cause {
	if s.Outcome.Why != nil {
		return s.Outcome.Why
	}
	return &model.Cause{Kind: model.CauseRefused, Op: s.Step.What, Said: model.Outside("it was given up before it was sent")}
}
