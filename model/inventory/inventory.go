// Package inventory reads everything into a snapshot, progressively: what is on screen first, the rest in order, all of it
// cancellable. It knows no service; it asks a [Forge] and sends what it learns in immutable batches.
package inventory

import (
	"context"

	"gatehouse/model"
)

// AccessBatch is how many repositories one Access call may ask for: well-kept readers ask for 50, because of GitHub's ten-second
// limit, and 48 with three connections each are still one point of its GraphQL budget.
const AccessBatch = 48

// Forge is what the engine needs from one service. Every method says in its readings what it could not read; only List
// and Account return errors of the whole service. Implementations are safe for concurrent use.
type Forge interface {
	// Account says who we are there; its Login reading carries a refusal.
	Account(ctx context.Context) model.Account
	// List yields the repositories the account administers, page by page. The reading it returns is Known with the count
	// when every page was read and nothing says that rows are missing, Partial or worse otherwise.
	List(ctx context.Context, yield func(Page) error) model.Reading[int]
	// Hooks reads all hooks of one repository.
	Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook]
	// Access reads people (with the source of each grant) and deploy keys of at most AccessBatch repositories at once; the
	// answer has one entry for each, in order. Its keys lack what the batch cannot say (id, added_by, last_used): those
	// readings are Unread.
	Access(ctx context.Context, repos []model.Repo) []Access
	// Orgs reads the organisations the account belongs to, with its role in each.
	Orgs(ctx context.Context) model.Reading[[]model.Org]
}

// Page is one page of the repository list.
type Page struct {
	Repos []model.Repo
	Total int // the best guess at the final count; 0: unknown
}

// Access is what one Access call learned about one repository.
type Access struct {
	People     model.Reading[[]model.Person]
	DeployKeys model.Reading[[]model.DeployKey]
}

// Batch is what was learned since the last one: the receiver merges it into its own snapshot. Batches are immutable and
// coalesced to at most twenty a second.
type Batch struct {
	Ticket   uint64 // of the session: a late batch of an older session no longer matches
	Done     int    // repositories read in full
	Total    int    // repositories known so far; grows while the list is read
	Listing  model.Reading[int]
	Accounts []model.Account // only when something about them changed
	Orgs     []model.Org     // only when read
	Repos    []model.Repo    // new or with new readings: Snapshot.Put merges them
	Final    bool            // the session has read all it will read
}

// Session is a reading in progress.
type Session interface {
	Ticket() uint64
	Updates() <-chan Batch         // closed after Final, or once Close has taken effect
	Focus(refs ...model.RepoRef)   // read these first: they are on screen
	Refresh(refs ...model.RepoRef) // read these again, past every cache age
	Close()                        // cancels what is under way and returns at once
}
