package inventory

import (
	"context"
	"slices"

	"gatehouse/model"
)

// ReadAll reads everything the configuration asks for and returns when it is read. What could not be read is in the snapshot's
// readings; the error is only for cancellation, and the snapshot then holds what was read before it.
func ReadAll(ctx context.Context, cfg Config, progress func(done, total int)) (*model.Snapshot, error) {
	s := Start(ctx, cfg)
	defer s.Close()
	snap := &model.Snapshot{}
	for b := range s.Updates() {
		Merge(snap, b)
		if progress != nil {
			progress(b.Done, b.Total)
		}
	}
	snap.Taken = cfg.Now()
	snap.Sort()
	return snap, ctx.Err()
}

// Merge takes a batch into a snapshot. Both screens and commands use it, so that both see the same.
func Merge(s *model.Snapshot, b Batch) {
	for _, a := range b.Accounts {
		putAccount(s, a)
	}
	for _, o := range b.Orgs {
		s.PutOrg(o)
	}
	for _, r := range b.Repos {
		s.Put(r)
	}
	if b.Listing.State != model.Unread {
		s.Listing = b.Listing
	}
}

func putAccount(s *model.Snapshot, a model.Account) {
	for i := range s.Accounts {
		if s.Accounts[i].Service == a.Service {
			s.Accounts[i] = a
			return
		}
	}
	s.Accounts = append(s.Accounts, a)
	slices.SortStableFunc(s.Accounts, func(a, b model.Account) int { return rank(a.Service) - rank(b.Service) })
}

// rank puts the forges first, whichever service answers first.
func rank(s model.Service) int {
	return slices.Index([]model.Service{model.ServiceGitHub, model.ServiceBitbucket, model.ServiceCircleCI}, s)
}
