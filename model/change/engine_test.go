package change_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func apply(w *world, pid int, ops ...model.Op) change.Run {
	e := w.engine(pid)
	p := must(e.Plan(context.Background(), "edit hooks", ops))
	return must(e.Apply(context.Background(), p, change.Go{Confirm: p.Phrase()}))
}

func states(r change.Run) string {
	var out []string
	for _, s := range r.Results() {
		out = append(out, string(s.State))
	}
	return strings.Join(out, " ")
}

func TestApplyAndUndo(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	r := apply(w, 1, add(0, "push"))
	if r.State() != change.RunDone || !r.Results()[0].Verified() || !slices.Equal(w.hooks["gh/acme/r0"], []string{"pull_request", "push"}) {
		t.Fatalf("%s %v %v", r.State(), r.Results(), w.hooks)
	}
	undo := must(w.engine(2).Undo(ctx, r.ID))
	if want := `undo #1: remove "push" from hook 4711 on gh/acme/r0 (added 10:02 by dana@github)`; undo.Title != want {
		t.Errorf("titled %s\nwant   %s", undo.Title, want)
	}
	must(w.engine(2).Apply(ctx, undo, change.Go{}))
	if got := w.hooks["gh/acme/r0"]; !slices.Equal(got, []string{"pull_request"}) {
		t.Errorf("undone to %v", got)
	}
	w.hooks["gh/acme/r0"] = []string{"pull_request", "push"} // by somebody else, who means it
	if again := must(w.engine(3).Undo(ctx, r.ID)); len(again.Steps) != 0 {
		t.Errorf("a second undo would %s", again.Title)
	}
}

func TestUndoOfAnUndo(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	apply(w, 1, add(0, "push"))
	for i, want := range []string{"pull_request", "pull_request push", "pull_request"} {
		p := must(w.engine(1).Undo(ctx, fmt.Sprint(i+1)))
		must(w.engine(1).Apply(ctx, p, change.Go{}))
		if got := strings.Join(w.hooks["gh/acme/r0"], " "); got != want {
			t.Fatalf("undo of #%d gives %s, not %s", i+1, got, want)
		}
	}
}

func TestSomebodyElseWasFaster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		now  []string
		want change.StepState
	}{
		"changed otherwise": {[]string{"pull_request", "release"}, change.NotDone},
		"did the same":      {[]string{"pull_request", "push"}, change.Already},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ctx := newWorld(), context.Background()
			e := w.engine(1)
			p := must(e.Plan(ctx, "edit", []model.Op{add(0, "push")}))
			w.hooks["gh/acme/r0"] = c.now
			r := must(e.Apply(ctx, p, change.Go{}))
			got := r.Results()[0]
			if got.State != c.want || len(w.sent) != 0 {
				t.Errorf("%s, %d sent", got.State, len(w.sent))
			}
			if c.want == change.NotDone {
				if said := got.Outcome.Why.Said.String(); !strings.Contains(said, "it was pull_request, it is pull_request, release") {
					t.Errorf("both versions are not shown: %s", said)
				}
			}
			if undo := must(e.Undo(ctx, r.ID)); len(undo.Steps) != 0 {
				t.Errorf("undoing takes back what others did: %s", undo.Title)
			}
		})
	}
}

func TestBulk(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	w.faults = []change.Class{change.Committed, change.Rejected, change.Committed, change.NotCommitted}
	r := apply(w, 1, add(0, "push"), add(1, "push"), add(2, "push"), add(3, "push"))
	if got := states(r); got != "done not_done done not_done" || r.State() != change.RunPartly {
		t.Fatalf("%s: %s", r.State(), got)
	}
	retry := must(w.engine(1).Retry(ctx, r.ID))
	if got := retry.Targets(); !slices.Equal(got, []model.Target{at(1), at(3)}) {
		t.Fatalf("retry is about %v", got)
	}
	if r := must(w.engine(1).Apply(ctx, retry, change.Go{})); r.State() != change.RunDone {
		t.Errorf("retried: %s", r.State())
	}
	must(w.engine(1).Apply(ctx, must(w.engine(1).Undo(ctx, r.ID)), change.Go{}))
	if slices.Contains(w.hooks["gh/acme/r0"], "push") || !slices.Contains(w.hooks["gh/acme/r1"], "push") {
		t.Errorf("undoing the group gives %v", w.hooks)
	}
}

func TestRefusedOpsDoNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	w := newWorld()
	p := must(w.engine(1).Plan(context.Background(), "edit", []model.Op{model.TestHook{Target: at(0), Hook: "1"}, add(1, "push"), add(2, "pull_request")}))
	if len(p.Refused) != 1 || len(p.Steps) != 1 || len(p.Already) != 1 {
		t.Errorf("%d refused, %d steps, %d already", len(p.Refused), len(p.Steps), len(p.Already))
	}
}

func TestLimitStopsAndResumeGoesOn(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	w.faults = []change.Class{change.Committed, change.Throttled}
	r := apply(w, 1, add(0, "push"), add(1, "push"), add(2, "push"))
	if got := states(r); got != "done held waiting" || r.State() != change.RunUnfinished || r.Until() != model.UnixOf(w.now.Add(time.Minute)) {
		t.Fatalf("%s until %v", got, r.Until().Time())
	}
	if early := must(w.engine(1).Resume(ctx, r.ID, change.Go{})); states(early) != "done held waiting" || len(w.sent) != 1 {
		t.Errorf("it did not wait: %s", states(early))
	}
	w.now = w.now.Add(time.Minute)
	if r := must(w.engine(1).Resume(ctx, r.ID, change.Go{})); states(r) != "done done done" {
		t.Errorf("resumed: %s", states(r))
	}
}

func TestCancelledBetweenSteps(t *testing.T) {
	t.Parallel()
	w := newWorld()
	ctx, cancel := context.WithCancel(context.Background())
	w.onSend = func(string) { cancel() }
	e := w.engine(1)
	p := must(e.Plan(ctx, "edit", []model.Op{add(0, "push"), add(1, "push")}))
	r, err := e.Apply(ctx, p, change.Go{})
	if !errors.Is(err, context.Canceled) || states(r) != "done waiting" || !r.Results()[0].Verified() {
		t.Fatalf("%v: %s", err, states(r))
	}
	undo := must(e.Undo(context.Background(), r.ID))
	if len(undo.Steps) != 1 || len(w.sent) != 1 {
		t.Errorf("undo of what was stopped: %d steps; %d sent", len(undo.Steps), len(w.sent))
	}
}

func TestBusyAndDeadHolders(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	two := w.engine(2)
	p := must(two.Plan(ctx, "edit", []model.Op{add(1, "push"), add(0, "release")}))
	w.onSend = func(string) {
		w.onSend = nil
		_, err := two.Apply(ctx, p, change.Go{})
		if b, ok := errors.AsType[*change.Busy](err); !ok || b.PID != 1 || b.Run != "1" || !errors.Is(err, model.ErrConflict) {
			t.Errorf("the second applier got %v", err)
		}
		if _, err := two.Resume(ctx, "1", change.Go{}); !errors.Is(err, model.ErrConflict) {
			t.Errorf("resuming a living process's run gave %v", err)
		}
	}
	apply(w, 1, add(0, "push"))
	if len(w.sent) != 1 {
		t.Errorf("%d requests", len(w.sent))
	}
	w.ticks, w.dieAt = 0, 9
	if !w.mortal(3, func() { apply(w, 3, add(1, "push"), add(2, "push")) }) {
		t.Fatal("nobody died")
	}
	w.dieAt = 0
	if r := must(two.Apply(ctx, must(two.Plan(ctx, "edit", []model.Op{add(2, "status")})), change.Go{})); r.State() != change.RunDone {
		t.Errorf("a dead holder's target: %s", states(r))
	}
}

func TestNothingIsSentWithoutAJournal(t *testing.T) {
	t.Parallel()
	for _, kind := range []change.RecordKind{"", change.Intent, change.Result} {
		w, ctx := newWorld(), context.Background()
		w.disk.full = func(k change.RecordKind) bool { return k == kind }
		e := w.engine(1)
		r, err := e.Apply(ctx, must(e.Plan(ctx, "edit", []model.Op{add(0, "push"), add(1, "push")})), change.Go{})
		if !errors.Is(err, errFull) {
			t.Errorf("full at %q: %v", kind, err)
		}
		if kind != change.Result && (len(w.sent) != 0 || !strings.Contains(err.Error(), "nothing was sent")) {
			t.Errorf("full at %q: %d sent: %v", kind, len(w.sent), err)
		}
		if kind != change.Result {
			continue
		}
		if len(w.sent) != 1 || states(r) != "open waiting" {
			t.Errorf("full after sending: %d sent, %s", len(w.sent), states(r))
		}
		w.disk.full = nil
		if r := must(e.Resume(ctx, r.ID, change.Go{})); states(r) != "done done" || len(w.sent) != 2 {
			t.Errorf("resumed: %s", states(r))
		}
	}
}

func TestAnotherPlaceIsRefused(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	demo := w.engine(1)
	p := must(demo.Plan(ctx, "edit", []model.Op{add(0, "push")}))
	must(demo.Apply(ctx, p, change.Go{}))
	real := w.engine(1)
	real.Drivers = map[change.Place]change.Driver{{Origin: "https://api.github.com", Account: "dana"}: &driver{w}}
	sent := len(w.sent)
	_, errApply := real.Apply(ctx, p, change.Go{})
	_, errUndo := real.Undo(ctx, "1")
	for _, err := range []error{errApply, errUndo} {
		if !errors.Is(err, model.ErrRefused) || !strings.Contains(err.Error(), "dana on http://127.0.0.1:1") {
			t.Errorf("%v", err)
		}
	}
	if plan := must(real.Plan(ctx, "edit", []model.Op{add(0, "push")})); len(plan.Refused) != 1 || len(w.sent) != sent {
		t.Errorf("planned %v", plan)
	}
}

func TestDestroying(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	remove := func(n int) (ops []model.Op) {
		for i := range n {
			ops = append(ops, model.RemoveHook{Target: at(i), Hook: "4711"})
		}
		return ops
	}
	e := w.engine(1)
	one, three := must(e.Plan(ctx, "remove", remove(1))), must(e.Plan(ctx, "remove", remove(3)))
	if one.Phrase() != "gh/acme/r0" || three.Phrase() != "3" || !reflect.DeepEqual(three.Final(), []string{"its secret is unknown"}) {
		t.Errorf("phrases %q and %q, final %v", one.Phrase(), three.Phrase(), three.Final())
	}
	if _, err := e.Apply(ctx, one, change.Go{Confirm: "yes"}); !errors.Is(err, model.ErrRefused) || len(w.sent) != 0 {
		t.Errorf("unconfirmed: %v", err)
	}
	if one.Brake(1) != nil || three.Brake(15) != nil || !errors.Is(three.Brake(14), model.ErrRefused) {
		t.Error("the brake is wrong")
	}
	r := must(e.Apply(ctx, one, change.Go{Confirm: "gh/acme/r0"}))
	if undo := must(e.Undo(ctx, r.ID)); len(undo.Steps) != 0 || len(undo.Refused) != 1 || undo.Refused[0].Why.Said.Raw() != "its secret is unknown" {
		t.Errorf("undo of what is final: %+v", undo)
	}
}

func TestSecretsComeFromOutside(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	e := w.engine(1)
	p := must(e.Plan(ctx, "rotate", []model.Op{model.RotateHookSecret{Target: at(0), Hook: "1", Secret: "new"}}))
	if _, err := e.Apply(ctx, p, change.Go{}); !errors.Is(err, model.ErrRefused) || len(w.disk.plans) != 0 {
		t.Errorf("without the secret: %v", err)
	}
	w.faults = []change.Class{change.Unknown}
	r := must(e.Apply(ctx, p, change.Go{Secrets: change.Secrets{"new": model.NewSecret("canary-5f1e")}}))
	if states(r) != "unproven" || r.State() != change.RunDone {
		t.Errorf("%s", states(r))
	}
	if text := fmt.Sprintf("%s %s", w.disk.plans, w.disk.records); strings.Contains(text, "canary") || !strings.Contains(text, `"secret":"new"`) {
		t.Errorf("the journal: %s", text)
	}
}

func TestBlindIsNotAbsent(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(), context.Background()
	w.faults, w.late = []change.Class{change.Unknown}, true
	w.onSend = func(string) { w.blind = true }
	r := apply(w, 1, add(0, "push"))
	if states(r) != "open" || r.Finished() {
		t.Fatalf("what could not be read is %s", states(r))
	}
	if r := must(w.engine(2).Resume(ctx, r.ID, change.Go{})); states(r) != "open" {
		t.Errorf("still unreadable, and %s", states(r))
	}
	w.blind = false
	if r := must(w.engine(2).Resume(ctx, r.ID, change.Go{})); states(r) != "done" || len(w.sent) != 1 {
		t.Errorf("read at last: %s", states(r))
	}
}
