package change

import (
	"slices"

	"gatehouse/model"
)

// Run is a plan with what became of it so far.
type Run struct {
	ID      string   `json:"id"` // a number: "41"
	Plan    Plan     `json:"plan"`
	Records []Record `json:"records"`
}

// StepState says where a step is.
type StepState string

// The states of a step. The last four are ends.
const (
	Waiting  StepState = "waiting"  // nothing was sent
	Held     StepState = "held"     // a limit refused it; it will be sent when the run is resumed
	Open     StepState = "open"     // it may have happened: to be settled by reading
	Stands   StepState = "done"     // it happened
	Already  StepState = "already"  // it was so before; nothing was sent
	NotDone  StepState = "not_done" // proven not to have happened, or refused before anything was sent
	Unproven StepState = "unproven" // it may have happened, and nothing the service shows can tell; it is not sent again
)

// Words are the state for people.
func (s StepState) Words() string {
	switch s {
	case Waiting:
		return "not begun"
	case Held:
		return "a limit refused it; it goes on when the run is resumed"
	case Open:
		return "it may have happened: resuming finds out by reading"
	case Stands:
		return "done"
	case Already:
		return "it was so already"
	case NotDone:
		return "not done"
	case Unproven:
	}
	return "unproven: it may have happened"
}

// StepResult is a step's state with what led to it.
type StepResult struct {
	Step    Step       `json:"step"`
	State   StepState  `json:"state"`
	Outcome Outcome    `json:"outcome"`
	Seen    *Seen      `json:"seen,omitempty"` // nil: not read back
	Made    string     `json:"made,omitempty"`
	At      model.Unix `json:"at"` // of the last record; 0: none
}

// Verified reports that the effect was read back as expected, without a warning.
func (r StepResult) Verified() bool {
	return r.Seen != nil && r.Seen.Effect == Present && r.Seen.Warn == ""
}

// Warning is what is wrong although the step stands; empty: nothing. It may hold text from outside.
func (r StepResult) Warning() string {
	switch {
	case r.State != Stands || r.Seen == nil:
		return ""
	case r.Seen.Warn != "":
		return r.Seen.Warn
	case r.Seen.Effect == Other, r.Seen.Effect == Absent:
		return "it was done, and is now " + r.Seen.Now.Says.Raw()
	}
	return ""
}

// Mark is the result in one character, which says it without colour.
func (r StepResult) Mark() string {
	switch r.State {
	case Stands, Already:
		if r.Warning() != "" {
			return "!"
		}
		return "✓"
	case NotDone:
		return "✗"
	case Waiting, Held:
		return "…"
	case Open, Unproven:
	}
	return "?"
}

// RunState sums a run up.
type RunState string

// The states of a run.
const (
	RunUnfinished RunState = "unfinished" // resume or undo it
	RunDone       RunState = "done"       // every step stands
	RunUndone     RunState = "undone"     // no step stands: nothing was changed
	RunPartly     RunState = "partly"     // some steps stand, the others are proven not to; retry plans those anew
)

// Finished reports that nothing more will happen.
func (r Run) Finished() bool {
	return slices.ContainsFunc(r.Records, func(x Record) bool { return x.Kind == Done })
}

// Results are the states of all steps, in the plan's order.
func (r Run) Results() []StepResult {
	out := make([]StepResult, len(r.Plan.Steps))
	at := map[string]int{}
	for i, s := range r.Plan.Steps {
		out[i] = StepResult{Step: s, State: Waiting}
		at[s.ID] = i
	}
	for _, x := range r.Records {
		if i, ok := at[x.Step]; ok {
			out[i].fold(x)
		}
	}
	if r.Finished() {
		for i := range out {
			if out[i].State == Waiting || out[i].State == Held {
				out[i].State = NotDone // given up before it was sent
			}
		}
	}
	return out
}

// fold takes in one more record.
func (r *StepResult) fold(x Record) {
	r.At = x.At
	if x.Seen != nil {
		r.Seen = x.Seen
		r.Made = firstOf(x.Seen.Made, r.Made)
	}
	switch x.Kind {
	case Intent:
		r.State, r.Outcome = Open, Outcome{}
	case Result:
		r.Outcome = *x.Outcome
		r.Made = firstOf(x.Outcome.Made, r.Made)
		r.State = stateOf(x)
	case Verified, Done:
	}
}

func stateOf(x Record) StepState {
	switch {
	case x.Already:
		return Already
	case x.Unproof:
		return Unproven
	}
	switch x.Outcome.Class {
	case Committed:
		return Stands
	case Throttled:
		return Held
	case NotCommitted, Conflict, Rejected:
		return NotDone
	case Unknown:
	}
	return Open
}

// State sums the steps up.
func (r Run) State() RunState {
	if !r.Finished() {
		return RunUnfinished
	}
	stands, not := 0, 0
	for _, s := range r.Results() {
		switch s.State {
		case NotDone:
			not++
		case Stands, Already, Unproven:
			stands++
		case Waiting, Held, Open:
			return RunUnfinished
		}
	}
	switch {
	case not == 0:
		return RunDone
	case stands == 0:
		return RunUndone
	default:
		return RunPartly
	}
}

// Rest is what was not sent yet, as a plan of its own: what Resume sends, and what it needs secrets for.
func (r Run) Rest() Plan {
	rest := Plan{Title: r.Plan.Title, Made: r.Plan.Made}
	for _, s := range r.Results() {
		if s.State == Waiting || s.State == Held {
			rest.Steps = append(rest.Steps, s.Step)
		}
	}
	return rest
}

// Until is when a limit that stopped the run ends; 0: none did.
func (r Run) Until() model.Unix {
	var last model.Unix
	for _, s := range r.Results() {
		if s.State == Held {
			last = max(last, s.Outcome.Until)
		}
	}
	return last
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
