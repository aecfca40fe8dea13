package inventory

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/model"
)

// Config says what a session reads.
type Config struct {
	Forges  []Forge
	CI      CI                      // nil: not configured
	Only    []model.RepoRef         // read just these, by name; empty: everything that is administered
	Access  bool                    // people and deploy keys too
	Hooks   bool                    // hooks too
	Workers int                     // repositories read at once; 0: 12
	Now     func() model.Unix       // required
	Pace    func() <-chan time.Time // a tick after which the next batch may go out; nil: 50 ms
}

// One is what a forge may offer besides Forge: reading a repository by name.
type One interface {
	Repo(ctx context.Context, ref model.RepoRef) (model.Repo, error)
}

var tickets atomic.Uint64

type session struct {
	cfg    Config
	ticket uint64
	cancel context.CancelFunc
	out    chan Batch
	wake   chan struct{}

	mu      sync.Mutex
	pending Batch
	changed map[model.RepoRef]int // into pending.Repos
	done    map[model.RepoRef]int // facts still missing
	listed  []model.Repo          // every repository once, as it was listed
	work    *queue
	closed  bool
}

// Start begins reading and returns at once.
func Start(ctx context.Context, cfg Config) Session {
	if cfg.Workers <= 0 {
		cfg.Workers = 12
	}
	if cfg.Pace == nil {
		cfg.Pace = func() <-chan time.Time { return time.After(50 * time.Millisecond) }
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &session{
		cfg: cfg, ticket: tickets.Add(1), cancel: cancel, out: make(chan Batch), wake: make(chan struct{}, 1),
		changed: map[model.RepoRef]int{}, done: map[model.RepoRef]int{}, work: newQueue(),
	}
	go s.send(ctx)
	go s.run(ctx)
	return s
}

func (s *session) Ticket() uint64 { return s.ticket }

func (s *session) Updates() <-chan Batch { return s.out }

func (s *session) Close() { s.cancel() }

// Focus moves what is on screen to the front.
func (s *session) Focus(refs ...model.RepoRef) { s.work.focus(refs) }

// Refresh reads the repositories again.
func (s *session) Refresh(refs ...model.RepoRef) { s.work.again(refs) }

// run lists every forge and lets the workers read what is listed, until nothing is left.
func (s *session) run(ctx context.Context) {
	defer s.finish()
	var wg sync.WaitGroup
	for range s.cfg.Workers {
		wg.Go(func() { s.worker(ctx) })
	}
	var lists sync.WaitGroup
	for _, f := range s.cfg.Forges {
		lists.Go(func() { s.guard("list repositories", func() { s.list(ctx, f) }, nil) })
	}
	listed := make(chan struct{})
	if s.cfg.CI != nil {
		wg.Go(func() { s.guard("read CircleCI", func() { s.join(ctx, listed) }, []model.Repo{}) })
	}
	lists.Wait()
	close(listed)
	s.work.listed()
	stop := context.AfterFunc(ctx, s.work.stop)
	defer stop()
	wg.Wait()
}

// list learns who we are, what there is, and queues it.
func (s *session) list(ctx context.Context, f Forge) {
	account := f.Account(ctx)
	s.update(func(b *Batch) { b.Accounts = append(b.Accounts, account) })
	var listing model.Reading[int]
	if len(s.cfg.Only) > 0 {
		listing = s.named(ctx, f)
	} else {
		if orgs := f.Orgs(ctx); orgs.State == model.Known || orgs.State == model.Partial {
			s.update(func(b *Batch) { b.Orgs = append(b.Orgs, orgs.Value...) })
		}
		listing = f.List(ctx, func(p Page) error {
			for _, r := range p.Repos {
				s.found(f, r, p.Total)
			}
			return ctx.Err()
		})
	}
	s.update(func(b *Batch) { b.Listing = joined(b.Listing, listing) })
	s.work.flush()
}

// named reads the repositories asked for by name. One that cannot be read is a row that says so.
func (s *session) named(ctx context.Context, f Forge) model.Reading[int] {
	one, ok := f.(One)
	if !ok {
		return model.Unreadable[int](&model.Cause{Kind: model.CauseUnsupported, Op: "read a repository by name"})
	}
	n := 0
	var why *model.Cause
	for _, ref := range s.cfg.Only {
		r, err := one.Repo(ctx, ref)
		if err != nil {
			why = model.CauseOf(err)
			if why.Op == "" {
				why.Op = "read repository " + ref.String()
			}
			continue
		}
		n++
		s.found(f, r, 0)
	}
	switch {
	case why == nil:
		return model.Read(n, s.cfg.Now())
	case n == 0:
		return model.Unreadable[int](why)
	}
	return model.AtLeast(n, s.cfg.Now(), why)
}

func joined(a, b model.Reading[int]) model.Reading[int] {
	if a.State == model.Unread {
		return b
	}
	b.Value += a.Value
	if a.State != model.Known {
		b.State, b.Why = a.State, a.Why
	}
	return b
}

// found queues a repository once.
func (s *session) found(f Forge, r model.Repo, total int) {
	s.mu.Lock()
	_, twice := s.done[r.Ref]
	if !twice {
		s.done[r.Ref] = s.facts()
		s.listed = append(s.listed, r)
		if s.cfg.CI == nil {
			r.CI = model.Unreadable[*model.CIProject](notConfigured)
		}
		s.put(r)
	}
	s.pending.Total = max(total, len(s.done))
	if s.facts() == 0 {
		s.pending.Done = len(s.done)
	}
	s.mu.Unlock()
	s.poke()
	if !twice {
		s.work.push(f, r, s.cfg.Hooks, s.cfg.Access)
	}
}

func (s *session) facts() int {
	n := 0
	if s.cfg.Hooks {
		n++
	}
	if s.cfg.Access {
		n++
	}
	return n
}

func (s *session) worker(ctx context.Context) {
	for ctx.Err() == nil {
		job, ok := s.work.next()
		if !ok {
			return
		}
		s.guard("read repository", func() { s.read(ctx, job) }, job.repos)
		s.work.did(job)
	}
}

func (s *session) read(ctx context.Context, j job) {
	if !j.access {
		r := j.repos[0]
		r.Hooks = j.forge.Hooks(ctx, r)
		s.learned(ctx, r)
		return
	}
	for i, a := range j.forge.Access(ctx, j.repos) {
		r := j.repos[i]
		r.People, r.DeployKeys = a.People, a.DeployKeys
		s.learned(ctx, r)
	}
}

// learned hands a repository's new readings to the receiver; what a cancelled read says is not news.
func (s *session) learned(ctx context.Context, r model.Repo) {
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	s.put(r)
	if left, ok := s.done[r.Ref]; ok && left > 0 {
		if s.done[r.Ref] = left - 1; left == 1 {
			s.pending.Done++
		}
	}
	s.mu.Unlock()
	s.poke()
}

// guard turns a panic of a provider into failed readings instead of a broken console.
func (s *session) guard(op string, f func(), repos []model.Repo) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		why := &model.Cause{Kind: model.CauseBadAnswer, Op: op, Said: model.Outside(fmt.Sprint("gatehouse broke while reading: ", p)), Hint: "this is a mistake in gatehouse; please report it"}
		for _, r := range repos {
			r.Hooks = model.Unreadable[[]model.Hook](why)
			s.mu.Lock()
			s.put(r)
			s.mu.Unlock()
		}
		if repos == nil {
			s.update(func(b *Batch) { b.Listing = model.Unreadable[int](why) })
		}
	}()
	f()
}

// put merges into the pending batch; the lock is held.
func (s *session) put(r model.Repo) {
	if i, ok := s.changed[r.Ref]; ok {
		s.pending.Repos[i].Merge(r)
		return
	}
	s.changed[r.Ref] = len(s.pending.Repos)
	s.pending.Repos = append(s.pending.Repos, r)
}

func (s *session) update(f func(*Batch)) {
	s.mu.Lock()
	f(&s.pending)
	s.mu.Unlock()
	s.poke()
}

func (s *session) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *session) finish() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.poke()
}

// send gives the receiver what has gathered, at most once a pace. A slow receiver makes batches larger, never workers slower.
func (s *session) send(ctx context.Context) {
	defer close(s.out)
	for {
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
		b := s.take()
		select {
		case s.out <- b:
		case <-ctx.Done():
			return
		}
		if b.Final {
			return
		}
		select {
		case <-s.cfg.Pace():
		case <-ctx.Done():
			return
		}
	}
}

func (s *session) take() Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.pending
	b.Ticket, b.Final = s.ticket, s.closed
	s.pending = Batch{Done: b.Done, Total: b.Total, Listing: b.Listing}
	s.changed = map[model.RepoRef]int{}
	return b
}
