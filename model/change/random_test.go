package change_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
)

// reference is what the repositories must look like, by the journal's word alone: it never sees a request.
type reference struct {
	hooks map[string][]string
	taken map[string]bool // steps already accounted for
}

// believe takes in what a run claims to have done.
func (m *reference) believe(r change.Run) {
	for _, s := range r.Results() {
		key := r.ID + " " + s.Step.ID
		o, ok := s.Step.Op.(model.EditHook)
		if !ok || s.State != change.Stands || m.taken[key] {
			continue
		}
		m.taken[key] = true
		slug := o.Target.Repo.String()
		m.hooks[slug] = after(m.hooks[slug], o)
	}
}

// program is a random life of plans, undos, other people, crashes and resumes.
type program struct {
	*world
	rnd  *rand.Rand
	ref  *reference
	pid  int
	runs int
}

func (p *program) ops() (ops []model.Op) {
	events := []string{"push", "release", "status", "create"}
	for _, i := range p.rnd.Perm(4)[:1+p.rnd.IntN(3)] {
		o := model.EditHook{Target: at(i), Hook: "4711"}
		for _, e := range events {
			switch p.rnd.IntN(4) {
			case 0:
				o.Add = append(o.Add, e)
			case 1:
				o.Remove = append(o.Remove, e)
			}
		}
		ops = append(ops, o)
	}
	return ops
}

// command does one thing as a new process that may die doing it.
func (p *program) command() {
	ctx := context.Background()
	p.pid++
	e := p.engine(p.pid)
	p.faults, p.late = nil, p.rnd.IntN(2) == 0
	clear(p.sent) // a new plan may ask for the same again; what one run asked for is never sent again, also not by its resume
	for range p.rnd.IntN(4) {
		p.faults = append(p.faults, change.Class(p.rnd.IntN(6))) //nolint:gosec // below six
	}
	p.ticks, p.dieAt = 0, p.rnd.IntN(60)
	p.mortal(p.pid, func() {
		switch p.rnd.IntN(4) {
		case 0:
			p.someoneElse()
		case 1:
			if p.runs > 0 {
				if plan, err := e.Undo(ctx, fmt.Sprint(1+p.rnd.IntN(p.runs))); err == nil {
					_, _ = e.Apply(ctx, plan, change.Go{})
				}
			}
		default:
			if plan, err := e.Plan(ctx, "random", p.ops()); err == nil {
				_, _ = e.Apply(ctx, plan, change.Go{})
			}
		}
	})
	p.dieAt, p.faults = 0, nil
}

// someoneElse changes a hook behind our back; the reference is told.
func (p *program) someoneElse() {
	slug := repo(p.rnd.IntN(4)).String()
	o := model.EditHook{Add: []string{[]string{"push", "star"}[p.rnd.IntN(2)]}}
	p.hooks[slug], p.ref.hooks[slug] = after(p.hooks[slug], o), after(p.ref.hooks[slug], o)
}

// settle resumes everything that is unfinished, as a process that lives, and lets the reference believe the journal.
func (p *program) settle(t *testing.T) {
	ctx := context.Background()
	p.pid++
	e := p.engine(p.pid)
	p.now = p.now.Add(time.Hour)
	runs := must(e.Journal.Runs(ctx, change.RunFilter{}))
	p.runs = len(runs)
	for _, r := range runs {
		r, err := e.Resume(ctx, r.ID, change.Go{})
		if err != nil || r.State() == change.RunUnfinished {
			t.Fatalf("run #%s: %s, %v", r.ID, states(r), err)
		}
		p.ref.believe(r)
	}
}

// TestRandomPrograms: after each command and its resume, the world is what the journal says, and nothing was sent twice.
func TestRandomPrograms(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		w := newWorld()
		p := &program{world: w, rnd: rand.New(rand.NewPCG(seed, 3)), ref: &reference{hooks: map[string][]string{}, taken: map[string]bool{}}} //nolint:gosec // repeatable
		for slug, events := range w.hooks {
			p.ref.hooks[slug] = slices.Clone(events)
		}
		for n := range 12 {
			p.command()
			p.settle(t)
			for slug, events := range w.hooks {
				if !slices.Equal(events, p.ref.hooks[slug]) {
					t.Fatalf("seed %d, command %d: %s has %v, the journal says %v", seed, n, slug, events, p.ref.hooks[slug])
				}
			}
			if len(w.wrong) > 0 {
				t.Fatalf("seed %d, command %d: %s", seed, n, w.wrong[0])
			}
		}
	}
}
