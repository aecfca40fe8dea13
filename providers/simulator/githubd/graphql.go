package githubd

import (
	"encoding/json"
	"net/http"
	"strings"

	"gatehouse/providers/simulator/graphql"
	"gatehouse/providers/simulator/world"
)

// graphAnswer is GraphQL's: data and errors may stand side by side.
type graphAnswer struct {
	Data   *graphql.Result  `json:"data,omitempty"`
	Errors []*graphql.Error `json:"errors,omitempty"`
}

// graphql is POST /graphql. Whatever is wrong with the query, the status is 200.
func (c *call) graphql() answer {
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if json.NewDecoder(c.r.Body).Decode(&in) != nil {
		return c.refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if in.Query == "" {
		return graphError(&graphql.Error{Message: "A query attribute must be specified and must be a string."})
	}
	doc, err := graphql.Parse(in.Query)
	if err != nil {
		return graphError(&graphql.Error{Message: "Parse error: " + err.Error(), Extensions: map[string]any{"code": "parseError"}})
	}
	if doc.Kind != "query" {
		return graphError(&graphql.Error{Message: "the simulator answers queries only"})
	}
	vars, err := doc.Bind(in.Variables)
	if err != nil {
		return graphError(&graphql.Error{Message: err.Error()})
	}
	bill, bad := costOf(doc, vars)
	if bad != nil {
		return graphError(bad)
	}
	data, errs := graphql.Execute(doc, vars, c.schema.query.of(c, bill))
	return answer{status: http.StatusOK, volatile: true, points: bill.points(), body: graphAnswer{data, errs}}
}

func graphError(e *graphql.Error) answer {
	return answer{status: http.StatusOK, volatile: true, points: 1, body: graphAnswer{Errors: []*graphql.Error{e}}}
}

// graphBlind is blind for GraphQL: why a repository is null. Nil: it can be seen.
func (c *call) graphBlind(r *world.Repo, gone *graphql.Error) *graphql.Error {
	why := c.blind(r)
	if why == nil {
		return nil
	}
	a := why(c, r)
	if a.status == http.StatusNotFound {
		return gone
	}
	e := &graphql.Error{Type: "FORBIDDEN", Message: a.body.(basicError).Message}
	if sso := a.header["X-Github-Sso"]; sso != nil {
		c.header["X-Github-Sso"] = sso
		e.Extensions = map[string]any{"saml_failure": true}
	}
	return e
}

func gone(what string) *graphql.Error {
	return &graphql.Error{Type: "NOT_FOUND", Message: "Could not resolve to " + what}
}

// node finds what an id names.
func (c *call) node(id string) any {
	missing := gone("a node with the global id of '" + id + "'.")
	if n, ok := nodeID(id, "R"); ok {
		r := c.world.RepoByID(n)
		if r == nil {
			return missing
		}
		if e := c.graphBlind(r, missing); e != nil {
			return e
		}
		return c.schema.repository.of(c, r)
	}
	if n, ok := nodeID(id, "U"); ok {
		if u := c.world.UserByID(n); u != nil {
			return c.schema.user.of(c, u)
		}
	}
	if n, ok := nodeID(id, "O"); ok {
		if o := c.world.OrgByID(n); o != nil {
			return c.schema.organization.of(c, o)
		}
	}
	return missing
}

func (c *call) graphRepository(owner, name string) any {
	missing := gone("a Repository with the name '" + owner + "/" + name + "'.")
	r, _ := c.world.Repo(owner, name) // a former name leads to the repository, as it does in REST
	if r == nil {
		return missing
	}
	if e := c.graphBlind(r, missing); e != nil {
		return e
	}
	return c.schema.repository.of(c, r)
}

// wantsScope is the error of a classic token that lacks all of the scopes; nil: it has one. The whole document is refused.
func (c *call) wantsScope(field string, scopes ...string) *graphql.Error {
	if c.token.Kind == world.FineGrained || c.hasScope(scopes...) {
		return nil
	}
	quoted := func(s []string) string { return "['" + strings.Join(s, "', '") + "']" }
	return &graphql.Error{
		Type: "INSUFFICIENT_SCOPES", Whole: true,
		Message: "Your token has not been granted the required scopes to execute this query. The '" + field + "' field requires one of the following scopes: " +
			quoted(scopes) + ", but your token has only been granted the: " + quoted(c.token.Scopes) + " scopes. Please modify your token's scopes at: https://github.com/settings/tokens.",
	}
}

// graphRefused is what a test asked to be refused.
func (c *call) graphRefused(r *world.Repo, field string) *graphql.Error {
	c.refused.Lock()
	defer c.refused.Unlock()
	if g := c.refused.graph[itoa(r.ID)+"/"+field]; g.message != "" {
		return &graphql.Error{Type: g.kind, Message: g.message}
	}
	return nil
}
