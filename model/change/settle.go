package change

import (
	"context"
	"time"

	"gatehouse/model"
)

// settleGap is how far apart the two readings are that prove that a request did not happen (safety.md 3.2).
const settleGap = 2 * time.Second

// finish settles an open step and reads back one that stands. It sends nothing. A step whose effect cannot be read stays as it is; the
// error is the journal's.
func (d *drive) finish(ctx context.Context, r StepResult) error {
	switch r.State {
	case Open:
		return d.settle(ctx, r.Step)
	case Stands:
		if r.Seen == nil {
			return d.verify(ctx, r.Step)
		}
	case Waiting, Held, Already, NotDone, Unproven:
	}
	return nil
}

// settle finds out by reading what became of a request whose answer is not known. Never by sending it again.
func (d *drive) settle(ctx context.Context, s Step) error {
	seen, err := d.look(ctx, s)
	if err != nil {
		return nil //nolint:nilerr // nothing is known yet: the step stays open, and the run unfinished
	}
	x := Record{Kind: Result, Step: s.ID, Read: true, Seen: &seen}
	switch seen.Effect {
	case Present:
		x.Outcome = &Outcome{Class: Committed, Made: seen.Made}
	case Absent:
		x.Outcome = &Outcome{Class: NotCommitted, Why: because(s, model.CauseNetwork, "it was not answered, and it did not happen", "retry it")}
	case Unseen:
		x.Unproof = true
		x.Outcome = &Outcome{Why: because(s, model.CauseIncomplete, "it was not answered, and nothing the service shows tells whether it happened", "look at the receiver before asking again")}
	case Other:
		x.Unproof = true
		x.Outcome = &Outcome{Why: because(s, model.CauseConflict, "it was not answered, and since then it was changed: it was "+s.Before.Says.String()+", it is "+seen.Now.Says.String(), "make a new plan")}
	}
	return d.append(ctx, x)
}

// verify reads a step back that the service said it did. What differs is recorded as it was seen; it is not done again.
func (d *drive) verify(ctx context.Context, s Step) error {
	seen, err := d.look(ctx, s)
	if err != nil {
		return nil //nolint:nilerr // the step stands; that it was not read back shows by itself
	}
	return d.append(ctx, Record{Kind: Verified, Step: s.ID, Seen: &seen})
}

// look reads the step's effect, and once more after a while when the first reading could be too early: when it says Absent.
func (d *drive) look(ctx context.Context, s Step) (Seen, error) {
	driver, err := d.driver(s.Op.On())
	if err != nil {
		return Seen{}, err
	}
	seen, err := driver.Check(ctx, s)
	if err != nil || seen.Effect != Absent {
		return seen, err
	}
	if err := d.Clock.Wait(ctx, settleGap); err != nil {
		return Seen{}, err
	}
	return driver.Check(ctx, s)
}
