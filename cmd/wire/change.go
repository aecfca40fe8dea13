package wire

import (
	"context"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/circleci"
	"gatehouse/providers/github"
	"gatehouse/ui/screen"
)

// Changes plans and carries out writes with all that is configured. It opens nothing before it is asked for something.
type Changes struct{ w *Wire }

var _ screen.Changes = Changes{}

// Changes are the writes of this wire.
func (w *Wire) Changes() Changes { return Changes{w} }

// Plan prepares the operations by fresh reads, at the place and as the account that are configured.
func (c Changes) Plan(ctx context.Context, title string, ops []model.Op) (change.Plan, error) {
	e, err := c.w.writing(ctx)
	if err != nil {
		return change.Plan{}, err
	}
	here := make([]model.Op, len(ops))
	for i, op := range ops {
		service := model.ServiceGitHub
		if _, ok := op.(model.EditSettings); ok {
			service = model.ServiceCircleCI
		}
		p, ok := c.w.places[service]
		if !ok {
			return change.Plan{}, model.Refuse("plan "+change.Words(op), "", string(service)+" is not configured", "set its credential; gatehouse auth status shows what is missing")
		}
		here[i] = op.In(p.Origin, p.Account)
	}
	return e.Plan(ctx, title, here)
}

// Apply carries the plan out. In read-only mode it is refused before anything is written down.
func (c Changes) Apply(ctx context.Context, p change.Plan, g change.Go) (change.Run, error) {
	e, err := c.may(ctx, "apply plan")
	if err != nil {
		return change.Run{}, err
	}
	return e.Apply(ctx, p, g)
}

// Resume takes up an unfinished run.
func (c Changes) Resume(ctx context.Context, run string, g change.Go) (change.Run, error) {
	e, err := c.may(ctx, "resume #"+run)
	if err != nil {
		return change.Run{}, err
	}
	return e.Resume(ctx, run, g)
}

// Undo plans taking a run back. An unfinished run is ended first, which sends nothing.
func (c Changes) Undo(ctx context.Context, run string) (change.Plan, error) {
	e, err := c.may(ctx, "undo #"+run)
	if err != nil {
		return change.Plan{}, err
	}
	return e.Undo(ctx, run)
}

// Retry plans what a run did not do.
func (c Changes) Retry(ctx context.Context, run string) (change.Plan, error) {
	e, err := c.w.writing(ctx)
	if err != nil {
		return change.Plan{}, err
	}
	return e.Retry(ctx, run)
}

// Runs are the runs of the journal, oldest first. It asks no service.
func (c Changes) Runs(ctx context.Context) ([]change.Run, error) {
	j, err := c.w.Journal(ctx)
	if err != nil {
		return nil, err
	}
	return j.Runs(ctx, change.RunFilter{})
}

// may is the engine, unless nothing may be written at all.
func (c Changes) may(ctx context.Context, op string) (*change.Engine, error) {
	s, err := c.w.Services(ctx)
	if err != nil {
		return nil, err
	}
	if s.ReadOnly {
		return nil, model.Refuse(op, "", "gatehouse is in read-only mode", "leave out --read-only, or use a profile that may write")
	}
	return c.w.writing(ctx)
}

// Journal is the record of changes. The error says why there is none; then nothing can be changed.
func (w *Wire) Journal(ctx context.Context) (change.Journal, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.journal(ctx)
}

// journal is called with the lock held.
func (w *Wire) journal(ctx context.Context) (change.Journal, error) {
	s := w.openStore(ctx)
	if s == nil {
		why := *model.CauseOf(w.lacks)
		why.Hint = "nothing is changed without a record of it: mend the folder's rights or the disk, or set XDG_STATE_HOME"
		return nil, &model.Error{Op: "open journal", Cause: why, Err: w.lacks}
	}
	return s.Journal()
}

// writing is the engine with a driver for each service that can be written to.
func (w *Wire) writing(ctx context.Context) (*change.Engine, error) {
	s, err := w.Services(ctx)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.engine != nil {
		return w.engine, nil
	}
	j, err := w.journal(ctx)
	if err != nil {
		return nil, err
	}
	acc := s.GitHub.Account(ctx)
	if err := acc.Login.Err("read account", acc.Origin); err != nil {
		return nil, err
	}
	d := github.NewDriver(s.GitHub, acc.Login.Value.Raw(), w.demoOrigin("demo"))
	drivers := map[change.Place]change.Driver{d.Place(): d}
	w.places = map[model.Service]change.Place{model.ServiceGitHub: d.Place()}
	if s.CircleCI != nil {
		// An account that CircleCI refuses leaves GitHub's writes as they are.
		if login, ok := s.CircleCI.Account(ctx).Login.All(); ok {
			ci := circleci.NewDriver(s.CircleCI, login.Raw(), w.demoOrigin("circleci.demo"))
			drivers[ci.Place()] = ci
			w.places[model.ServiceCircleCI] = ci.Place()
		}
	}
	w.engine = &change.Engine{Drivers: drivers, Journal: j, Clock: clock{w.opts.Now, w.wait}}
	return w.engine, nil
}

// demoOrigin is what plans call a demo world that is kept: its address is another at every start. Elsewhere the address itself is right.
func (w *Wire) demoOrigin(name string) string {
	if w.opts.Demo && w.opts.DemoState != "" {
		return "http://" + name + ".localhost"
	}
	return ""
}

// clock is the time that the engine waits by.
type clock struct {
	now  func() time.Time
	wait func(context.Context, time.Duration) error // nil: the wall clock's
}

// Now is the time.
func (c clock) Now() time.Time { return c.now() }

// Wait returns after d, or earlier with the context's error.
func (c clock) Wait(ctx context.Context, d time.Duration) error {
	if c.wait != nil {
		return c.wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
