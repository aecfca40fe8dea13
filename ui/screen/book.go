package screen

import (
	"slices"
	"time"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/inventory"
)

// Book is what has been read, with the rows folded from it. It belongs to the app's Update; screens only look. A row is never
// written to once it is in the book: a changed repository gets a new one, so commands may keep and sort the old.
type Book struct {
	Snap    *model.Snapshot
	Rows    []*check.Row
	Now     model.Unix // when the last message came
	Done    int
	Total   int
	Reading bool
	Stale   bool         // rows come from the store, nothing was read yet
	Stopped bool         // the user stopped the reading
	Problem *model.Cause // why nothing can be read at all
	Broken  int          // rows with a finding of high severity
	Unseen  int          // rows where not everything could be read
	index   map[model.RepoRef]int
}

// NewBook is an empty book.
func NewBook() *Book {
	return &Book{Snap: &model.Snapshot{}, index: map[model.RepoRef]int{}}
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
	b.Done, b.Total, b.Reading, b.Stale, b.Problem = batch.Done, max(batch.Total, batch.Done), !batch.Final, false, nil
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
func (b *Book) Row(ref model.RepoRef) *check.Row {
	if i, ok := b.index[ref]; ok {
		return b.Rows[i]
	}
	return nil
}

// Copy is the snapshot for another goroutine: readings are shared because nobody writes to them.
func (b *Book) Copy() *model.Snapshot {
	s := &model.Snapshot{Taken: b.Snap.Taken, Listing: b.Snap.Listing, Accounts: slices.Clone(b.Snap.Accounts), Orgs: slices.Clone(b.Snap.Orgs)}
	s.Repos = make([]*model.Repo, len(b.Snap.Repos))
	for i, r := range b.Snap.Repos {
		repo := *r
		s.Repos[i] = &repo
	}
	return s
}

func (b *Book) fold(ref model.RepoRef) {
	row := check.Fold(b.Snap, ref, b.Now)
	i, ok := b.index[ref]
	if !ok {
		i = len(b.Rows)
		b.index[ref] = i
		b.Rows = append(b.Rows, nil)
	}
	b.count(b.Rows[i], -1)
	b.count(&row, 1)
	b.Rows[i] = &row
}

// count keeps the totals of the title line, so that drawing it does not look at every row.
func (b *Book) count(r *check.Row, n int) {
	if r == nil {
		return
	}
	if r.Findings.High > 0 {
		b.Broken += n
	}
	if r.Findings.NotAssessed > 0 {
		b.Unseen += n
	}
}
