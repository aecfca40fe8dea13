package change_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
)

// shapes are plans of every form: one step, a chain, several repositories, one that destroys, one that leaves nothing to see.
var shapes = map[string][]model.Op{
	"one":     {add(0, "push")},
	"chain":   {add(0, "push", "release")},
	"bulk":    {add(0, "push"), add(1, "push", "create")},
	"destroy": {model.RemoveHook{Target: at(0), Hook: "4711"}},
	"ping":    {model.PingHook{Target: at(0), Hook: "4711"}, add(1, "push")},
}

// bend turns an engine into a broken one.
type bend func(*change.Engine)

// trial applies a shape, dies at tick first, resumes, dies again second ticks later, resumes to the end. It gives what went wrong, and
// whether the process died each time.
func trial(ops []model.Op, faults []change.Class, late bool, first, second int, broken bend) (wrong []string, died [2]bool) {
	w := newWorld()
	ctx := context.Background()
	engine := func(pid int) *change.Engine {
		e := w.engine(pid)
		if broken != nil {
			broken(e)
		}
		return e
	}
	p, err := engine(1).Plan(ctx, "shape", ops)
	if err != nil {
		return []string{err.Error()}, died
	}
	w.faults, w.late, w.ticks, w.dieAt = slices.Clone(faults), late, 0, first
	died[0] = w.mortal(1, func() { _, _ = engine(1).Apply(ctx, p, change.Go{Confirm: p.Phrase()}) })
	if len(w.disk.plans) == 0 {
		return w.wrong, died // nothing was begun
	}
	w.ticks, w.dieAt = 0, second
	w.now = w.now.Add(time.Hour)
	died[1] = w.mortal(2, func() { _, _ = engine(2).Resume(ctx, "1", change.Go{}) })
	w.dieAt = 0
	times := 10
	if second > 0 {
		times = 2 // a resume after the end reads only
	}
	var once []byte
	for i := range times {
		w.now = w.now.Add(time.Hour)
		r, err := engine(3+i).Resume(ctx, "1", change.Go{})
		if r.Until() > 0 { // the limit came only now: it is waited for
			w.now = w.now.Add(time.Hour)
			r, err = engine(3+i).Resume(ctx, "1", change.Go{})
		}
		if err != nil {
			return append(w.wrong, err.Error()), died
		}
		b, _ := json.Marshal(r.Records)
		if i == 0 {
			once = b
			w.wrong = append(w.wrong, w.judge(r)...)
		} else if string(b) != string(once) {
			w.wrong = append(w.wrong, "resuming again changed the journal")
		}
	}
	return w.wrong, died
}

// judge compares what the journal claims with what happened.
func (w *world) judge(r change.Run) (wrong []string) {
	if r.State() == change.RunUnfinished {
		wrong = append(wrong, "the run did not end")
	}
	for _, s := range r.Results() {
		n := w.effect[s.Step.Call.URL+" "+s.Step.ID+" "+s.Step.Before.Digest]
		switch s.State {
		case change.Stands:
			if n != 1 {
				wrong = append(wrong, fmt.Sprintf("%s is said to stand; it happened %d times", s.Step.What, n))
			}
		case change.NotDone, change.Already:
			if n != 0 {
				wrong = append(wrong, s.Step.What+" happened; the journal says that it was not done")
			}
		case change.Unproven:
			if s.Step.Op.Kind() != "hook.ping" {
				wrong = append(wrong, s.Step.What+" could have been settled by reading")
			}
		case change.Waiting, change.Held, change.Open:
			wrong = append(wrong, s.Step.What+" has no end")
		}
	}
	return wrong
}

// everyCrash runs trial with every crash point of the first process and, where the answer came or was lost, with every second one of
// the next, for every fault of every request. It gives the number of trials and what went wrong; enough stops it after so many.
func everyCrash(ops []model.Op, broken bend, enough int) (trials int, wrong []string) {
	plan, err := newWorld().engine(1).Plan(context.Background(), "", ops)
	if err != nil {
		return 0, []string{err.Error()}
	}
	for nth := range plan.Steps {
		for _, f := range []struct {
			class change.Class
			late  bool
			pairs bool
		}{
			{change.Committed, false, nth == 0}, {change.Unknown, false, true}, {change.Unknown, true, true}, {change.NotCommitted, false, false},
			{change.Throttled, false, false}, {change.Conflict, false, false}, {change.Rejected, false, false},
		} {
			faults := append(slices.Repeat([]change.Class{change.Committed}, nth), f.class)
			for first, alive := 1, false; !alive; first++ {
				for second, over := 0, false; !over; second++ {
					bad, died := trial(ops, faults, f.late, first, second, broken)
					trials++
					for _, b := range bad {
						wrong = append(wrong, fmt.Sprintf("%s at request %d, late %v, crashes %d and %d: %s", f.class, nth+1, f.late, first, second, b))
					}
					if enough > 0 && len(wrong) >= enough {
						return trials, wrong
					}
					alive = !died[0]
					over = !f.pairs || second > 0 && !died[1]
				}
			}
		}
	}
	return trials, wrong
}

// TestEveryCrash: a process dies at every durable record, request, reading and wait; so does the one that resumes. Nothing is sent twice or
// before its intent, every step ends, and the journal tells the truth.
func TestEveryCrash(t *testing.T) {
	t.Parallel()
	for name, ops := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, wrong := everyCrash(ops, nil, 0)
			if len(wrong) > 0 {
				t.Errorf("%d of %d trials went wrong, first: %s", len(wrong), n, wrong[0])
			}
			t.Logf("%d trials", n)
		})
	}
}

// again is an applier that sends again when it does not know.
type again struct{ change.Driver }

func (a again) Send(ctx context.Context, s change.Step, x change.Secrets) change.Outcome {
	out := a.Driver.Send(ctx, s, x)
	if out.Class == change.Unknown {
		return a.Driver.Send(ctx, s, x)
	}
	return out
}

// hasty is a journal that says that an intent is durable when it is not.
type hasty struct{ change.Journal }

func (h hasty) Append(ctx context.Context, run string, r change.Record) error {
	if r.Kind == change.Intent {
		return nil
	}
	return h.Journal.Append(ctx, run, r)
}

// gullible believes that what cannot be told did not happen.
type gullible struct{ change.Driver }

func (g gullible) Check(ctx context.Context, s change.Step) (change.Seen, error) {
	seen, err := g.Driver.Check(ctx, s)
	if seen.Effect == change.Present {
		seen.Effect = change.Absent
	}
	return seen, err
}

// TestEveryCrashCatches: the same trials find planted bugs.
func TestEveryCrashCatches(t *testing.T) {
	t.Parallel()
	wrap := func(f func(change.Driver) change.Driver) bend {
		return func(e *change.Engine) {
			for p, d := range e.Drivers {
				e.Drivers[p] = f(d)
			}
		}
	}
	for name, bug := range map[string]struct {
		broken bend
		found  string
	}{
		"send again on Unknown":    {wrap(func(d change.Driver) change.Driver { return again{d} }), "was sent twice"},
		"send again after a crash": {func(e *change.Engine) { e.Journal.(*process).forget = true }, "was sent twice"},
		"send before the intent":   {func(e *change.Engine) { e.Journal = hasty{e.Journal} }, "before its intent was durable"},
		"believe a wrong reading":  {wrap(func(d change.Driver) change.Driver { return gullible{d} }), "the journal says that it was not done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, wrong := everyCrash(shapes["bulk"], bug.broken, 2000)
			i := slices.IndexFunc(wrong, func(s string) bool { return strings.Contains(s, bug.found) })
			if i < 0 {
				t.Fatalf("%d trials did not notice", n)
			}
			t.Logf("noticed: %s", wrong[i])
		})
	}
}
