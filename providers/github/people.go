package github

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

type source struct {
	Permission string `json:"permission"`
	RoleName   string `json:"roleName"`
	Source     struct {
		Type          string `json:"__typename"`
		Login         string `json:"login"`
		Slug          string `json:"slug"`
		NameWithOwner string `json:"nameWithOwner"`
	} `json:"source"`
}

type collaborators struct {
	PageInfo pageInfo `json:"pageInfo"`
	Edges    []struct {
		Permission string `json:"permission"`
		Node       *struct {
			Login string `json:"login"`
		} `json:"node"`
		Sources []source `json:"permissionSources"`
	} `json:"edges"`
}

type accessNode struct {
	Type          string         `json:"__typename"`
	ID            string         `json:"id"`
	Collaborators *collaborators `json:"collaborators"`
	DeployKeys    *struct {
		PageInfo pageInfo `json:"pageInfo"`
		Nodes    []struct {
			Title     string    `json:"title"`
			Key       string    `json:"key"`
			ReadOnly  bool      `json:"readOnly"`
			CreatedAt time.Time `json:"createdAt"`
			Verified  *bool     `json:"verified"`
			Enabled   *bool     `json:"enabled"`
		} `json:"nodes"`
	} `json:"deployKeys"`
}

// Access reads people and deploy keys of up to inventory.AccessBatch repositories in one GraphQL query. What it refuses for one
// repository is that repository's Denied. A server without GraphQL is asked by REST, which cannot say where access comes from.
// Source: GraphQL repository.collaborators.edges.permissionSources, the only place that names the source of a grant.
func (c *Client) Access(ctx context.Context, repos []model.Repo) []inventory.Access {
	if c.withoutGraphQL() {
		return c.restAccess(ctx, repos)
	}
	out, err := c.access(ctx, repos)
	if errors.Is(err, model.ErrUnsupported) {
		c.mu.Lock()
		c.noGraphQL = true
		c.mu.Unlock()
		return c.restAccess(ctx, repos)
	}
	if err == nil {
		return out
	}
	why := model.CauseOf(err)
	out = make([]inventory.Access, len(repos))
	for i := range out {
		out[i] = inventory.Access{People: model.Unreadable[[]model.Person](why), DeployKeys: model.Unreadable[[]model.DeployKey](why)}
	}
	return out
}

// People reads everyone who reaches one repository, with the source of each grant.
func (c *Client) People(ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
	return c.Access(ctx, []model.Repo{r})[0].People
}

func (c *Client) withoutGraphQL() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.noGraphQL
}

// access asks in one query, and in halves when the server gives up on it: it stops any query after ten seconds.
func (c *Client) access(ctx context.Context, repos []model.Repo) ([]inventory.Access, error) {
	ids := make([]string, len(repos))
	for i, r := range repos {
		if ids[i] = r.Node; r.Node == "" {
			return nil, &model.Error{Op: "read people and keys", Cause: model.Cause{Kind: model.CauseUnsupported}}
		}
	}
	a := asked{op: "read people and keys", permission: "Metadata: read", administered: true}
	if len(repos) == 1 {
		a.on = repos[0].Ref.String()
	}
	var answer struct {
		Nodes []*accessNode `json:"nodes"`
	}
	broken, err := c.query(ctx, a, documentAccess, map[string]any{"ids": ids}, &answer)
	if err != nil {
		if len(repos) == 1 || ctx.Err() != nil || model.CauseOf(err).Kind != model.CauseNetwork {
			return nil, err
		}
		return c.halves(ctx, repos)
	}
	if len(answer.Nodes) != len(repos) {
		return nil, badRow("read people and keys", "it has another number of repositories than were asked for")
	}
	out := make([]inventory.Access, len(repos))
	for i, n := range answer.Nodes {
		people, keys := causesAt(broken, i)
		out[i].DeployKeys = c.graphKeys(ctx, repos[i], n, keys)
		out[i].People = c.graphPeople(ctx, repos[i], n, people)
	}
	return out, nil
}

func (c *Client) halves(ctx context.Context, repos []model.Repo) ([]inventory.Access, error) {
	mid := len(repos) / 2
	out := make([]inventory.Access, 0, len(repos))
	for _, half := range [...][]model.Repo{repos[:mid], repos[mid:]} {
		part, err := c.access(ctx, half)
		if err != nil && len(half) == len(repos) {
			return nil, err
		}
		if err != nil {
			why := model.CauseOf(err)
			part = make([]inventory.Access, len(half))
			for i := range part {
				part[i] = inventory.Access{People: model.Unreadable[[]model.Person](why), DeployKeys: model.Unreadable[[]model.DeployKey](why)}
			}
		}
		out = append(out, part...)
	}
	return out, nil
}

// causesAt picks the causes that concern one repository; an error without a place concerns all of it.
func causesAt(broken []graphError, i int) (people, keys *model.Cause) {
	for _, e := range broken {
		at, field := e.at()
		if at != i && at >= 0 {
			continue
		}
		why := e.cause("read people and keys")
		switch field {
		case "collaborators":
			people = why
		case "deployKeys":
			keys = why
		default:
			people, keys = why, why
		}
	}
	return people, keys
}

func (c *Client) graphKeys(ctx context.Context, r model.Repo, n *accessNode, why *model.Cause) model.Reading[[]model.DeployKey] {
	switch {
	case why != nil:
		return model.Unreadable[[]model.DeployKey](why)
	case n == nil || n.DeployKeys == nil:
		return model.Unreadable[[]model.DeployKey](nothing("deploy keys", r))
	case n.DeployKeys.PageInfo.HasNextPage:
		return c.Keys(ctx, r)
	}
	out := make([]model.DeployKey, 0, len(n.DeployKeys.Nodes))
	for _, k := range n.DeployKeys.Nodes {
		m := newDeployKey(k.Title, k.Key, k.ReadOnly, k.CreatedAt)
		m.Verified, m.Enabled = model.TriOf(k.Verified), model.TriOf(k.Enabled)
		out = append(out, m)
	}
	return model.Read(out, c.now())
}

func nothing(what string, r model.Repo) *model.Cause {
	return &model.Cause{Kind: model.CauseForbidden, Op: "read " + what + " of " + r.Ref.String(), Said: model.Outside("GitHub answered with nothing")}
}

func (c *Client) graphPeople(ctx context.Context, r model.Repo, n *accessNode, why *model.Cause) model.Reading[[]model.Person] {
	switch {
	case why != nil:
		return model.Unreadable[[]model.Person](why)
	case n == nil || n.Collaborators == nil:
		return model.Unreadable[[]model.Person](nothing("people", r))
	}
	roll := c.roll(ctx, r)
	var out []model.Person
	page := n.Collaborators
	for pagesRead := 1; ; pagesRead++ {
		for _, e := range page.Edges {
			if e.Node == nil {
				return model.AtLeast(out, c.now(), nothing("one person", r))
			}
			out = append(out, person(r, roll, e.Node.Login, e.Permission, e.Sources, c.now()))
		}
		if !page.PageInfo.HasNextPage {
			return model.Read(nonNil(out), c.now())
		}
		next, err := c.morePeople(ctx, r, page.PageInfo.EndCursor)
		if err == nil && (pagesRead == maxPages || next.PageInfo.EndCursor == page.PageInfo.EndCursor) {
			err = badRow("people", "its pages do not end")
		}
		if err != nil {
			return model.AtLeast(out, c.now(), model.CauseOf(err))
		}
		page = next
	}
}

func nonNil[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

func (c *Client) morePeople(ctx context.Context, r model.Repo, after string) (*collaborators, error) {
	var answer struct {
		Node *accessNode `json:"node"`
	}
	broken, err := c.query(ctx, asked{op: "read people", on: r.Ref.String()}, documentPeople, map[string]any{"id": r.Node, "after": after}, &answer)
	switch {
	case err != nil:
		return nil, err
	case len(broken) > 0:
		return nil, &model.Error{Op: "read people", On: r.Ref.String(), Cause: *broken[0].cause("")}
	case answer.Node == nil || answer.Node.Collaborators == nil:
		return nil, badRow("people", "a page is missing")
	}
	return answer.Node.Collaborators, nil
}

// person joins an edge with the organisation's roll, which tells members from outside collaborators and names the owners.
func person(r model.Repo, roll *memberRoll, login, permission string, sources []source, at model.Unix) model.Person {
	role, member := roll.of(login)
	p := model.Person{Login: model.Outside(login), Role: model.Outside(strings.ToLower(permission)), Outside: model.TriUnknown}
	switch {
	case r.Personal || member == model.Yes:
		p.Outside = model.No
	case member == model.No:
		p.Outside = model.Yes
	}
	if sources == nil && !(r.Personal && strings.EqualFold(login, r.Ref.Owner)) {
		p.Sources = model.Unreadable[[]model.Grant](&model.Cause{Kind: model.CauseForbidden, Said: model.Outside("GitHub does not show where this access comes from")})
		return p
	}
	grants := make([]model.Grant, 0, len(sources))
	for _, s := range sources {
		if s.Permission == "NONE" {
			continue
		}
		g := model.Grant{Role: model.Outside(strings.ToLower(s.Permission))}
		if s.RoleName != "" {
			g.Role = model.Outside(s.RoleName)
		}
		switch s.Source.Type {
		case "Organization":
			g.Via, g.Name = model.ViaBase, model.Outside(s.Source.Login)
			if role == "ADMIN" {
				g.Via = model.ViaOwner
			}
		case "Team":
			g.Via, g.Name = model.ViaTeam, model.Outside(s.Source.Slug)
		default:
			g.Via, g.Name = model.ViaDirect, model.Outside(s.Source.NameWithOwner)
			if p.Outside == model.Yes {
				g.Via = model.ViaOutside
			}
		}
		grants = append(grants, g)
	}
	if r.Personal && strings.EqualFold(login, r.Ref.Owner) {
		grants = []model.Grant{{Via: model.ViaOwner, Name: model.Outside(login), Role: model.Outside("admin")}}
	}
	p.Sources = model.Read(grants, at)
	return p
}

// restAccess is the way on a server without GraphQL.
func (c *Client) restAccess(ctx context.Context, repos []model.Repo) []inventory.Access {
	out := make([]inventory.Access, len(repos))
	var g errgroup.Group
	g.SetLimit(8)
	for i, r := range repos {
		g.Go(func() error {
			out[i] = inventory.Access{People: c.restPeople(ctx, r), DeployKeys: c.Keys(ctx, r)}
			return nil
		})
	}
	_ = g.Wait() // readings carry their own causes
	return out
}

// restPeople reads GET /repos/{owner}/{repo}/collaborators. It knows roles, not where they come from.
func (c *Client) restPeople(ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
	outside := map[string]bool{}
	if !r.Personal {
		rows, err := c.restCollaborators(ctx, r, "outside")
		if err != nil {
			return model.Unreadable[[]model.Person](model.CauseOf(err))
		}
		for _, p := range rows {
			outside[p.Login.Raw()] = true
		}
	}
	rows, err := c.restCollaborators(ctx, r, "all")
	unknown := &model.Cause{Kind: model.CauseUnsupported, Op: "read the source of each grant", Hint: "only GraphQL says where access comes from, and this server has none"}
	for i := range rows {
		rows[i].Sources = model.Reading[[]model.Grant]{Why: unknown}
		rows[i].Outside = model.No
		if outside[rows[i].Login.Raw()] {
			rows[i].Outside = model.Yes
		}
	}
	return reading(rows, c.now(), err)
}

func (c *Client) restCollaborators(ctx context.Context, r model.Repo, affiliation string) ([]model.Person, error) {
	path, err := repoPath(r, "/collaborators?per_page=100&affiliation="+affiliation)
	if err != nil {
		return nil, err
	}
	type user struct {
		Login       string          `json:"login"`
		RoleName    string          `json:"role_name"`
		Permissions map[string]bool `json:"permissions"`
	}
	a := asked{op: "list people", on: r.Ref.String(), scopes: []string{"repo"}, permission: "Metadata: read", administered: true}
	var out []model.Person
	err = pages(ctx, c, a, path, func(rows []user, _ *http.Response) error {
		for _, u := range rows {
			if u.Login == "" {
				return badRow("collaborator", "it has no login")
			}
			out = append(out, model.Person{Login: model.Outside(u.Login), Role: model.Outside(role(u.RoleName, u.Permissions))})
		}
		return nil
	})
	return out, err
}
