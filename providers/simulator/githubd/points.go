package githubd

import (
	"fmt"

	"gatehouse/providers/simulator/graphql"
)

// bill is what a query costs. Source: GitHub "Rate limits and query limits for the GraphQL API": every connection is one request for
// each object it is asked of; the requests by a hundred are the points, at least one.
type bill struct {
	requests int
	nodes    int
	fields   int // as written, fragments opened
}

func (b bill) points() int { return max((b.requests+50)/100, 1) }

const (
	maxNodes   = 500_000
	maxIDs     = 100
	maxPerPage = 100
)

// connections are the fields that are lists to page through.
var connections = map[string]bool{
	"collaborators": true, "deployKeys": true, "repositories": true, "membersWithRole": true, "teams": true, "organizations": true,
	"publicKeys": true, "members": true,
}

// costOf counts without answering. The error is of a query that GitHub would not run.
func costOf(doc *graphql.Document, vars map[string]any) (bill, *graphql.Error) {
	var b bill
	e := b.add(doc, vars, doc.Selection, 1, 0)
	if e == nil && b.nodes > maxNodes {
		e = &graphql.Error{Type: "MAX_NODE_LIMIT_EXCEEDED", Message: fmt.Sprintf("This query requests up to %d possible nodes which exceeds the maximum limit of 500,000.", b.nodes)}
	}
	return b, e
}

const (
	deepest    = 32
	mostFields = 100_000
)

func (b *bill) add(doc *graphql.Document, vars map[string]any, sel []graphql.Selection, times, depth int) *graphql.Error {
	for _, f := range doc.Fields(sel, vars) {
		if b.fields++; depth > deepest || b.fields > mostFields || b.nodes > 1<<40 {
			return &graphql.Error{Type: "MAX_COMPLEXITY_EXCEEDED", Message: "the query asks for too much"}
		}
		below := times
		args := f.Arguments(vars)
		switch {
		case f.Name == "nodes" && depth == 0:
			ids := args.Strings("ids")
			if len(ids) > maxIDs {
				return &graphql.Error{Type: "ARGUMENT_LIMIT", Message: fmt.Sprintf("You may not provide more than 100 node ids; you provided %d.", len(ids))}
			}
			below = times * len(ids)
			b.nodes += below
		case connections[f.Name] && f.Selection != nil:
			n, e := pageSize(f, args)
			if e != nil {
				return e
			}
			b.requests += times
			below = times * n
			b.nodes += below
		}
		if e := b.add(doc, vars, f.Selection, below, depth+1); e != nil {
			return e
		}
	}
	return nil
}

func pageSize(f *graphql.Field, args graphql.Args) (int, *graphql.Error) {
	n, ok := args.Int("first")
	if !ok {
		n, ok = args.Int("last")
	}
	switch {
	case !ok:
		return 0, &graphql.Error{Type: "MISSING_PAGINATION_BOUNDARIES", Message: fmt.Sprintf("You must provide a `first` or `last` value to properly paginate the `%s` connection.", f.Name)}
	case n < 0 || n > maxPerPage:
		return 0, &graphql.Error{Type: "EXCESSIVE_PAGINATION", Message: fmt.Sprintf("Requesting %d records on the `%s` connection exceeds the `first` limit of 100 records.", n, f.Name)}
	}
	return n, nil
}
