package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/simulator"
)

var addPush = operation{name: "add push", op: func(string) model.Op { return model.EditHook{Target: webTarget, Hook: "4711", Add: []string{"push"}} }, want: circle(func(h *simulator.Hook) { h.Events = []string{"pull_request", "push"} })}

// TestChangedBetween: what somebody else did between the plan and its application is not overwritten, and both versions are shown.
func TestChangedBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(*simulator.Simulator) error
		says      []string
	}{
		"events": {func(s *simulator.Simulator) error {
			return s.SetHook("acme/web", 4711, true, "pull_request", "release")
		}, []string{"it was pull_request; active", "it is pull_request, release; active"}},
		"off":     {func(s *simulator.Simulator) error { return s.SetHook("acme/web", 4711, false, "pull_request") }, []string{"it was pull_request; active", "it is pull_request; switched off"}},
		"removed": {func(s *simulator.Simulator) error { return s.RemoveHooks("acme/web") }, []string{"it was pull_request; active", "it is hook 4711 is gone"}},
		"secret":  {func(s *simulator.Simulator) error { return s.SetSecret("acme/web", 4711, "") }, []string{"secret set", "secret not set"}},
	} {
		x := newTrial(t, addPush)
		x.sim.Watch(nil)
		w, ch := x.process(time.Minute)
		p, err := x.plan(ch)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.meanwhile(x.sim); err != nil {
			t.Fatal(err)
		}
		before := x.hooks()
		run, err := ch.Apply(t.Context(), p, change.Go{})
		if err != nil || run.State() != change.RunUndone {
			t.Fatalf("%s: %s, %v", name, run.State(), err)
		}
		out := run.Results()[0].Outcome
		for _, want := range c.says {
			if out.Class != change.Conflict || !strings.Contains(out.Why.Said.Raw(), want) {
				t.Errorf("%s: %s: %s; want %q", name, out.Class, out.Why.Summary(), want)
			}
		}
		if !equal(before, x.hooks()) || slices.ContainsFunc(x.sim.Requests(), isWrite) {
			t.Errorf("%s: it was written to", name)
		}
		_ = w.Close()
		x.sim.Close()
	}
}

// TestManyProcesses: eight processes add an event each to one hook at the same time, trying again when another holds it or was faster. None of
// the eight is lost.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	x := newTrial(t, addPush)
	x.sim.Watch(nil)
	defer x.sim.Close()
	events := []string{"push", "create", "delete", "fork", "release", "status", "watch", "star"}
	var wg sync.WaitGroup
	for _, e := range events {
		wg.Go(func() {
			w, c := x.process(time.Minute)
			defer w.Close()
			for range 200 {
				p, err := c.Plan(t.Context(), "add "+e, []model.Op{model.EditHook{Target: webTarget, Hook: "4711", Add: []string{e}}})
				if err != nil {
					t.Error(err)
					return
				}
				run, err := c.Apply(t.Context(), p, change.Go{})
				switch {
				case err == nil && run.State() == change.RunDone:
					return
				case err == nil || errors.Is(err, model.ErrConflict): // somebody was faster, or holds it
				default:
					t.Error(err)
					return
				}
			}
			t.Errorf("%s never got its turn", e)
		})
	}
	wg.Wait()
	for _, h := range x.hooks() {
		if h.ID == 4711 && len(h.Events) != len(events)+1 {
			t.Errorf("of %d events %d are there: %v", len(events)+1, len(h.Events), h.Events)
		}
	}
	if n := len(slices.DeleteFunc(x.sim.Requests(), func(r simulator.Request) bool { return !isWrite(r) })); n != len(events) {
		t.Errorf("%d writes for %d events", n, len(events))
	}
}

// TestBulkStopsAtALimit: of sixty hooks the limit refuses the eleventh; nothing more is sent until it is resumed, then the rest, each once.
func TestBulkStopsAtALimit(t *testing.T) {
	t.Parallel()
	x := newTrial(t, addPush)
	x.sim.Watch(nil)
	defer x.sim.Close()
	w, c := x.process(time.Minute)
	defer w.Close()
	var ops []model.Op
	for i := 1; i <= 60; i++ {
		full := fmt.Sprintf("fleet-%02d", i)
		hooks, err := x.sim.Hooks("acme/" + full)
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, model.EditHook{Target: model.Target{Repo: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: full}}, Hook: fmt.Sprint(hooks[0].ID), Remove: []string{"watch"}})
	}
	limit := simulator.TooMany(time.Minute)
	limit.Method, limit.Nth = "PATCH", 11
	x.sim.Fault(limit)
	p, err := c.Plan(t.Context(), "remove watch", ops)
	if err != nil || len(p.Steps) != 60 {
		t.Fatalf("%d steps, %v", len(p.Steps), err)
	}
	run, err := c.Apply(t.Context(), p, change.Go{})
	sent := func() int {
		return len(slices.DeleteFunc(x.sim.Requests(), func(r simulator.Request) bool { return !isWrite(r) }))
	}
	if err != nil || run.State() != change.RunUnfinished || sent() != 11 || run.Until() == 0 {
		t.Fatalf("%s after %d writes, until %d: %v", run.State(), sent(), run.Until(), err)
	}
	if run, err = c.Resume(t.Context(), run.ID, change.Go{}); err != nil || run.Finished() || sent() != 11 {
		t.Fatalf("resumed too early: %s after %d writes, %v", run.State(), sent(), err)
	}
	_ = w.Close()
	x.later = time.Hour
	w, c = x.process(time.Minute)
	defer w.Close()
	if run, err = c.Resume(t.Context(), run.ID, change.Go{}); err != nil || run.State() != change.RunDone || sent() != 61 {
		t.Fatalf("resumed: %s after %d writes, %v", run.State(), sent(), err)
	}
}
