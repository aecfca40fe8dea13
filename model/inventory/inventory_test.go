package inventory_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const now = model.Unix(1795435200)

func clock() model.Unix { return now }

// forge is a service with n repositories that counts what it is asked.
type forge struct {
	n       int
	latency time.Duration
	hold    chan struct{}      // hooks wait for it, when there is one
	broken  map[int]bool       // hooks of these panic
	end     model.Reading[int] // of the list; zero: Known
	mu      sync.Mutex
	hooks   []model.RepoRef
	access  [][]model.RepoRef
	lists   int
}

func ref(i int) model.RepoRef {
	return model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprintf("r%06d", i)}
}

func (f *forge) Account(context.Context) model.Account {
	return model.Account{Service: model.ServiceGitHub, Configured: true, Login: model.Read(model.Outside("dana"), now)}
}

func (f *forge) Orgs(context.Context) model.Reading[[]model.Org] {
	return model.Read([]model.Org{{Forge: model.GitHub, Login: "acme"}}, now)
}

func (f *forge) List(ctx context.Context, yield func(inventory.Page) error) model.Reading[int] {
	f.mu.Lock()
	f.lists++
	f.mu.Unlock()
	for i := 0; i < f.n; i += 100 {
		time.Sleep(f.latency)
		p := inventory.Page{Total: f.n}
		for j := i; j < min(i+100, f.n); j++ {
			p.Repos = append(p.Repos, model.Repo{Ref: ref(j)})
		}
		if err := yield(p); err != nil {
			return model.Unreadable[int](model.CauseOf(err))
		}
	}
	if f.end.State != model.Unread {
		return f.end
	}
	return model.Read(f.n, now)
}

func (f *forge) Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook] {
	f.mu.Lock()
	f.hooks = append(f.hooks, r.Ref)
	broken := slices.ContainsFunc([]int{0, 1, 2, 3}, func(i int) bool { return f.broken[i] && r.Ref == ref(i) })
	f.mu.Unlock()
	if broken {
		panic("a provider's mistake")
	}
	if f.hold != nil {
		select {
		case <-f.hold:
		case <-ctx.Done():
			return model.Unreadable[[]model.Hook](&model.Cause{Kind: model.CauseCancelled})
		}
	}
	time.Sleep(f.latency)
	return model.Read([]model.Hook{{ID: "1"}}, now)
}

func (f *forge) Access(_ context.Context, repos []model.Repo) []inventory.Access {
	out := make([]inventory.Access, len(repos))
	var refs []model.RepoRef
	for i, r := range repos {
		refs = append(refs, r.Ref)
		out[i] = inventory.Access{People: model.Read([]model.Person{{}}, now), DeployKeys: model.Read([]model.DeployKey{}, now)}
	}
	f.mu.Lock()
	f.access = append(f.access, refs)
	f.mu.Unlock()
	time.Sleep(f.latency)
	return out
}

func (f *forge) Repo(_ context.Context, r model.RepoRef) (model.Repo, error) {
	if r.Name == "gone" {
		return model.Repo{}, &model.Error{Op: "read repository", On: r.String(), Cause: model.Cause{Kind: model.CauseNotFound}}
	}
	return model.Repo{Ref: r}, nil
}

func config(f *forge) inventory.Config {
	return inventory.Config{Forges: []inventory.Forge{f}, Hooks: true, Access: true, Now: clock}
}

// TestCounts: one list, one request for each repository's hooks, one for a batch of repositories, people and keys.
func TestCounts(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, inventory.AccessBatch - 1, inventory.AccessBatch, inventory.AccessBatch + 1, 100, 101, 1234} {
		synctest.Test(t, func(t *testing.T) {
			f := &forge{n: n, latency: time.Millisecond}
			snap, err := inventory.ReadAll(context.Background(), config(f), nil)
			if err != nil || len(snap.Repos) != n || snap.Listing.Value != n || snap.Listing.State != model.Known {
				t.Fatalf("%d: %d repositories, listing %+v, %v", n, len(snap.Repos), snap.Listing, err)
			}
			if f.lists != 1 || len(f.hooks) != n || len(f.access) != (n+inventory.AccessBatch-1)/inventory.AccessBatch {
				sizes := []int{}
				for _, a := range f.access {
					sizes = append(sizes, len(a))
				}
				t.Errorf("%d: %d lists, %d hooks, access %v", n, f.lists, len(f.hooks), sizes)
			}
			for _, r := range snap.Repos {
				if r.Hooks.State != model.Known || r.People.State != model.Known || r.DeployKeys.State != model.Known {
					t.Fatalf("%s was not read in full: %+v", r.Ref, r)
				}
			}
			if len(snap.Orgs) != 1 || len(snap.Accounts) != 1 || snap.Taken != now {
				t.Errorf("%d: %+v %+v", n, snap.Orgs, snap.Accounts)
			}
		})
	}
}

// TestFocusComesFirst: what is on screen is read before what is not, from the next free worker on.
func TestFocusComesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forge{n: 1000, hold: make(chan struct{})}
		cfg := config(f)
		cfg.Workers, cfg.Access = 2, false
		s := inventory.Start(context.Background(), cfg)
		go func() {
			for range s.Updates() {
			}
		}()
		synctest.Wait() // two hooks are being read, the rest waits
		s.Focus(ref(900), ref(901))
		close(f.hold)
		synctest.Wait()
		if len(f.hooks) != 1000 || f.hooks[2] != ref(900) || f.hooks[3] != ref(901) {
			t.Errorf("order: %v", f.hooks[:5])
		}
		s.Close()
	})
}

// TestSlowReceiver: a receiver that sleeps makes batches larger, never workers slower, and loses nothing.
func TestSlowReceiver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forge{n: 500}
		s := inventory.Start(context.Background(), config(f))
		synctest.Wait()
		if len(f.hooks) != 500 {
			t.Fatalf("workers waited for the receiver after %d repositories", len(f.hooks))
		}
		snap := &model.Snapshot{}
		batches, began := 0, time.Now()
		var last inventory.Batch
		for b := range s.Updates() {
			batches++
			inventory.Merge(snap, b)
			last = b
		}
		if len(snap.Repos) != 500 || last.Done != 500 || last.Total != 500 || !last.Final || snap.Gaps() != nil {
			t.Errorf("%d repositories, last batch %d of %d, final %v", len(snap.Repos), last.Done, last.Total, last.Final)
		}
		if most := int(time.Since(began)/(50*time.Millisecond)) + 2; batches > most {
			t.Errorf("%d batches in %v", batches, time.Since(began))
		}
	})
}

// TestCloseCancels: leaving returns at once, ends what is under way and closes the channel.
func TestCloseCancels(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forge{n: 1000, hold: make(chan struct{})}
		s := inventory.Start(context.Background(), config(f))
		synctest.Wait()
		s.Close()
		synctest.Wait()
		for b := range s.Updates() {
			for _, r := range b.Repos {
				if r.Hooks.State != model.Unread {
					t.Errorf("%s: a cancelled read was taken for news: %v", r.Ref, r.Hooks.State)
				}
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		f := &forge{n: 1000, latency: time.Second}
		time.AfterFunc(5*time.Second, cancel)
		snap, err := inventory.ReadAll(ctx, config(f), nil)
		if err == nil || snap == nil || len(snap.Repos) == 0 || len(snap.Repos) == 1000 {
			t.Errorf("cancelled: %v with %d repositories", err, len(snap.Repos))
		}
		time.Sleep(time.Minute) // what the forge was asked ends when it answers
	})
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forge{n: 3, hold: make(chan struct{})}
		cfg := config(f)
		cfg.Workers, cfg.Access = 1, false
		s := inventory.Start(context.Background(), cfg)
		synctest.Wait()
		f.hold <- struct{}{}
		synctest.Wait()
		s.Refresh(ref(0))
		close(f.hold)
		for range s.Updates() {
		}
		if len(f.hooks) != 4 || f.hooks[3] != ref(0) {
			t.Errorf("read %v", f.hooks)
		}
	})
}

// TestMistakeOfAProvider: a panic is a failed reading, and everything else is read.
func TestMistakeOfAProvider(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forge{n: 10, broken: map[int]bool{1: true}}
		snap, err := inventory.ReadAll(context.Background(), config(f), nil)
		if err != nil || len(snap.Repos) != 10 {
			t.Fatalf("%d repositories, %v", len(snap.Repos), err)
		}
		if r := snap.Repo(ref(1)); r.Hooks.State != model.Failed || r.People.State != model.Known {
			t.Errorf("%+v", r.Hooks)
		}
		if gaps := snap.Gaps(); len(gaps) != 1 || gaps[0].Repo != ref(1) {
			t.Errorf("gaps: %+v", gaps)
		}
	})
}

func TestListThatBreaksOff(t *testing.T) {
	t.Parallel()
	why := &model.Cause{Kind: model.CauseIncomplete, Op: "list repositories"}
	f := &forge{n: 150, end: model.AtLeast(150, now, why)}
	snap, err := inventory.ReadAll(context.Background(), config(f), nil)
	if err != nil || len(snap.Repos) != 150 || snap.Listing.State != model.Partial || len(snap.Gaps()) != 1 {
		t.Errorf("%d repositories, %+v, %v", len(snap.Repos), snap.Listing, err)
	}
}

func TestByName(t *testing.T) {
	t.Parallel()
	f := &forge{n: 5}
	cfg := config(f)
	gone := model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: "gone"}
	cfg.Only = []model.RepoRef{ref(1), gone, ref(3)}
	snap, err := inventory.ReadAll(context.Background(), cfg, nil)
	if err != nil || len(snap.Repos) != 2 || f.lists != 0 || snap.Listing.State != model.Partial {
		t.Errorf("%d repositories, %d lists, %+v, %v", len(snap.Repos), f.lists, snap.Listing, err)
	}
	cfg.Only = []model.RepoRef{gone}
	snap, _ = inventory.ReadAll(context.Background(), cfg, nil)
	if snap.Listing.State != model.Denied || snap.Listing.Why.Kind != model.CauseNotFound {
		t.Errorf("%+v", snap.Listing)
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				f := &forge{n: n}
				if _, err := inventory.ReadAll(context.Background(), config(f), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
