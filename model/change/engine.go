package change

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/model"
)

// Engine plans and carries out changes. Its fields are set once.
type Engine struct {
	Drivers map[Place]Driver // where it may write, and as whom; what is not here is refused
	Journal Journal
	Clock   Clock
}

// Plan prepares ops by fresh reads. An op that cannot be done is listed in Plan.Refused and does not hold the others up; an error means
// that no plan could be made: the context ended, or a Driver broke its promise. Give each thing at most one op: the second would be made
// from what the first is going to change.
func (e *Engine) Plan(ctx context.Context, title string, ops []model.Op) (Plan, error) {
	p := Plan{Title: title, Made: e.now()}
	for i, op := range ops {
		if err := e.prepare(ctx, &p, op, strconv.Itoa(i+1), ""); err != nil {
			return Plan{}, err
		}
	}
	return p, p.Valid()
}

// prepare adds the steps of one op; reverts names the step of another run that they take back.
func (e *Engine) prepare(ctx context.Context, p *Plan, op model.Op, prefix, reverts string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("plan %s: %w", Words(op), err)
	}
	d, err := e.driver(op.On())
	if err != nil {
		p.refuse(op, err)
		return nil
	}
	steps, err := d.Prepare(ctx, op)
	if err != nil {
		if ended := ctx.Err(); ended != nil {
			return fmt.Errorf("plan %s: %w", Words(op), ended)
		}
		p.refuse(op, err)
		return nil
	}
	if len(steps) == 0 {
		p.Already = append(p.Already, Words(op))
	}
	for _, s := range steps {
		if s.Op == nil || s.Op.On() != op.On() && PlaceOf(s.Op.On()) != PlaceOf(op.On()) {
			return model.Refuse("plan", Words(op), "the driver answered for another target", "this is a bug: report it")
		}
		s.ID = prefix + "/" + s.ID
		needs := make([]string, len(s.Needs))
		for i, n := range s.Needs {
			needs[i] = prefix + "/" + n
		}
		s.Needs, s.Reverts = needs, reverts
		p.Steps = append(p.Steps, s)
	}
	return nil
}

func (p *Plan) refuse(op model.Op, err error) {
	p.Refused = append(p.Refused, Refused{Target: op.On(), What: Words(op), Why: *model.CauseOf(err)})
}

// driver finds who writes to t; there is no other way to a Driver, so a plan of one place is never applied to another.
func (e *Engine) driver(t model.Target) (Driver, error) {
	if d, ok := e.Drivers[PlaceOf(t)]; ok {
		return d, nil
	}
	return nil, model.Refuse("change", t.Repo.String(), "this belongs to "+model.Outside(PlaceOf(t).String()).String()+", which is not where gatehouse writes now",
		"use the profile, or --demo-state, that it was made with")
}

func (e *Engine) reachable(p Plan) error {
	for _, t := range p.Targets() {
		if _, err := e.driver(t); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) now() model.Unix { return model.UnixOf(e.Clock.Now()) }
