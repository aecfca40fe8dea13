package model

import "sort"

// Snapshot is everything that was read, when, and by which accounts. It belongs to one goroutine.
type Snapshot struct {
	Taken    Unix         `json:"taken"`
	Accounts []Account    `json:"accounts"`
	Listing  Reading[int] `json:"listing"` // how many repositories were listed; Partial when rows may be missing
	Repos    []*Repo      `json:"repos"`
	Orgs     []Org        `json:"orgs"`
	index    map[RepoRef]int
}

// Repo finds a repository; nil when it is not in the snapshot.
func (s *Snapshot) Repo(ref RepoRef) *Repo {
	s.reindex()
	if i, ok := s.index[ref]; ok {
		return s.Repos[i]
	}
	return nil
}

// Put adds the repository or merges it into the one already there.
func (s *Snapshot) Put(r Repo) {
	s.reindex()
	if i, ok := s.index[r.Ref]; ok {
		s.Repos[i].Merge(r)
		return
	}
	s.index[r.Ref] = len(s.Repos)
	s.Repos = append(s.Repos, &r)
}

// PutOrg adds or replaces an organisation.
func (s *Snapshot) PutOrg(o Org) {
	for i := range s.Orgs {
		if s.Orgs[i].Forge == o.Forge && s.Orgs[i].Login == o.Login {
			s.Orgs[i] = o
			return
		}
	}
	s.Orgs = append(s.Orgs, o)
}

// Org finds an organisation by login, or nil.
func (s *Snapshot) Org(f Forge, login string) *Org {
	for i := range s.Orgs {
		if s.Orgs[i].Forge == f && s.Orgs[i].Login == login {
			return &s.Orgs[i]
		}
	}
	return nil
}

// Sort orders the repositories by slug.
func (s *Snapshot) Sort() {
	sort.SliceStable(s.Repos, func(i, j int) bool { return s.Repos[i].Ref.String() < s.Repos[j].Ref.String() })
	s.index = nil
}

func (s *Snapshot) reindex() {
	if s.index != nil && len(s.index) == len(s.Repos) {
		return
	}
	s.index = make(map[RepoRef]int, len(s.Repos))
	for i, r := range s.Repos {
		s.index[r.Ref] = i
	}
}

// Gap is something that was asked for and could not be read in full.
type Gap struct {
	Repo  RepoRef `json:"repo,omitzero"` // zero: it concerns the whole account
	Fact  string  `json:"fact"`          // "hooks", "deploy_keys", "people", "teams", "invitations", "repositories", "account"
	State State   `json:"state"`
	Why   *Cause  `json:"why,omitempty"`
}

// Gaps lists what is missing, accounts first, then repository by repository. Services that are not configured are no gaps.
func (s *Snapshot) Gaps() []Gap {
	var out []Gap
	for _, a := range s.Accounts {
		if a.Configured && a.Login.Gap() {
			out = append(out, Gap{Fact: "account", State: a.Login.State, Why: a.Login.Why})
		}
	}
	if s.Listing.Gap() {
		out = append(out, Gap{Fact: "repositories", State: s.Listing.State, Why: s.Listing.Why})
	}
	for _, r := range s.Repos {
		out = append(out, r.Gaps()...)
	}
	return out
}

// Gaps lists what of this repository was asked for and could not be read in full.
func (r *Repo) Gaps() []Gap {
	var out []Gap
	add := func(fact string, gap bool, st State, why *Cause) {
		if gap {
			out = append(out, Gap{Repo: r.Ref, Fact: fact, State: st, Why: why})
		}
	}
	add("hooks", r.Hooks.Gap(), r.Hooks.State, r.Hooks.Why)
	add("deploy_keys", r.DeployKeys.Gap(), r.DeployKeys.State, r.DeployKeys.Why)
	add("people", r.People.Gap(), r.People.State, r.People.Why)
	add("teams", r.Teams.Gap(), r.Teams.State, r.Teams.Why)
	add("invitations", r.Invitations.Gap(), r.Invitations.State, r.Invitations.Why)
	add("ci", r.CI.Gap(), r.CI.State, r.CI.Why)
	add("checkout_keys", r.CheckoutKeys.Gap(), r.CheckoutKeys.State, r.CheckoutKeys.Why)
	return out
}
