package inventory

import (
	"context"
	"sync"

	"gatehouse/model"
)

// CI is what the engine needs from CircleCI. Implementations are safe for concurrent use.
type CI interface {
	// Account says who we are there.
	Account(ctx context.Context) model.Account
	// Followed reads every project that the account follows.
	Followed(ctx context.Context, login string) model.Reading[[]model.CIProject]
	// Source says where a standalone project's code is: the repository's number at GitHub.
	Source(ctx context.Context, slug model.Text) (externalID string, err error)
	// CheckoutKeys reads the keys that CircleCI holds for a project.
	CheckoutKeys(ctx context.Context, slug model.Text) model.Reading[[]model.CheckoutKey]
}

const (
	keyReaders = 6   // checkout keys read at once
	lookups    = 100 // followed projects that match no name are looked for at the forge: after a rename it knows the old one
)

var notConfigured = &model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not configured"), Hint: "set GATEHOUSE_CIRCLECI_TOKEN to a personal API token to see CircleCI's side"}

var byApp = &model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("by the GitHub App"), Hint: "a GitHub App project has no checkout key, and that is right"}

// join reads CircleCI's side and ties it to the repositories: by name where CircleCI knows the present one, by the forge's own number where
// it does not. It begins beside the list and ends after it.
func (s *session) join(ctx context.Context, listed <-chan struct{}) {
	ci := s.cfg.CI
	account := ci.Account(ctx)
	s.update(func(b *Batch) { b.Accounts = append(b.Accounts, account) })
	followed := model.Unreadable[[]model.CIProject](account.Login.Why)
	if login, ok := account.Login.All(); ok {
		followed = ci.Followed(ctx, login.String())
	}
	select {
	case <-listed:
	case <-ctx.Done():
		return
	}
	tied, whole := map[model.RepoRef]*model.CIProject{}, true
	if projects, ok := followed.All(); ok {
		tied, whole = s.tie(ctx, projects)
	}
	for _, r := range s.listedRepos() {
		r.CI = model.Reading[*model.CIProject]{State: followed.State, At: followed.At, Why: followed.Why}
		switch {
		case followed.State != model.Known:
		case tied[r.Ref] != nil:
			if r.CI.Value = tied[r.Ref]; r.CI.Value.Integration == model.IntegrationGitHubApp {
				r.CheckoutKeys = model.Unreadable[[]model.CheckoutKey](byApp)
			}
		case !whole: // it may be wired under an old name
			r.CI = model.AtLeast[*model.CIProject](nil, followed.At, tooMany)
		}
		s.share(r)
	}
	s.readKeys(ctx, tied)
}

var tooMany = &model.Cause{
	Kind: model.CauseIncomplete, Op: "find the CircleCI project", Said: model.Outside("none has this name, and more followed projects than are looked up have names that are not in the list"),
	Hint: "one of them may be this repository under an old name: look at its page in CircleCI",
}

// tie finds the repository of each project: by name, else by the forge's own number. whole is false when some project was not looked for.
func (s *session) tie(ctx context.Context, projects []model.CIProject) (tied map[model.RepoRef]*model.CIProject, whole bool) {
	byRef, byID, owners := map[model.RepoRef]bool{}, map[string]model.RepoRef{}, map[string]bool{}
	for _, r := range s.listedRepos() {
		byRef[r.Ref], byID[r.ID], owners[r.Ref.Owner] = true, r.Ref, true
	}
	tied = map[model.RepoRef]*model.CIProject{}
	var stray []*model.CIProject
	for i := range projects {
		p := &projects[i]
		switch {
		case byRef[p.Wired]:
			tied[p.Wired] = p
		case p.Integration == model.IntegrationGitHubApp, len(s.cfg.Only) == 0, owners[p.Wired.Owner]:
			stray = append(stray, p)
		}
	}
	if len(tied) == len(byRef) {
		return tied, true // every repository has its project
	}
	whole = len(stray) <= lookups
	found := make([]model.RepoRef, min(len(stray), lookups))
	s.each("find the repository of a project", len(found), func(i int) {
		if found[i] = s.source(ctx, stray[i], byID); !byRef[found[i]] {
			found[i] = model.RepoRef{}
		}
	})
	for i, ref := range found {
		if !ref.IsZero() && tied[ref] == nil {
			tied[ref] = stray[i]
		}
	}
	return tied, whole
}

// source is the repository of a project that no name leads to.
func (s *session) source(ctx context.Context, p *model.CIProject, byID map[string]model.RepoRef) model.RepoRef {
	if p.Integration != model.IntegrationGitHubApp {
		return s.present(ctx, p.Wired, byID)
	}
	id, err := s.cfg.CI.Source(ctx, p.Slug)
	if err != nil {
		return model.RepoRef{}
	}
	return byID[id]
}

// each calls f for 0 to n-1, a few at a time. A panic of a provider ends that one call.
func (s *session) each(op string, n int, f func(int)) {
	work := make(chan int)
	var wg sync.WaitGroup
	for range min(keyReaders, n) {
		wg.Go(func() {
			for i := range work {
				s.guard(op, func() { f(i) }, []model.Repo{})
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
}

// present is the repository that the forge leads to under an old name; zero when it is none of ours.
func (s *session) present(ctx context.Context, old model.RepoRef, byID map[string]model.RepoRef) model.RepoRef {
	for _, f := range s.cfg.Forges {
		if one, ok := f.(One); ok {
			if r, err := one.Repo(ctx, old); err == nil {
				return byID[r.ID]
			}
		}
	}
	return model.RepoRef{}
}

// readKeys reads the checkout keys of the projects that have some.
func (s *session) readKeys(ctx context.Context, tied map[model.RepoRef]*model.CIProject) {
	var repos []model.Repo
	for _, r := range s.listedRepos() {
		if p := tied[r.Ref]; p != nil && p.Integration != model.IntegrationGitHubApp {
			r.CI = model.Read(p, s.cfg.Now())
			repos = append(repos, r)
		}
	}
	s.each("list checkout keys", len(repos), func(i int) {
		r := repos[i]
		if ctx.Err() != nil {
			return
		}
		if r.CheckoutKeys = s.cfg.CI.CheckoutKeys(ctx, r.CI.Value.Slug); ctx.Err() == nil {
			s.share(r)
		}
	})
}

// listedRepos are the repositories as they were listed, without what was read of them since.
func (s *session) listedRepos() []model.Repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]model.Repo(nil), s.listed...)
}

// share hands a repository's new readings to the receiver.
func (s *session) share(r model.Repo) {
	s.mu.Lock()
	s.put(r)
	s.mu.Unlock()
	s.poke()
}
