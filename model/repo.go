package model

// Repo is one repository and what has been read of it so far.
// Sources: GitHub GET /user/repos for the plain fields; each Reading names its own.
type Repo struct {
	Ref           RepoRef `json:"slug"`
	ID            string  `json:"id"`             // the forge's own id: stays the same when renamed or transferred
	Node          string  `json:"node,omitempty"` // the forge's id in GraphQL
	Spelled       Text    `json:"name"`           // owner/name as the forge spells it
	Personal      bool    `json:"personal"`
	Private       bool    `json:"private"`
	Archived      bool    `json:"archived"`
	Disabled      bool    `json:"disabled"`
	Fork          bool    `json:"fork"`
	MyRole        Text    `json:"my_role"`
	DefaultBranch Text    `json:"default_branch"`
	Pushed        Unix    `json:"pushed"`
	Page          Text    `json:"page"` // the repository's web page

	Hooks       Reading[[]Hook]       `json:"hooks"`
	DeployKeys  Reading[[]DeployKey]  `json:"deploy_keys"`
	People      Reading[[]Person]     `json:"people"`
	Teams       Reading[[]Team]       `json:"teams"`
	Invitations Reading[[]Invitation] `json:"invitations"`

	CI           Reading[*CIProject]    `json:"ci"` // Known and nil: none of my accounts follows a project
	CheckoutKeys Reading[[]CheckoutKey] `json:"checkout_keys"`
}

// Merge takes over from newer what newer has read, and keeps older readings where it has not or could not.
func (r *Repo) Merge(newer Repo) {
	old := *r
	*r = newer
	r.Hooks = mergeReading(old.Hooks, newer.Hooks)
	r.DeployKeys = mergeReading(old.DeployKeys, newer.DeployKeys)
	r.People = mergeReading(old.People, newer.People)
	r.Teams = mergeReading(old.Teams, newer.Teams)
	r.Invitations = mergeReading(old.Invitations, newer.Invitations)
	r.CI = mergeReading(old.CI, newer.CI)
	r.CheckoutKeys = mergeReading(old.CheckoutKeys, newer.CheckoutKeys)
}

func mergeReading[T any](old, newer Reading[T]) Reading[T] {
	if newer.State == Unread {
		return old
	}
	return newer.Or(old)
}
