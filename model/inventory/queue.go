package inventory

import (
	"sync"

	"gatehouse/model"
)

// job is one request's worth of reading: the hooks of one repository, or people and keys of up to AccessBatch.
type job struct {
	forge  Forge
	repos  []model.Repo
	access bool
}

// queue hands out jobs: what is on screen first, then in the order of the list. Access jobs are made as they are taken, so that
// what is on screen fills the first one.
type queue struct {
	mu      sync.Mutex
	ready   *sync.Cond
	repos   map[model.RepoRef]entry
	hooks   order
	access  order
	running int
	all     bool // everything is listed
	stopped bool
	eager   bool // a partial access batch may go: the list has ended
	front   []model.RepoRef
}

type entry struct {
	forge Forge
	repo  model.Repo
	hooks bool
	acc   bool
}

// order is a FIFO of refs with what is still in it.
type order struct {
	list []model.RepoRef
	in   map[model.RepoRef]bool
}

func (o *order) add(ref model.RepoRef) {
	if o.in == nil {
		o.in = map[model.RepoRef]bool{}
	}
	if !o.in[ref] {
		o.in[ref] = true
		o.list = append(o.list, ref)
	}
}

// take removes a ref: the first of front that waits here, else the first in line.
func (o *order) take(front []model.RepoRef) (model.RepoRef, bool) {
	for _, ref := range front {
		if o.in[ref] {
			delete(o.in, ref)
			return ref, true
		}
	}
	for len(o.list) > 0 {
		ref := o.list[0]
		o.list = o.list[1:]
		if o.in[ref] {
			delete(o.in, ref)
			return ref, true
		}
	}
	return model.RepoRef{}, false
}

func newQueue() *queue {
	q := &queue{repos: map[model.RepoRef]entry{}}
	q.ready = sync.NewCond(&q.mu)
	return q
}

func (q *queue) push(f Forge, r model.Repo, hooks, access bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.repos[r.Ref] = entry{f, r, hooks, access}
	q.enter(r.Ref)
}

func (q *queue) enter(ref model.RepoRef) {
	e := q.repos[ref]
	if e.hooks {
		q.hooks.add(ref)
	}
	if e.acc {
		q.access.add(ref)
	}
	q.ready.Broadcast()
}

func (q *queue) focus(refs []model.RepoRef) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.front = append([]model.RepoRef(nil), refs...)
}

func (q *queue) again(refs []model.RepoRef) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, ref := range refs {
		if _, ok := q.repos[ref]; ok {
			q.enter(ref)
		}
	}
}

// flush lets a partial access batch go; listed says that nothing more will be pushed; stop ends it all.
func (q *queue) flush() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.eager = true
	q.ready.Broadcast()
}

func (q *queue) listed() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all, q.eager = true, true
	q.ready.Broadcast()
}

func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.ready.Broadcast()
}

// next waits for a job; false when there will be none.
func (q *queue) next() (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.stopped {
			return job{}, false
		}
		if j, ok := q.pick(); ok {
			q.running++
			return j, true
		}
		if q.all && q.running == 0 {
			q.ready.Broadcast()
			return job{}, false
		}
		q.ready.Wait()
	}
}

// pick takes an access job as soon as a batch is full (or no more are coming), since one answers for many rows; hooks otherwise.
func (q *queue) pick() (job, bool) {
	if n := len(q.access.in); n >= AccessBatch || n > 0 && q.eager {
		return q.batch(), true
	}
	ref, ok := q.hooks.take(q.front)
	if !ok {
		return job{}, false
	}
	e := q.repos[ref]
	return job{forge: e.forge, repos: []model.Repo{e.repo}}, true
}

// batch fills an access job with repositories of one forge.
func (q *queue) batch() job {
	var j job
	j.access = true
	var others []model.RepoRef
	for len(j.repos) < AccessBatch {
		ref, ok := q.access.take(q.front)
		if !ok {
			break
		}
		e := q.repos[ref]
		if j.forge != nil && e.forge != j.forge {
			others = append(others, ref)
			continue
		}
		j.forge = e.forge
		j.repos = append(j.repos, e.repo)
	}
	for _, ref := range others {
		q.access.add(ref)
	}
	return j
}

func (q *queue) did(job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	q.ready.Broadcast()
}
