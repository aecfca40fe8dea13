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
