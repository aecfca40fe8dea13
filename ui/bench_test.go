package ui

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"testing"
	"unsafe"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/ui/screen"
)

// many is an App that shows n repositories on a screen of 200×60.
func many(tb testing.TB, n int) *App {
	tb.Helper()
	f := newFake()
	f.Open = nil
	app := New(f.Services, Options{Width: 200, Height: 60, Output: io.Discard})
	tb.Cleanup(app.Close)
	p := &pump{t: tb, app: app}
	p.send(saved{manyRepos(n)})
	_ = app.View()
	return app
}

func manyRepos(n int) *model.Snapshot {
	snap := &model.Snapshot{Taken: model.UnixOf(noon), Listing: known(n)}
	like := repo("gh/acme/web")
	for i := range n {
		like.Ref.Name = fmt.Sprintf("service-%06d", i)
		snap.Put(like)
	}
	return snap
}

// What a key costs does not depend on the number of repositories.
func TestKeyCostsTheSameForAnyNumberOfRepositories(t *testing.T) {
	cost := func(rows int) float64 {
		app := many(t, rows)
		return testing.AllocsPerRun(100, func() { app.Update(keyMsg("down")); _ = app.View() })
	}
	few, lots := cost(1_000), cost(100_000)
	// AllocsPerRun counts the whole process and rounds: the collector may add or take one or two.
	if lots > 300 || math.Abs(few-lots) > 3 {
		t.Errorf("a key costs %v allocations at 1,000 repositories and %v at 100,000; the budget is 300, the same for both", few, lots)
	}
}

// A row of the table, joined from what was read, is small.
func TestRowsAreSmall(t *testing.T) {
	const n = 100_000
	snap := manyRepos(n)
	rows := make([]check.Row, n)
	before := heap()
	for i, r := range snap.Repos {
		rows[i] = check.Fold(snap, r.Ref, model.UnixOf(noon))
	}
	each := (heap()-before)/n + int64(unsafe.Sizeof(check.Row{}))
	t.Logf("%d bytes each", each)
	if each > 600 {
		t.Errorf("a joined row takes %d bytes, the budget is 600", each)
	}
	runtime.KeepAlive(rows)
	runtime.KeepAlive(snap)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkKey(b *testing.B) {
	for _, rows := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			app := many(b, rows)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				k := "down"
				if i/1000%2 == 1 {
					k = "up"
				}
				app.Update(keyMsg(k))
				_ = app.View()
			}
		})
	}
}

// BenchmarkFirstFrame is from nothing to the first picture; the budget on a terminal is 150 ms, most of it the process's start.
func BenchmarkFirstFrame(b *testing.B) {
	f := newFake()
	b.ReportAllocs()
	for b.Loop() {
		app := New(f.Services, Options{Output: io.Discard})
		_ = app.View()
		app.Close()
	}
}

// BenchmarkBatch takes over one batch of 100 repositories among 100,000.
func BenchmarkBatch(b *testing.B) {
	app := many(b, 100_000)
	batch := all()
	batch.Final = false
	batch.Total = 100_000
	for i := range 100 {
		r := repo("gh/acme/web")
		r.Ref.Name = fmt.Sprintf("service-%06d", i*31)
		batch.Repos = append(batch.Repos, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		app.tell(screen.BookChanged{Refs: app.book.Merge(batch)})
	}
}
