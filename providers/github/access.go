package github

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// accessNode is one repository of an access query. Whatever is null was refused, and the answer's errors say why.
type accessNode struct {
	Type       string         `json:"__typename"`
	DatabaseID *int64         `json:"databaseId"`
	People     *collaborators `json:"collaborators"`
	Outside    *collaborators `json:"outside"`
	Keys       *struct {
		PageInfo pageInfo `json:"pageInfo"`
		Nodes    []*struct {
			Title     string    `json:"title"`
			Key       string    `json:"key"`
			ReadOnly  *bool     `json:"readOnly"`
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
	out := make([]inventory.Access, len(repos))
	var ask []int // by GraphQL: those with a GraphQL id
	for i, r := range repos {
		if r.Node != "" {
			ask = append(ask, i)
		}
	}
	if !c.noGraphQL.Load() {
		c.inHalves(ctx, repos, ask, out)
	}
	c.byREST(ctx, repos, out)
	return out
}

// People reads everyone who reaches one repository, with the source of each grant.
func (c *Client) People(ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
	return c.Access(ctx, []model.Repo{r})[0].People
}

// stubborn is how many repositories in a row may fail alone before it is the service's fault and not theirs.
const stubborn = 3

// inHalves asks for all at once, and for half as many when the service gives up on a query: GitHub ends any that takes ten seconds. What
// it leaves untouched in out was not answered because the server has no GraphQL.
func (c *Client) inHalves(ctx context.Context, repos []model.Repo, ask []int, out []inventory.Access) {
	alone := 0
	var last error
	for work := [][]int{ask}; len(work) > 0; {
		part := work[len(work)-1]
		work = work[:len(work)-1]
		if len(part) == 0 {
			continue
		}
		if alone >= stubborn {
			refuseAll(out, part, last)
			continue
		}
		err := c.access(ctx, repos, part, out)
		switch {
		case err == nil:
			alone = 0
		case errors.Is(err, model.ErrUnsupported):
			c.noGraphQL.Store(true)
			return
		case heavy(err) && len(part) > 1 && ctx.Err() == nil:
			mid := len(part) / 2
			work = append(work, part[mid:], part[:mid])
		default:
			refuseAll(out, part, err)
			if last = err; heavy(err) {
				alone++
			}
		}
	}
}

func refuseAll(out []inventory.Access, part []int, err error) {
	why := model.CauseOf(err)
	for _, i := range part {
		out[i] = inventory.Access{People: model.Unreadable[[]model.Person](why), DeployKeys: model.Unreadable[[]model.DeployKey](why)}
	}
}

// access asks for the repositories named by part in one query. A token without read:org is asked again without the sources.
func (c *Client) access(ctx context.Context, repos []model.Repo, part []int, out []inventory.Access) error {
	ids := make([]string, len(part))
	for k, i := range part {
		ids[k] = repos[i].Node
	}
	a := asked{need: needPeople, op: "read people and deploy keys", fixed: true}
	if len(part) == 1 {
		a.on = repos[part[0]].Ref.String()
	}
	var answer struct {
		Nodes []*accessNode `json:"nodes"`
	}
	p := peopleReader{client: c}
	broken, err := c.query(ctx, a, documentAccess, map[string]any{"ids": ids}, &answer)
	if errors.Is(err, errScopes) {
		p.plain = model.CauseOf(err)
		broken, err = c.query(ctx, a, documentAccessPlain, map[string]any{"ids": ids}, &answer)
	}
	switch {
	case err != nil:
		return err
	case len(answer.Nodes) != len(part) && len(broken) > 0:
		return broken[0].error(a)
	case len(answer.Nodes) != len(part):
		return a.bad("it has another number of repositories than were asked for")
	}
	for k, n := range answer.Nodes {
		r := repos[part[k]]
		if n != nil && n.DatabaseID != nil && !sameID(r, *n.DatabaseID) {
			return a.bad("it is about other repositories than were asked for")
		}
		why := causesAt(broken, k, len(part), r)
		out[part[k]] = inventory.Access{People: p.read(ctx, r, n, why), DeployKeys: c.graphKeys(ctx, r, n, why)}
	}
	return nil
}

// causes are why parts of one repository's answer are missing; nil: nothing said so.
type causes struct{ people, sources, outside, keys *model.Cause }

// causesAt picks the errors that concern one repository of n. One without a place, or with a place that was not asked for, concerns all.
func causesAt(broken []graphError, i, n int, r model.Repo) causes {
	var why causes
	for _, e := range broken {
		at, field, below := e.at()
		if at != i && at >= 0 && at < n {
			continue
		}
		cause := e.cause("read people and deploy keys of " + r.Ref.String())
		switch {
		case field == "collaborators" && below:
			why.sources = cause
		case field == "collaborators":
			why.people = cause
		case field == "outside":
			why.outside = cause
		case field == "deployKeys":
			why.keys = cause
		default:
			why.people, why.keys = cause, cause
		}
	}
	return why
}

func (c *Client) graphKeys(ctx context.Context, r model.Repo, n *accessNode, why causes) model.Reading[[]model.DeployKey] {
	switch {
	case why.keys != nil:
		return model.Unreadable[[]model.DeployKey](why.keys)
	case n == nil || n.Keys == nil:
		return model.Unreadable[[]model.DeployKey](nothing("deploy keys", r))
	case n.Keys.PageInfo.HasNextPage:
		return c.Keys(ctx, r)
	}
	a := about("read deploy keys", r, needAdmin)
	if n.Keys.Nodes == nil {
		return model.Unreadable[[]model.DeployKey](model.CauseOf(a.bad("the list is missing")))
	}
	out := make([]model.DeployKey, 0, len(n.Keys.Nodes))
	for _, k := range n.Keys.Nodes {
		if k == nil || k.Key == "" || k.ReadOnly == nil {
			return model.Unreadable[[]model.DeployKey](model.CauseOf(a.bad("a deploy key has no key, or does not say whether it is read-only")))
		}
		m := newDeployKey(k.Title, k.Key, *k.ReadOnly, k.CreatedAt)
		m.Verified, m.Enabled = model.TriOf(k.Verified), model.TriOf(k.Enabled)
		out = append(out, m)
	}
	return model.Read(out, c.now())
}

// nothing is the cause of a null that no error explains.
func nothing(what string, r model.Repo) *model.Cause {
	return &model.Cause{Kind: model.CauseForbidden, Op: "read " + what + " of " + r.Ref.String(), Said: model.Outside("GitHub answered with nothing")}
}

// byREST reads what is still unread: on a server without GraphQL, and of repositories without a GraphQL id.
func (c *Client) byREST(ctx context.Context, repos []model.Repo, out []inventory.Access) {
	var g errgroup.Group
	g.SetLimit(8)
	for i, r := range repos {
		if out[i].People.State != model.Unread {
			continue
		}
		g.Go(func() error {
			out[i] = inventory.Access{People: c.restPeople(ctx, r), DeployKeys: c.Keys(ctx, r)}
			return nil
		})
	}
	_ = g.Wait() // readings carry their own causes
}
