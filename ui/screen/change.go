package screen

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
)

// Changes plans and carries out writes. Ops need to know their repository only: where and as whom is filled in. Every method may be
// called from a command's goroutine; none sends a write but Apply and Resume.
type Changes interface {
	Plan(ctx context.Context, title string, ops []model.Op) (change.Plan, error)
	Apply(ctx context.Context, p change.Plan, g change.Go) (change.Run, error)
	Resume(ctx context.Context, run string, g change.Go) (change.Run, error)
	Undo(ctx context.Context, run string) (change.Plan, error)
	Retry(ctx context.Context, run string) (change.Plan, error)
	// Runs are the runs of the journal, oldest first.
	Runs(ctx context.Context) ([]change.Run, error)
}

// Propose asks the app to make a plan and to open its review. Nothing is written before a person has confirmed the review.
type Propose struct {
	Title   string
	Plan    func(context.Context) (change.Plan, error)
	Secrets change.Secrets // for the plan's slots; in memory only
}

// Suggest proposes ops in a command.
func Suggest(env *Env, title string, secrets change.Secrets, ops ...model.Op) tea.Cmd {
	c := env.Changes
	return func() tea.Msg {
		return Propose{Title: title, Secrets: secrets, Plan: func(ctx context.Context) (change.Plan, error) { return c.Plan(ctx, title, ops) }}
	}
}

// Changed says that a run has ended or stopped: what its targets hold must be read again.
type Changed struct {
	Run change.Run
	Err error
}

// mayWrite is why nothing can be written at all; nil: it can.
func (e *Env) mayWrite() *model.Cause {
	if e.Changes == nil {
		return &model.Cause{Kind: model.CauseUnsupported, Hint: "gatehouse cannot write here: there is no journal"}
	}
	return nil
}

// Resume asks the app to take up an unfinished run, after a review.
type Resume struct{ Run change.Run }

// ProposeUndo proposes to take a run back.
func ProposeUndo(c Changes, r change.Run) tea.Cmd {
	return func() tea.Msg {
		return Propose{Title: "undo #" + r.ID, Plan: func(ctx context.Context) (change.Plan, error) { return c.Undo(ctx, r.ID) }}
	}
}

// ProposeRetry proposes what a run did not do.
func ProposeRetry(c Changes, r change.Run) tea.Cmd {
	return func() tea.Msg {
		return Propose{Title: "retry #" + r.ID, Plan: func(ctx context.Context) (change.Plan, error) { return c.Retry(ctx, r.ID) }}
	}
}
