package change

import (
	"context"
	"fmt"

	"gatehouse/model"
)

// Journal keeps plans and what became of them. Whatever returns without error is durable. An implementation is safe for use by several
// goroutines and by several processes at once, and never holds a lock on its file while a request is under way.
type Journal interface {
	// Begin keeps the plan and takes the lease of every target, all or none. The run is its number: "41". The error is *Busy when another
	// living process holds a target; otherwise it says why nothing can be written, and then nothing may be sent.
	Begin(ctx context.Context, p Plan) (run string, err error)
	// Take takes the leases of a run that was begun before, as Begin does.
	Take(ctx context.Context, run string) error
	// Append adds a record. It refuses when this process does not hold the run's leases.
	Append(ctx context.Context, run string, r Record) error
	// Release gives the leases of a run back; records stay.
	Release(ctx context.Context, run string) error
	// Runs are the runs asked for, oldest first. What can be read is given also beside an error; a journal that somebody changed is
	// such an error, and refuses Begin, Take and Append too.
	Runs(ctx context.Context, f RunFilter) ([]Run, error)
}

// RunFilter chooses runs; the zero value means all.
type RunFilter struct {
	ID         string
	Unfinished bool
}

// NoRun is the error of a run that the journal does not have.
func NoRun(id string) error {
	return &model.Error{Op: "find run", On: "#" + model.Outside(id).String(), Cause: model.Cause{
		Kind: model.CauseNotFound, Said: model.Outside("the journal has no such run"), Hint: "gatehouse journal list shows them",
	}}
}

// Busy says who holds a target.
type Busy struct {
	Target model.Target
	Run    string
	Host   string
	PID    int
	Since  model.Unix
}

// Error names the holder and what to do.
func (b *Busy) Error() string {
	return fmt.Sprintf("%s is being changed by run #%s (process %d on %s, since %s): wait for it, or end that process and resume its run",
		b.Target.Repo, b.Run, b.PID, model.Outside(b.Host), b.Since.Time().Format("15:04:05 MST"))
}

// Unwrap makes it a conflict.
func (b *Busy) Unwrap() error { return model.ErrConflict }
