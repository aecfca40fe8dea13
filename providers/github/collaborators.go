package github

import (
	"context"
	"strings"

	"gatehouse/model"
)

// collaborator is a row of GET /repos/{owner}/{repo}/collaborators.
type collaborator struct {
	Login       string          `json:"login"`
	RoleName    string          `json:"role_name"`
	Permissions map[string]bool `json:"permissions"`
}

func (p collaborator) check() (id, lacks string) {
	switch {
	case p.Login == "":
		return "", "a collaborator has no login"
	case role(p.RoleName, p.Permissions) == "":
		return "", "a collaborator has no role"
	}
	return strings.ToLower(p.Login), ""
}

// sourcesByREST is why a person's sources are unread after restPeople.
var sourcesByREST = &model.Cause{
	Kind: model.CauseUnsupported, Op: "read the source of each grant", Hint: "only GraphQL says where access comes from, and this server has none",
}

// restPeople is the way on a server without GraphQL. It knows roles, not where they come from: the sources are Unread, with a cause. Who
// is outside is asked only of GitHub itself: another server may not know the filter and name everybody.
// Source: GET /repos/{owner}/{repo}/collaborators; affiliation=all includes owners and everyone with the base permission.
func (c *Client) restPeople(ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
	outside := map[string]bool{}
	rest := model.TriUnknown
	switch {
	case r.Personal:
		rest = model.No
	case c.genuine():
		if known, ok := c.restCollaborators(ctx, r, "outside").All(); ok {
			rest = model.No
			for _, p := range known {
				outside[p.Login.Raw()] = true
			}
		}
	}
	people := c.restCollaborators(ctx, r, "all")
	for i, p := range people.Value {
		people.Value[i].Sources = model.Reading[[]model.Grant]{Why: sourcesByREST}
		people.Value[i].Outside = rest
		if outside[p.Login.Raw()] {
			people.Value[i].Outside = model.Yes
		}
	}
	return people
}

func (c *Client) restCollaborators(ctx context.Context, r model.Repo, affiliation string) model.Reading[[]model.Person] {
	a := about("list people", r, needPeople)
	return list(ctx, c, a, r, "/collaborators?per_page=100&affiliation="+affiliation, func(p collaborator) model.Person {
		return model.Person{Login: model.Outside(p.Login), Role: model.Outside(role(p.RoleName, p.Permissions))}
	})
}
