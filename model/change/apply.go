package change

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/model"
)

// Go is what a person adds to a plan when applying or resuming it.
type Go struct {
	Confirm  string           // Plan.Phrase, typed; needed only where it is not empty
	Secrets  Secrets          // a value for each of Plan.Slots
	Progress func(StepResult) // called after each step, by the calling goroutine; may be nil
}

// Apply carries the plan out. It returns when every step has ended, or when a limit, a refused credential, the context or the journal
// stops it: then the run is unfinished and Resume takes it up. A step that fails does not stop the others; read Run.Results. The error is
// about the run: *Busy, ErrRefused (unconfirmed, another place, secret missing), the journal's own, or the context's. A context that
// ends stops before the next step: what is under way is finished and recorded.
func (e *Engine) Apply(ctx context.Context, p Plan, g Go) (Run, error) {
	if err := p.Valid(); err != nil {
		return Run{}, err
	}
	if err := e.reachable(p); err != nil {
		return Run{}, err
	}
	if g.Confirm != p.Phrase() && p.Phrase() != "" {
		return Run{}, model.Refuse("apply plan", p.Title, "it destroys and was not confirmed", "confirm with "+p.Phrase())
	}
	if err := filled(p, g.Secrets); err != nil {
		return Run{}, err
	}
	if len(p.Steps) == 0 {
		return Run{}, model.Refuse("apply plan", p.Title, "there is nothing to do", "")
	}
	id, err := e.Journal.Begin(ctx, p)
	if err != nil {
		return Run{}, notSent(p.Title, err)
	}
	return e.drive(ctx, &Run{ID: id, Plan: p}, g)
}

// Resume takes up an unfinished run: open steps are settled by reading, waiting ones are sent, in that order for each step. A finished run
// is given back as it is; so is one that nothing is left of. Errors are Apply's.
func (e *Engine) Resume(ctx context.Context, id string, g Go) (Run, error) {
	r, err := e.take(ctx, id)
	if err != nil || r.Finished() {
		return r, err
	}
	if err := filled(r.Rest(), g.Secrets); err != nil {
		return r, e.release(ctx, id, err)
	}
	return e.drive(ctx, &r, g)
}

// Abandon ends an unfinished run without sending anything: open steps are settled by reading, waiting ones given up.
func (e *Engine) Abandon(ctx context.Context, id string) (Run, error) {
	r, err := e.take(ctx, id)
	if err != nil || r.Finished() {
		return r, err
	}
	d := &drive{Engine: e, run: &r}
	for _, s := range r.Results() {
		if err := d.finish(ctx, s); err != nil {
			return r, e.release(ctx, id, err)
		}
	}
	return r, e.release(ctx, id, d.done(ctx))
}

// take finds a run and, unless it is finished, holds its leases; the run is as it is once they are held.
func (e *Engine) take(ctx context.Context, id string) (Run, error) {
	r, err := e.find(ctx, id)
	if err != nil || r.Finished() {
		return r, err
	}
	if err := e.reachable(r.Plan); err != nil {
		return r, err
	}
	if err := e.Journal.Take(ctx, id); err != nil {
		return r, notSent(r.Plan.Title, err)
	}
	again, err := e.find(ctx, id)
	if err != nil || again.Finished() {
		return again, e.release(ctx, id, err)
	}
	return again, nil
}

func (e *Engine) find(ctx context.Context, id string) (Run, error) {
	runs, err := e.Journal.Runs(ctx, RunFilter{ID: id})
	if err != nil {
		return Run{}, fmt.Errorf("read run #%s: %w", model.Outside(id), err)
	}
	if len(runs) != 1 {
		return Run{}, NoRun(id)
	}
	return runs[0], runs[0].Plan.Valid()
}

// release gives the leases back, whatever the context says, and passes err on.
func (e *Engine) release(ctx context.Context, id string, err error) error {
	if e2 := e.Journal.Release(context.WithoutCancel(ctx), id); err == nil && e2 != nil {
		return fmt.Errorf("give back the leases of run #%s: %w", id, e2)
	}
	return err
}

// drive carries out what is left of a run, whose leases are held.
func (e *Engine) drive(ctx context.Context, r *Run, g Go) (Run, error) {
	d := &drive{Engine: e, run: r, secrets: g.Secrets}
	err := d.steps(ctx, g.Progress)
	if err == nil && !d.left() {
		err = d.done(ctx)
	}
	return *r, e.release(ctx, r.ID, err)
}

func filled(p Plan, have Secrets) error {
	var missing []string
	for _, s := range p.Slots() {
		if have[s].Empty() {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return model.Refuse("apply plan", p.Title, "the secret "+strings.Join(missing, ", ")+" is missing", "enter it again: it is kept nowhere")
}

func notSent(title string, err error) error {
	return fmt.Errorf("apply %q: nothing was sent: %w", title, err)
}
