package screen

import (
	"time"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/inventory"
)

// Book is what has been read, with the rows folded from it. It belongs to the app's Update; screens only look.
type Book struct {
	Snap    *model.Snapshot
	Rows    []*check.Row
	Now     model.Unix // when the last message came
	Done    int
	Total   int
	Reading bool
	Stale   bool // rows come from the store, nothing was read yet
	index   map[model.RepoRef]*check.Row
}

// NewBook is an empty book.
func NewBook() *Book {
	return &Book{Snap: &model.Snapshot{}, index: map[model.RepoRef]*check.Row{}}
}

// Tick takes over the time.
func (b *Book) Tick(now time.Time) { b.Now = model.UnixOf(now) }

// Load takes over a saved snapshot, unless something was read already.
func (b *Book) Load(s *model.Snapshot) {
	if s == nil || len(b.Rows) > 0 {
		return
	}
	b.Snap, b.Stale = s, true
	for _, r := range s.Repos {
		b.fold(r.Ref)
	}
	b.Total = len(b.Rows)
}

// Merge takes over a batch and folds the rows it changed.
func (b *Book) Merge(batch inventory.Batch) []model.RepoRef {
	inventory.Merge(b.Snap, batch)
	b.Done, b.Total, b.Reading, b.Stale = batch.Done, max(batch.Total, batch.Done), !batch.Final, false
	refs := make([]model.RepoRef, len(batch.Repos))
	for i, r := range batch.Repos {
		refs[i] = r.Ref
		b.fold(r.Ref)
	}
	if batch.Final {
		b.Snap.Taken = b.Now
	}
	return refs
}

// Put takes over one repository's detail readings.
func (b *Book) Put(r model.Repo) {
	b.Snap.Put(r)
	b.fold(r.Ref)
}

// Row is a repository's row, or nil.
func (b *Book) Row(ref model.RepoRef) *check.Row { return b.index[ref] }

func (b *Book) fold(ref model.RepoRef) {
	row := check.Fold(b.Snap, ref, b.Now)
	if old, ok := b.index[ref]; ok {
		*old = row
		return
	}
	b.index[ref] = &row
	b.Rows = append(b.Rows, &row)
}
