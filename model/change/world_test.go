package change_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
)

// crashed is what a process dies of in these tests.
type crashed struct{}

// world is a service with one hook on each repository, and the judge: it notes what no applier may ever do.
type world struct {
	hooks  map[string][]string // events by repository, sorted
	gone   map[string]bool
	sent   map[string]int // requests by run-independent step key
	effect map[string]int // commits by step
	faults []change.Class // of the next requests; then all are Committed
	late   bool           // an Unknown request took effect before its answer was lost
	blind  bool           // readings fail
	wrong  []string       // broken rules
	disk   *disk
	now    time.Time
	ticks  int
	dieAt  int            // the tick at which the process dies; 0: never
	onSend func(k string) // called while a request is under way
}

func newWorld() *world {
	w := &world{hooks: map[string][]string{}, gone: map[string]bool{}, sent: map[string]int{}, effect: map[string]int{}, now: time.Date(2026, 11, 23, 10, 2, 0, 0, time.UTC)}
	for i := range 4 {
		w.hooks[repo(i).String()] = []string{"pull_request"}
	}
	w.disk = newDisk(w)
	return w
}

func repo(i int) model.RepoRef {
	return model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprintf("r%d", i)}
}

func at(i int) model.Target {
	return model.Target{Origin: "http://127.0.0.1:1", Account: "dana", Repo: repo(i)}
}

// tick is a point where a process can die.
func (w *world) tick() {
	w.ticks++
	if w.ticks == w.dieAt {
		panic(crashed{})
	}
}

func (w *world) Now() time.Time { return w.now }

func (w *world) Wait(ctx context.Context, d time.Duration) error {
	w.tick()
	w.now = w.now.Add(d)
	return ctx.Err()
}

// engine is a new process on this world.
func (w *world) engine(pid int) *change.Engine {
	return &change.Engine{
		Drivers: map[change.Place]change.Driver{change.PlaceOf(at(0)): &driver{w}},
		Journal: &process{disk: w.disk, pid: pid}, Clock: w,
	}
}

// mortal runs f as a process; it reports whether the process died.
func (w *world) mortal(pid int, f func()) (died bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(crashed); !ok {
				panic(r)
			}
			died = true
			w.disk.dead[pid] = true
		}
	}()
	f()
	return false
}

// driver writes to the world: an EditHook becomes a step for each event, each needing the one before; RemoveHook is final; PingHook leaves
// nothing to see.
type driver struct{ w *world }

func (d *driver) version(t model.Target) change.Version {
	says := strings.Join(d.w.hooks[t.Repo.String()], ", ")
	if d.w.gone[t.Repo.String()] {
		says = "no hook"
	}
	return change.Version{Digest: change.Digest(says), Says: model.Outside(says)}
}

func after(events []string, o model.EditHook) []string {
	out := slices.Clone(events)
	out = slices.DeleteFunc(out, func(e string) bool { return slices.Contains(o.Remove, e) })
	for _, e := range o.Add {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

func (d *driver) Prepare(_ context.Context, op model.Op) ([]change.Step, error) {
	if d.w.blind {
		return nil, unreadable
	}
	t := op.On()
	step := change.Step{ID: "call", What: change.Words(op), Op: op, Before: d.version(t), Call: change.Call{Method: "PATCH", URL: t.Origin + "/" + t.Repo.String()}}
	switch o := op.(type) {
	case model.EditHook:
		return d.edits(step, o), nil
	case model.RemoveHook:
		step.Stakes, step.Final, step.Expect = change.Destroys, "its secret is unknown", "no hook"
	case model.PingHook:
		step.Final, step.Expect, step.Builds = "a ping cannot be called back", "", true
	case model.RotateHookSecret:
		step.Final, step.Slots = "the old secret is unknown", []string{o.Secret}
	default:
		return nil, model.Refuse("prepare", change.Words(op), "not in this world", "")
	}
	return []change.Step{step}, nil
}

func (d *driver) edits(s change.Step, o model.EditHook) []change.Step {
	var out []change.Step
	events := d.w.hooks[o.Target.Repo.String()]
	each := func(one, back model.EditHook) {
		next := after(events, one)
		if slices.Equal(next, events) {
			return
		}
		s := s
		s.ID, s.Op, s.What, s.Undo = fmt.Sprint("call", len(out)), one, one.String(), []model.Op{back}
		says := strings.Join(events, ", ")
		s.Before, s.Expect = change.Version{Digest: change.Digest(says), Says: model.Outside(says)}, strings.Join(next, ", ")
		if len(out) > 0 {
			s.Needs = []string{out[len(out)-1].ID}
		}
		out, events = append(out, s), next
	}
	for _, e := range o.Add {
		each(model.EditHook{Target: o.Target, Hook: o.Hook, Add: []string{e}}, model.EditHook{Target: o.Target, Hook: o.Hook, Remove: []string{e}})
	}
	for _, e := range o.Remove {
		each(model.EditHook{Target: o.Target, Hook: o.Hook, Remove: []string{e}}, model.EditHook{Target: o.Target, Hook: o.Hook, Add: []string{e}})
	}
	return out
}

func (d *driver) Send(_ context.Context, s change.Step, _ change.Secrets) change.Outcome {
	w, key := d.w, s.Call.URL+" "+s.ID+" "+s.Before.Digest
	w.tick()
	if !w.disk.intended(s) {
		w.wrong = append(w.wrong, s.What+" was sent before its intent was durable")
	}
	class := change.Committed
	if len(w.faults) > 0 {
		class, w.faults = w.faults[0], w.faults[1:]
	}
	if class != change.Throttled {
		w.sent[key]++
	}
	if w.sent[key] > 1 {
		w.wrong = append(w.wrong, s.What+" was sent twice")
	}
	if w.onSend != nil {
		w.onSend(s.What)
	}
	if class == change.Committed || class == change.Unknown && w.late {
		w.commit(s, key)
	}
	w.tick()
	out := change.Outcome{Class: class, Why: &model.Cause{Kind: model.CauseNetwork, Said: model.Outside(class.String())}}
	switch class {
	case change.Committed:
		out.Why = nil
	case change.Throttled:
		out.Until = model.UnixOf(w.now.Add(time.Minute))
	case change.Unknown, change.NotCommitted, change.Conflict, change.Rejected:
	}
	return out
}

func (w *world) commit(s change.Step, key string) {
	w.effect[key]++
	slug := s.Op.On().Repo.String()
	switch o := s.Op.(type) {
	case model.EditHook:
		w.hooks[slug] = after(w.hooks[slug], o)
	case model.RemoveHook:
		w.gone[slug] = true
	}
}

var unreadable = &model.Error{Op: "read hook", Cause: model.Cause{Kind: model.CauseNetwork, Said: model.Outside("reset")}}

func (d *driver) Check(_ context.Context, s change.Step) (change.Seen, error) {
	d.w.tick()
	if d.w.blind {
		return change.Seen{}, unreadable
	}
	now := d.version(s.Op.On())
	seen := change.Seen{Now: now}
	switch {
	case s.Op.Kind() == "hook.ping", s.Op.Kind() == "hook.rotate-secret":
		seen.Effect = change.Unseen
	case now.Says.Raw() == s.Expect:
		seen.Effect = change.Present
	case now.Digest == s.Before.Digest:
		seen.Effect = change.Absent
	}
	return seen, nil
}

func add(i int, events ...string) model.Op {
	return model.EditHook{Target: at(i), Hook: "4711", Add: events}
}
