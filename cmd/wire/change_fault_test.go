package wire

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/simulator"
	"gatehouse/providers/store"
	"gatehouse/providers/transport"
)

// instant is a clock that waits for nobody.
type instant struct{}

func (instant) Now() time.Time { return time.Now() }

func (instant) After(time.Duration) <-chan time.Time {
	ch := make(chan time.Time, 1)
	ch <- time.Now()
	return ch
}

// operation is one of the webhook operations, on acme/web: its own hook posts to a chat, its CircleCI hook is 4711.
type operation struct {
	name    string
	op      func(own string) model.Op
	secrets change.Secrets
	want    func(own int64, hooks []simulator.Hook) []simulator.Hook // what it makes of the hooks
	sends   int                                                      // deliveries it causes
	final   bool                                                     // it cannot be undone
	blind   bool                                                     // what became of it cannot be read back
}

var webTarget = model.Target{Repo: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: "web"}}

func on(id int64, change func(*simulator.Hook)) func([]simulator.Hook) []simulator.Hook {
	return func(hooks []simulator.Hook) []simulator.Hook {
		out := slices.Clone(hooks)
		for i := range out {
			if out[i].ID == id {
				change(&out[i])
			}
		}
		return out
	}
}

func circle(f func(*simulator.Hook)) func(int64, []simulator.Hook) []simulator.Hook {
	return func(_ int64, hooks []simulator.Hook) []simulator.Hook { return on(4711, f)(hooks) }
}

func ownHook(f func(*simulator.Hook)) func(int64, []simulator.Hook) []simulator.Hook {
	return func(own int64, hooks []simulator.Hook) []simulator.Hook { return on(own, f)(hooks) }
}

func same(_ int64, hooks []simulator.Hook) []simulator.Hook { return hooks }

const canary = "canary-secret-of-a-hook"

// operations say in literals what each does; nothing of it is computed by the code under test.
var operations = []operation{
	{
		name: "add an event", op: func(string) model.Op { return model.EditHook{Target: webTarget, Hook: "4711", Add: []string{"push"}} },
		want: circle(func(h *simulator.Hook) { h.Events = []string{"pull_request", "push"} }),
	},
	{
		name: "replace the events", op: func(string) model.Op {
			return model.EditHook{Target: webTarget, Hook: "4711", Add: []string{"push"}, Remove: []string{"pull_request"}}
		},
		want: circle(func(h *simulator.Hook) { h.Events = []string{"push"} }),
	},
	{
		name: "switch off", op: func(string) model.Op { return model.EditHook{Target: webTarget, Hook: "4711", Active: model.No} },
		want: circle(func(h *simulator.Hook) { h.Active = false }),
	},
	{
		name: "configure", op: func(own string) model.Op {
			return model.ConfigureHook{Target: webTarget, Hook: own, ContentType: "form", TLSVerified: model.Yes}
		},
		want: ownHook(func(h *simulator.Hook) { h.ContentType, h.Insecure = "form", false }),
	},
	{
		name: "another secret", op: func(own string) model.Op { return model.RotateHookSecret{Target: webTarget, Hook: own, Secret: "hook"} },
		want: ownHook(func(h *simulator.Hook) { h.Secret = canary }), secrets: change.Secrets{"hook": model.NewSecret(canary)}, final: true,
	},
	{
		name: "add a hook", op: func(string) model.Op {
			return model.AddHook{Target: webTarget, URL: model.Outside("https://ci.example.com/in"), Events: []string{"push"}, Active: true, ContentType: "json", Secret: "hook"}
		},
		want: func(_ int64, hooks []simulator.Hook) []simulator.Hook {
			return append(slices.Clone(hooks), simulator.Hook{URL: "https://ci.example.com/in", Active: true, Events: []string{"push"}, ContentType: "json", Secret: canary})
		},
		secrets: change.Secrets{"hook": model.NewSecret(canary)}, sends: 1,
	},
	{
		name: "remove a hook", op: func(own string) model.Op { return model.RemoveHook{Target: webTarget, Hook: own} },
		want: func(own int64, hooks []simulator.Hook) []simulator.Hook {
			return slices.DeleteFunc(slices.Clone(hooks), func(h simulator.Hook) bool { return h.ID == own })
		},
		final: true, // its address carries a token
	},
	{name: "ping", op: func(string) model.Op { return model.PingHook{Target: webTarget, Hook: "4711"} }, want: same, sends: 1, final: true, blind: true},
	{
		name: "test", op: func(own string) model.Op { return model.TestHook{Target: webTarget, Hook: own} }, want: same, sends: 1, final: true, blind: true,
	},
	{
		name: "redeliver", op: func(string) model.Op {
			return model.RedeliverHook{Target: webTarget, Hook: "4711", Delivery: "4711999998"}
		},
		want: same, sends: 1, final: true, blind: true,
	},
}

// faultsOfServices are what the issue lists; each strikes one request. The timeout is the client's own.
var faultsOfServices = []struct {
	name   string
	fault  simulator.Fault
	refuse bool // nobody listens
	slow   bool // the client gives up
}{
	{name: "refused", refuse: true},
	{name: "reset before send", fault: simulator.Fault{Cut: simulator.CutBefore}},
	{name: "error before commit", fault: simulator.ServerError(502)},
	{name: "commit then reset", fault: simulator.Fault{Cut: simulator.CutAfter}},
	{name: "commit then timeout", fault: simulator.Fault{Cut: simulator.CutNever}, slow: true},
	{name: "429", fault: simulator.TooMany(time.Minute)},
	{name: "secondary 403", fault: simulator.SecondaryLimit(time.Minute)},
	{name: "401", fault: said(401, "Bad credentials")},
	{name: "403", fault: said(403, "Resource not accessible by personal access token")},
	{name: "404", fault: said(404, "Not Found")},
	{name: "409", fault: said(409, "Conflict")},
	{name: "422", fault: said(422, "Validation Failed")},
	{name: "500", fault: simulator.Fault{Status: 500, Body: `{"message":"Server Error"}`, Commit: true}},
	{name: "200 HTML", fault: simulator.Page(200)},
	{name: "empty 201", fault: simulator.EmptyCreated()},
	{name: "200 that did nothing", fault: simulator.Fault{Status: 200, Body: `{}`}},
	{name: "truncated JSON", fault: simulator.Fault{Status: 200, Body: `{"id":4711,"eve`, Commit: true}},
	{name: "torn body", fault: simulator.Fault{Cut: simulator.CutBody}},
}

func said(status int, message string) simulator.Fault {
	return simulator.Fault{Status: status, Body: fmt.Sprintf(`{"message":%q,"documentation_url":"https://docs.github.com/rest","status":"%d"}`, message, status)}
}

// trial is one world with one state folder; the simulator judges after every request it serves.
type trial struct {
	t       *testing.T
	sim     *simulator.Simulator
	dir     string
	o       operation
	own     int64
	before  []simulator.Hook
	later   time.Duration
	writes  int // that were not refused by a limit
	wrong   []string
	asked   int
	limited bool        // a 403 is a limit's
	strike  func(n int) // called after the n-th request
}

func newTrial(t *testing.T, o operation) *trial {
	t.Helper()
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := &trial{t: t, sim: sim, dir: t.TempDir(), o: o}
	x.before = x.hooks()
	for _, h := range x.before {
		if h.ID != 4711 {
			x.own = h.ID
		}
	}
	sim.Watch(x.judge)
	return x
}

func (x *trial) hooks() []simulator.Hook {
	hooks, err := x.sim.Hooks("acme/web")
	if err != nil {
		x.t.Error(err)
	}
	return hooks
}

// equal compares what the service holds; a new hook's id and the number of deliveries are not asked for.
func equal(a, b []simulator.Hook) bool {
	bare := func(in []simulator.Hook) []simulator.Hook {
		out := slices.Clone(in)
		for i := range out {
			if out[i].Delivered = 0; out[i].URL == "https://ci.example.com/in" {
				out[i].ID = 0
			}
		}
		return out
	}
	return reflect.DeepEqual(bare(a), bare(b))
}

func deliveries(hooks []simulator.Hook) int {
	n := 0
	for _, h := range hooks {
		n += h.Delivered
	}
	return n
}

func isWrite(r simulator.Request) bool { return r.Method != http.MethodGet }

// judge looks at the world after each request: it is as it was, or as the operation makes it (I7, I9), with no masked secret (I5); a write
// arrives once (I8), and only after its intent was on the disk (I6).
func (x *trial) judge(r simulator.Request) {
	x.asked++
	now := x.hooks()
	if !equal(now, x.before) && !equal(now, x.after()) {
		x.wrong = append(x.wrong, fmt.Sprintf("after %s %s the hooks are %+v", r.Method, r.Path, now))
	}
	for _, h := range now {
		if strings.Contains(h.Secret, "***") {
			x.wrong = append(x.wrong, "a mask was stored as a secret")
		}
	}
	if isWrite(r) {
		if r.Status != http.StatusTooManyRequests && (r.Status != http.StatusForbidden || !x.limited) {
			x.writes++
		}
		if why := x.intended(r); why != "" {
			x.wrong = append(x.wrong, why)
		}
	}
	if x.strike != nil {
		x.strike(x.asked)
	}
}

func (x *trial) after() []simulator.Hook { return x.o.want(x.own, x.before) }

// intended opens the journal as another process would and looks for the intent of what has just arrived.
func (x *trial) intended(r simulator.Request) string {
	s, err := store.Open(context.Background(), filepath.Join(x.dir, "state", "gatehouse", "gatehouse.db"))
	if err != nil {
		return err.Error()
	}
	defer s.Close()
	j, err := s.Journal()
	if err != nil {
		return err.Error()
	}
	runs, err := j.Runs(context.Background(), change.RunFilter{Unfinished: true})
	if err != nil {
		return err.Error()
	}
	for _, run := range runs {
		for _, res := range run.Results() {
			if res.State == change.Open && res.Step.Call.Method == r.Method && strings.HasSuffix(res.Step.Call.URL, r.Path) {
				return ""
			}
		}
	}
	return fmt.Sprintf("%s %s arrived before its intent was on the disk", r.Method, r.Path)
}

// process is a new start of gatehouse on the trial's folder.
func (x *trial) process(timeout time.Duration) (*Wire, Changes) {
	env := map[string]string{
		"GATEHOUSE_GITHUB_URL": x.sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": x.sim.Token("", ""),
		"XDG_STATE_HOME": filepath.Join(x.dir, "state"), "XDG_CONFIG_HOME": filepath.Join(x.dir, "config"),
	}
	w := New(Options{Getenv: func(k string) string { return env[k] }, Home: x.dir, Now: func() time.Time { return time.Now().Add(x.later) }})
	w.tune = func(p *transport.Policy) {
		*p = transport.Policy{PerMinute: -1, WritePace: time.Nanosecond, Clock: instant{}, Retries: 1, Timeout: timeout}
	}
	w.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return w, w.Changes()
}

func (x *trial) plan(c Changes) (change.Plan, error) {
	return c.Plan(x.t.Context(), x.o.name, []model.Op{x.o.op(fmt.Sprint(x.own))})
}

func (x *trial) run(timeout time.Duration) {
	w, c := x.process(timeout)
	defer w.Close()
	p, err := x.plan(c)
	if err != nil || len(p.Steps) == 0 {
		return
	}
	_, _ = c.Apply(x.t.Context(), p, change.Go{Confirm: p.Phrase(), Secrets: x.o.secrets}) // what became of it is asked of the journal
}

func (x *trial) check(when string) {
	x.t.Helper()
	for _, w := range x.wrong {
		x.t.Errorf("%s: %s", when, w)
	}
	x.wrong = nil
}

// clean counts the requests of a run that nothing disturbs.
func clean(t *testing.T, o operation) int {
	t.Helper()
	x := newTrial(t, o)
	defer x.sim.Close()
	sent := deliveries(x.before)
	x.run(time.Minute)
	x.check("undisturbed")
	if got := x.hooks(); !equal(got, x.after()) || deliveries(got)-sent != o.sends || x.writes != 1 {
		t.Fatalf("%s: %d writes made %+v", o.name, x.writes, got)
	}
	return x.asked
}

// TestFaults strikes every request of every webhook operation with every fault; then the service is well again, and another process
// resumes, tries again what was not done, and undoes.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			n := clean(t, o)
			for _, f := range faultsOfServices {
				for k := 1; k <= n; k++ {
					x := newTrial(t, o)
					x.limited = f.name == "secondary 403"
					timeout := time.Minute
					if f.slow {
						timeout = 60 * time.Millisecond
					}
					switch {
					case f.refuse && k == 1:
						x.sim.Unplug()
					case f.refuse:
						x.sim.Fault(simulator.Fault{Nth: k - 1, Header: http.Header{"Connection": {"close"}}})
						x.strike = func(n int) {
							if n == k-1 {
								x.sim.Unplug()
							}
						}
					default:
						fault := f.fault
						fault.Nth = k
						x.sim.Fault(fault)
					}
					x.run(timeout)
					when := fmt.Sprintf("%s at request %d of %d", f.name, k, n)
					x.check(when)
					x.strike = nil
					if err := x.sim.Plug(); err != nil {
						t.Fatal(err)
					}
					x.sim.Mend()
					x.recover(when)
					x.sim.Close()
					if t.Failed() {
						return
					}
				}
			}
			t.Logf("%d requests, %d faults each", n, len(faultsOfServices))
		})
	}
}

// recover is what a person does afterwards.
func (x *trial) recover(when string) {
	t := x.t
	x.later = 3 * time.Hour
	w, c := x.process(time.Minute)
	defer w.Close()
	runs, err := c.Runs(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	if len(runs) == 0 {
		if x.writes > 0 || !equal(x.hooks(), x.before) {
			t.Errorf("%s: something was changed that the journal does not know", when)
		}
		return
	}
	var run change.Run
	for range 2 {
		if run, err = c.Resume(t.Context(), "1", change.Go{Confirm: runs[0].Plan.Phrase(), Secrets: x.o.secrets}); err != nil || !run.Finished() {
			t.Fatalf("%s: resumed: %s, %v", when, run.State(), err)
		}
	}
	x.check(when + ", resumed")
	if x.writes > 1 {
		t.Errorf("%s: %d writes arrived", when, x.writes)
	}
	state, now := run.Results()[0].State, x.hooks()
	switch {
	case state == change.Unproven && x.o.blind:
		return
	case state == change.Unproven && x.o.name == "another secret":
		return
	case state == change.Stands && equal(now, x.after()):
	case state == change.NotDone && equal(now, x.before):
		x.retry(c, when)
	default:
		t.Errorf("%s: the journal says %s, the hooks are %+v", when, state, now)
		return
	}
	x.undo(c, when)
}

func (x *trial) retry(c Changes, when string) {
	p, err := c.Retry(x.t.Context(), "1")
	if err != nil || len(p.Steps) != 1 {
		x.t.Fatalf("%s: planned again: %d steps, %v", when, len(p.Steps), err)
	}
	run, err := c.Apply(x.t.Context(), p, change.Go{Confirm: p.Phrase(), Secrets: x.o.secrets})
	if err != nil || run.State() != change.RunDone || !equal(x.hooks(), x.after()) {
		x.t.Errorf("%s: tried again: %s, %v", when, run.State(), err)
	}
	x.check(when + ", tried again")
}

func (x *trial) undo(c Changes, when string) {
	runs, err := c.Runs(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	p, err := c.Undo(x.t.Context(), runs[len(runs)-1].ID)
	switch {
	case err != nil:
		x.t.Errorf("%s: undo: %v", when, err)
		return
	case x.o.final:
		if len(p.Steps) != 0 || len(p.Refused) == 0 {
			x.t.Errorf("%s: it cannot be undone, and the plan has %d steps", when, len(p.Steps))
		}
		return
	}
	run, err := c.Apply(x.t.Context(), p, change.Go{Confirm: p.Phrase()})
	if err != nil || run.State() != change.RunDone || !equal(x.hooks(), x.before) {
		x.t.Errorf("%s: undone: %s, %v; %+v", when, run.State(), err, x.hooks())
	}
	if again, err := c.Undo(x.t.Context(), runs[len(runs)-1].ID); err != nil || len(again.Steps) != 0 {
		x.t.Errorf("%s: a second undo has %d steps, %v", when, len(again.Steps), err)
	}
	x.check(when + ", undone")
}
