package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/model"
	"gatehouse/model/change"
)

func journalOf(t *testing.T, s *Store) *Journal {
	t.Helper()
	j, err := s.Journal()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func target(name string) model.Target {
	return model.Target{Origin: "https://api.github.com", Account: "dana", Repo: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: name}}
}

// plan is a step on each repository.
func plan(names ...string) change.Plan {
	p := change.Plan{Title: "add push", Made: 1}
	for _, n := range names {
		op := model.EditHook{Target: target(n), Hook: "4711", Add: []string{"push"}}
		p.Steps = append(p.Steps, change.Step{
			ID: n, What: op.String(), Op: op, Before: change.Version{Digest: "d", Says: model.Outside("pull_\x1brequest")}, Expect: "push",
			Call: change.Call{Method: "PATCH", URL: "https://api.github.com/repos/acme/" + n + "/hooks/4711", Body: []byte(`{"active":true}`)},
			Undo: []model.Op{model.EditHook{Target: target(n), Hook: "4711", Remove: []string{"push"}}},
		})
	}
	return p
}

func intent(step string) change.Record { return change.Record{Kind: change.Intent, At: 2, Step: step} }

func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJournalComesBackWhole(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), place(t)
	s := open2(t, path)
	j := journalOf(t, s)
	want := change.Run{ID: "1", Plan: plan("web", "site"), Records: []change.Record{
		intent("web"),
		{Kind: change.Result, At: 3, Step: "web", Outcome: &change.Outcome{Class: change.Committed, Status: 200}},
		{Kind: change.Verified, At: 4, Step: "web", Seen: &change.Seen{Effect: change.Present, Warn: "gone"}},
		{Kind: change.Done, At: 5},
	}}
	id, err := j.Begin(ctx, want.Plan)
	if err != nil || id != "1" {
		t.Fatalf("begun as %q: %v", id, err)
	}
	for _, r := range want.Records {
		if err := j.Append(ctx, id, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Release(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(ctx, id, intent("site")); !errors.Is(err, model.ErrRefused) {
		t.Fatalf("a record was added without a lease: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	j = journalOf(t, open2(t, path))
	runs, err := j.Runs(ctx, change.RunFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]change.Run{want}, runs, cmpopts.EquateEmpty(), cmp.AllowUnexported(model.Text{})); d != "" {
		t.Fatal(d)
	}
	for _, f := range []change.RunFilter{{ID: "1"}, {}} {
		if runs, err := j.Runs(ctx, f); err != nil || len(runs) != 1 {
			t.Errorf("%+v gives %d runs: %v", f, len(runs), err)
		}
	}
	for _, f := range []change.RunFilter{{ID: "2"}, {Unfinished: true}} {
		if runs, err := j.Runs(ctx, f); err != nil || len(runs) != 0 {
			t.Errorf("%+v gives %d runs: %v", f, len(runs), err)
		}
	}
	if err := j.Take(ctx, "7"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a run that is not there was taken: %v", err)
	}
}

// TestLeases: two journals never hold one target, all targets are taken or none, and releasing frees them.
func TestLeases(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), place(t)
	a, b := journalOf(t, open2(t, path)), journalOf(t, open2(t, path))
	first, err := a.Begin(ctx, plan("web"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Begin(ctx, plan("site", "web"))
	busy, ok := errors.AsType[*change.Busy](err)
	if !ok || busy.Run != first || busy.PID != os.Getpid() || busy.Target != target("web") || !errors.Is(err, model.ErrConflict) {
		t.Fatalf("a held target gives %v", err)
	}
	if err := b.Take(ctx, first); !errors.Is(err, model.ErrConflict) {
		t.Fatalf("a held run was taken: %v", err)
	}
	if _, err := a.Begin(ctx, plan("web")); !errors.Is(err, model.ErrConflict) {
		t.Fatalf("the holder itself took it twice: %v", err)
	}
	if err := a.Take(ctx, first); err != nil {
		t.Fatalf("taking again what is held: %v", err)
	}
	if _, err := b.Begin(ctx, plan("site")); err != nil {
		t.Fatalf("the refused plan kept a lease: %v", err)
	}
	if err := a.Release(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := b.Take(ctx, first); err != nil {
		t.Fatal(err)
	}
	if runs, err := a.Runs(ctx, change.RunFilter{}); err != nil || len(runs) != 2 {
		t.Fatalf("a refused plan left a run: %d, %v", len(runs), err)
	}
}

// TestManyWriters: of eight journals that want the same target at once, one at a time has it, and the chain stays whole.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), place(t)
	open2(t, path)
	var wg sync.WaitGroup
	var mu sync.Mutex
	holding, begun := 0, 0
	for range 8 {
		j := journalOf(t, open2(t, path))
		wg.Go(func() {
			for range 12 {
				id, err := j.Begin(ctx, plan("web"))
				if errors.Is(err, model.ErrConflict) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				begun++
				if holding++; holding > 1 {
					t.Error("two hold the target")
				}
				mu.Unlock()
				if err := errors.Join(j.Append(ctx, id, intent("web")), j.Append(ctx, id, change.Record{Kind: change.Done, At: 1})); err != nil {
					t.Error(err)
				}
				mu.Lock()
				holding--
				mu.Unlock()
				if err := j.Release(ctx, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	runs, err := journalOf(t, open2(t, path)).Runs(ctx, change.RunFilter{})
	if err != nil || len(runs) != begun || begun == 0 {
		t.Fatalf("%d of %d runs: %v", len(runs), begun, err)
	}
}

// TestHolderOfTheDead runs this test binary again as the process that holds the lease.
func TestHolderOfTheDead(t *testing.T) {
	ctx := context.Background()
	if path := os.Getenv("GATEHOUSE_TEST_HOLD"); path != "" {
		j := journalOf(t, open2(t, path))
		id, err := j.Begin(ctx, plan("web"))
		fmt.Printf("holds %s %v\n", id, err)
		_, _ = os.Stdin.Read(make([]byte, 1))
		return
	}
	t.Parallel()
	path := place(t)
	j := journalOf(t, open2(t, path))
	c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHolderOfTheDead$")
	c.Env = append(os.Environ(), "GATEHOUSE_TEST_HOLD="+path)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || said != "holds 1 <nil>\n" {
		t.Fatalf("the other process says %q, %v", said, err)
	}
	_, err = j.Begin(ctx, plan("web"))
	if busy, ok := errors.AsType[*change.Busy](err); !ok || busy.PID != c.Process.Pid {
		t.Fatalf("a living holder's lease: %v", err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if err := j.Take(ctx, "1"); err != nil {
		t.Fatalf("a dead holder's run: %v", err)
	}
}

func TestDead(t *testing.T) {
	t.Parallel()
	self := thisProcess()
	other := func(f func(*holder)) holder { h := self; f(&h); return h }
	for name, c := range map[string]struct {
		h    holder
		dead bool
	}{
		"this process":         {self, false},
		"another host":         {other(func(h *holder) { h.host, h.pid = "elsewhere", 1<<22 }), false},
		"before the restart":   {other(func(h *holder) { h.boot = "another"; self.boot = firstOf(self.boot, "this") }), true},
		"no such process":      {other(func(h *holder) { h.pid = 1 << 30 }), true},
		"boot is not known":    {other(func(h *holder) { h.boot = "" }), false},
		"a number taken again": {other(func(h *holder) { h.started = "1" }), self.started != ""},
	} {
		if got := c.h.dead(self); got != c.dead {
			t.Errorf("%s: dead is %v", name, got)
		}
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// written is a journal with runs in it, closed; it gives the file's path.
func written(t *testing.T) string {
	t.Helper()
	ctx, path := context.Background(), place(t)
	s := open2(t, path)
	j := journalOf(t, s)
	for i := range 6 {
		id, err := j.Begin(ctx, plan(fmt.Sprint("r", i), fmt.Sprint("s", i)))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []change.Record{intent(fmt.Sprint("r", i)), {Kind: change.Result, At: 3, Step: fmt.Sprint("r", i), Outcome: &change.Outcome{Class: change.Committed, Status: 200}}, {Kind: change.Done, At: 9}} {
			if err := j.Append(ctx, id, r); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Release(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTamperingShows: whatever one statement changes in the journal, reading it says so and writing to it is refused.
func TestTamperingShows(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, statement := range []string{
		"UPDATE journal SET data = CAST(replace(CAST(data AS TEXT), 'push', 'star') AS BLOB) WHERE line = 1", "UPDATE journal SET run = 2 WHERE line = 2", "UPDATE journal SET kind = 'plan' WHERE line = 2",
		"UPDATE journal SET hash = hash || '0' WHERE line = 3", "DELETE FROM journal WHERE line = 24", "DELETE FROM journal WHERE line = 5", "DELETE FROM journal",
		"UPDATE journal SET line = line + 100 WHERE line >= 5", "DELETE FROM journal_head", "UPDATE journal_head SET line = 23", "UPDATE journal_head SET hash = ''",
		"INSERT INTO journal SELECT 25, run, kind, data, hash FROM journal WHERE line = 24",
	} {
		path := written(t)
		db := must2(sql.Open("sqlite", "file:"+path))(t)
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatal(statement, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		j := journalOf(t, open2(t, path))
		if _, err := j.Runs(ctx, change.RunFilter{}); !errors.Is(err, model.ErrRefused) || !strings.Contains(err.Error(), "changed from outside") {
			t.Errorf("%s: read without a word: %v", statement, err)
		}
		if _, err := j.Begin(ctx, plan("web")); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: written to: %v", statement, err)
		}
	}
}

func must2[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T { t.Helper(); return must(t, v, err) }
}

// read is what a journal file says, or that something is wrong with it.
func read(t *testing.T, path string) (runs []change.Run, wrong bool) {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		return nil, true
	}
	defer s.Close()
	j, err := s.Journal()
	if err != nil {
		return nil, true
	}
	runs, err = j.Runs(ctx, change.RunFilter{})
	return runs, err != nil || s.Note != ""
}

// TestFlippedBits: a flipped bit anywhere in the file is noticed, or changes nothing that is read (safety.md T-25). Each byte has one of
// its bits flipped, in steps that reach every page.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	path := written(t)
	whole, err := os.ReadFile(path) //nolint:gosec // our own
	if err != nil {
		t.Fatal(err)
	}
	want, wrong := read(t, path)
	if wrong || len(want) != 6 {
		t.Fatalf("%d runs", len(want))
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder
		t.Fatal(err)
	}
	noticed, tried := 0, 0
	for at := 0; at < len(whole); at += 211 {
		tried++
		bad := bytes.Clone(whole)
		bad[at] ^= 1 << (at % 8)
		file := filepath.Join(dir, fmt.Sprint(at))
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, wrong := read(t, file)
		if wrong {
			noticed++
		} else if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(model.Text{})); d != "" {
			t.Errorf("bit %d of byte %d was flipped and nobody noticed: %s", at%8, at, d)
		}
	}
	if noticed == 0 {
		t.Error("no flip was noticed")
	}
	t.Logf("%d flips, %d noticed, the others hit nothing that is read", tried, noticed)
}

// TestTornTail: whatever is left of the write-ahead log after a power cut, the journal is whole up to some line, and goes on from there.
func TestTornTail(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), place(t)
	s := open2(t, path)
	j := journalOf(t, s)
	id, err := j.Begin(ctx, plan("web"))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := j.Append(ctx, id, intent("web")); err != nil {
			t.Fatal(err)
		}
	}
	main := must2(os.ReadFile(path))(t)         //nolint:gosec // our own
	wal := must2(os.ReadFile(path + "-wal"))(t) //nolint:gosec // our own
	if len(wal) == 0 {
		t.Fatal("there is no log to tear")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder
		t.Fatal(err)
	}
	most := -1
	for cut := 0; cut <= len(wal); cut += 509 {
		file := filepath.Join(dir, fmt.Sprint("cut", cut))
		if err := errors.Join(os.WriteFile(file, main, 0o600), os.WriteFile(file+"-wal", wal[:cut], 0o600)); err != nil {
			t.Fatal(err)
		}
		runs, wrong := read(t, file)
		n := len(runs)
		if n > 0 {
			n += len(runs[0].Records)
		}
		if wrong || n < most {
			t.Fatalf("cut at %d: %d lines after %d, wrong %v", cut, n, most, wrong)
		}
		most = n
	}
	if most < 5 {
		t.Fatalf("the longest cut left %d lines", most)
	}
}

// TestDiskFull: what cannot be written down is refused with the reason, and nothing half-written stays.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := open2(t, place(t))
	j := journalOf(t, s)
	j.db.SetMaxOpenConns(1)
	if _, err := j.db.ExecContext(ctx, "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	big := plan("web")
	big.Title = strings.Repeat("long ", 20_000)
	_, err := j.Begin(ctx, big)
	if !errors.Is(err, model.ErrRefused) || !strings.Contains(model.CauseOf(err).Hint, "disk is full") {
		t.Fatalf("a full disk gives %v", err)
	}
	if runs, err := j.Runs(ctx, change.RunFilter{}); err != nil || len(runs) != 0 {
		t.Fatalf("%d runs are left: %v", len(runs), err)
	}
}
