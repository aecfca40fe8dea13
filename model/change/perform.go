package change

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/model"
)

// drive is one process's work on one run.
type drive struct {
	*Engine
	run     *Run
	secrets Secrets
	halt    bool // a limit or a refused credential: nothing more is sent, what was done stays
}

// steps goes through the plan in its order.
func (d *drive) steps(ctx context.Context, progress func(StepResult)) error {
	for i := range d.run.Plan.Steps {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("run #%s is unfinished, resume or undo it: %w", d.run.ID, err)
		}
		if d.halt {
			return nil
		}
		was := d.run.Results()[i]
		if err := d.step(ctx, was); err != nil {
			return fmt.Errorf("run #%s is unfinished, resume or undo it: %w", d.run.ID, err)
		}
		if now := d.run.Results()[i]; progress != nil && (now.State != was.State || now.Seen != was.Seen) {
			progress(now)
		}
	}
	return nil
}

// step brings one step to an end, or leaves it open when its effect cannot be read now. The error is the journal's.
func (d *drive) step(ctx context.Context, r StepResult) error {
	switch {
	case r.State == Held && r.Outcome.Until > d.now():
		d.halt = true // Run.Until says when
		return nil
	case r.State == Waiting, r.State == Held:
		return d.perform(ctx, r.Step)
	default:
		return d.finish(ctx, r)
	}
}

// perform reads, records the intent, sends, records the outcome, reads back.
func (d *drive) perform(ctx context.Context, s Step) error {
	if n := d.unmet(s); n != "" {
		return d.end(ctx, s, Outcome{Class: NotCommitted, Why: because(s, model.CauseRefused, "it needs "+n+", which was not done", "retry both")})
	}
	driver, err := d.driver(s.Op.On())
	if err != nil {
		return err
	}
	seen, err := driver.Check(ctx, s)
	if ready, err := d.ready(ctx, s, seen, err); err != nil || !ready {
		return err
	}
	if err := d.append(ctx, Record{Kind: Intent, Step: s.ID}); err != nil {
		return fmt.Errorf("%s: nothing was sent: %w", s.What, err)
	}
	// From here on the step is finished whatever happens to ctx: an answer that nobody records would have to be guessed.
	ctx = context.WithoutCancel(ctx)
	out := driver.Send(ctx, s, d.secrets)
	if err := d.end(ctx, s, out); err != nil {
		return fmt.Errorf("%s was sent, and its outcome could not be recorded: %w", s.What, err)
	}
	d.heed(out)
	return d.finish(ctx, d.result(s.ID))
}

// ready reports that the world is what the plan was made from. Otherwise it records why the step is not sent.
func (d *drive) ready(ctx context.Context, s Step, seen Seen, err error) (bool, error) {
	if err != nil {
		if ended := ctx.Err(); ended != nil {
			return false, ended
		}
		out := unreadable(err)
		d.heed(out)
		if d.halt && out.Class != Throttled {
			return false, nil // it stays waiting: with another credential it can go on
		}
		return false, d.end(ctx, s, out)
	}
	switch seen.Effect {
	case Absent, Unseen:
		return true, nil
	case Present:
		return false, d.append(ctx, Record{Kind: Result, Step: s.ID, Already: true, Read: true, Seen: &seen, Outcome: &Outcome{Class: Committed}})
	case Other:
	}
	return false, d.append(ctx, Record{Kind: Result, Step: s.ID, Read: true, Seen: &seen, Outcome: moved(s, seen)})
}

// moved is the refusal that shows both versions.
func moved(s Step, seen Seen) *Outcome {
	return &Outcome{Class: Conflict, Why: because(s, model.CauseConflict,
		"it changed since the plan was made: it was "+s.Before.Says.String()+", it is "+seen.Now.Says.String(), "make the plan anew")}
}

func because(s Step, kind model.CauseKind, said, hint string) *model.Cause {
	return &model.Cause{Kind: kind, Op: s.What, Said: model.Outside(said), Hint: hint}
}

// unreadable is the outcome of a step that was not sent because its precondition could not be read.
func unreadable(err error) Outcome {
	out := Outcome{Class: NotCommitted, Why: model.CauseOf(err)}
	if errors.Is(err, model.ErrRateLimited) {
		out.Class = Throttled
		if e, ok := errors.AsType[*model.Error](err); ok {
			out.Until = model.UnixOf(e.Retry)
		}
	}
	return out
}

// heed stops sending at a limit, and when a credential is refused: asking on would only make it worse.
func (d *drive) heed(o Outcome) {
	if o.Class == Throttled || o.Why != nil && o.Why.Kind == model.CauseUnauthorized {
		d.halt = true
	}
}

// unmet names a step that s needs and that does not stand; empty: none.
func (d *drive) unmet(s Step) string {
	for _, n := range s.Needs {
		if st := d.result(n).State; st != Stands && st != Already {
			return n
		}
	}
	return ""
}

func (d *drive) result(id string) StepResult {
	for _, r := range d.run.Results() {
		if r.Step.ID == id {
			return r
		}
	}
	return StepResult{}
}

// left reports that a step has not ended.
func (d *drive) left() bool {
	for _, r := range d.run.Results() {
		if r.State == Waiting || r.State == Held || r.State == Open {
			return true
		}
	}
	return false
}

func (d *drive) end(ctx context.Context, s Step, o Outcome) error {
	return d.append(ctx, Record{Kind: Result, Step: s.ID, Outcome: &o})
}

func (d *drive) done(ctx context.Context) error {
	return d.append(ctx, Record{Kind: Done})
}

// append makes a record durable, then takes it in.
func (d *drive) append(ctx context.Context, x Record) error {
	x.At = d.now()
	if err := d.Journal.Append(context.WithoutCancel(ctx), d.run.ID, x); err != nil {
		return err
	}
	d.run.Records = append(d.run.Records, x)
	return nil
}
