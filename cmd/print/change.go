package print

import (
	"encoding/json"

	"gatehouse/model"
	"gatehouse/model/change"
)

// Plan is a plan as JSON: what would be sent, what it changes, how it is undone.
type Plan struct {
	Title   string    `json:"title"`
	Steps   []Step    `json:"steps"`
	Refused []Refused `json:"refused"`
	Already []string  `json:"already"`           // what is so already
	Confirm string    `json:"confirm,omitempty"` // what --confirm must say; empty: --yes is enough
	Undoes  string    `json:"undoes,omitempty"`
	Retries string    `json:"retries,omitempty"`
}

// Step is one request as JSON.
type Step struct {
	ID      string          `json:"id"`
	Repo    model.RepoRef   `json:"repo"`
	What    string          `json:"what"`
	Method  string          `json:"method"`
	URL     string          `json:"url"`
	Body    json.RawMessage `json:"body"` // secrets are slots: "{secret:NAME}"
	Before  model.Text      `json:"before"`
	After   string          `json:"after"`
	Undo    []string        `json:"undo"`             // in words; empty: it cannot be undone
	Final   string          `json:"cannot_be_undone"` // why; empty: it can
	Builds  bool            `json:"may_start_build"`
	Destroy bool            `json:"destroys"`
}

// Refused is what cannot be done, as JSON.
type Refused struct {
	Repo model.RepoRef `json:"repo"`
	What string        `json:"what"`
	Why  model.Cause   `json:"why"`
}

// PlanOf makes a plan's JSON.
func PlanOf(p change.Plan) Plan {
	out := Plan{Title: p.Title, Steps: []Step{}, Refused: []Refused{}, Already: append([]string{}, p.Already...), Confirm: p.Phrase(), Undoes: p.Undoes, Retries: p.Retries}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, StepOf(s))
	}
	for _, r := range p.Refused {
		out.Refused = append(out.Refused, Refused{r.Target.Repo, r.What, r.Why})
	}
	return out
}

// StepOf makes a step's JSON.
func StepOf(s change.Step) Step {
	out := Step{
		ID: s.ID, Repo: s.Op.On().Repo, What: s.What, Method: s.Call.Method, URL: s.Call.URL, Body: s.Call.Body, Before: s.Before.Says, After: s.Expect,
		Undo: []string{}, Final: s.Final, Builds: s.Builds, Destroy: s.Stakes == change.Destroys,
	}
	for _, op := range s.Undo {
		out.Undo = append(out.Undo, change.Words(op))
	}
	return out
}

// Run is what became of a plan, as JSON.
type Run struct {
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	At       model.Unix      `json:"at"`
	State    change.RunState `json:"state"` // unfinished, done, undone, partly
	Until    model.Unix      `json:"until"` // when a limit that stopped it ends
	Origin   string          `json:"origin"`
	Account  string          `json:"account"`
	Repos    []model.RepoRef `json:"repos"`
	Done     int             `json:"done"` // steps that stand, those that were so already included
	Failed   int             `json:"failed"`
	Open     int             `json:"open"` // not finished, or not proven
	Undoes   string          `json:"undoes,omitempty"`
	UndoneBy string          `json:"undone_by,omitempty"`
	Retries  string          `json:"retries,omitempty"`
	Steps    []StepResult    `json:"steps,omitempty"`
	Refused  []Refused       `json:"refused,omitempty"`
}

// StepResult is what became of a step, as JSON.
type StepResult struct {
	Step
	State    change.StepState `json:"state"`
	Status   int              `json:"status"` // of HTTP; 0: no answer, or nothing was sent
	Verified bool             `json:"verified"`
	Now      model.Text       `json:"now"` // what was read afterwards; empty: it was not read
	Warning  string           `json:"warning,omitempty"`
	Made     string           `json:"made,omitempty"`
	Why      *model.Cause     `json:"why"`
	At       model.Unix       `json:"at"`
}

// RunOf makes a run's JSON; whole adds its steps.
func RunOf(r change.Run, undoneBy string, whole bool) Run {
	out := Run{ID: r.ID, Title: r.Plan.Title, At: r.Plan.Made, State: r.State(), Until: r.Until(), Undoes: r.Plan.Undoes, UndoneBy: undoneBy, Retries: r.Plan.Retries, Repos: []model.RepoRef{}}
	for _, t := range r.Plan.Targets() {
		out.Origin, out.Account = t.Origin, t.Account
		out.Repos = append(out.Repos, t.Repo)
	}
	for _, s := range r.Results() {
		switch s.State {
		case change.Stands, change.Already:
			out.Done++
		case change.NotDone:
			out.Failed++
		case change.Waiting, change.Held, change.Open, change.Unproven:
			out.Open++
		}
		if whole {
			out.Steps = append(out.Steps, resultOf(s))
		}
	}
	if whole {
		out.Refused = PlanOf(r.Plan).Refused
	}
	return out
}

func resultOf(s change.StepResult) StepResult {
	out := StepResult{Step: StepOf(s.Step), State: s.State, Status: s.Outcome.Status, Verified: s.Verified(), Made: s.Made, Why: s.Outcome.Why, At: s.At}
	if s.Seen != nil {
		out.Now, out.Warning = s.Seen.Now.Says, s.Seen.Warn
	}
	return out
}
