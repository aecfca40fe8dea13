package githubd

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"gatehouse/providers/simulator/graphql"
)

// fields are a type's fields; each gives a value, or a [*graphql.Error].
type fields[T any] map[string]func(c *call, v T, a graphql.Args) any

// typeOf is one GraphQL type over the world's T.
type typeOf[T any] struct {
	name   string
	also   []string // the interfaces and unions it belongs to
	fields fields[T]
}

func (t *typeOf[T]) of(c *call, v T) graphql.Object { return object[T]{t, c, v} }

type object[T any] struct {
	*typeOf[T]
	c *call
	v T
}

func (o object[T]) Type() string        { return o.name }
func (o object[T]) Is(name string) bool { return name == o.name || slices.Contains(o.also, name) }

func (o object[T]) Field(name string, a graphql.Args) (any, error) {
	f, ok := o.fields[name]
	if !ok {
		return nil, graphql.ErrNoField
	}
	v := f(o.c, o.v, a)
	if e, bad := v.(*graphql.Error); bad && e != nil {
		return nil, e
	}
	return v, nil
}

// rows is a list of which only the part that is asked for is made.
type rows[T any] struct {
	length int
	slice  func(from, to int) []T
}

func rowsOf[T any](all []T) rows[T] {
	return rows[T]{len(all), func(from, to int) []T { return all[from:to] }}
}

// connection is a list to page through with cursors.
type connection struct {
	edges, nodes []graphql.Object
	total        int
	first, last  string
	next, prev   bool
}

// connect cuts the page that first and after (or last and before) ask for.
func connect[T any](c *call, r rows[T], a graphql.Args, name string, node func(T) graphql.Object, edge func(T, string) graphql.Object) graphql.Object {
	from, to := bounds(r.length, a)
	con := connection{total: r.length, next: to < r.length, prev: from > 0}
	for i, v := range r.slice(from, to) {
		at := cursor(from + i)
		con.nodes, con.edges = append(con.nodes, node(v)), append(con.edges, edge(v, at))
		if i == 0 {
			con.first = at
		}
		con.last = at
	}
	t := c.schema.connection
	t.name = name
	return t.of(c, con)
}

func bounds(length int, a graphql.Args) (from, to int) {
	from, to = 0, length
	if n, ok := index(a.String("after")); ok {
		from = min(n+1, length)
	}
	if n, ok := index(a.String("before")); ok {
		to = max(min(n, length), from)
	}
	if n, ok := a.Int("first"); ok {
		to = min(to, from+n)
	} else if n, ok := a.Int("last"); ok {
		from = max(from, to-n)
	}
	return from, to
}

func cursor(i int) string {
	return base64.StdEncoding.EncodeToString([]byte("cursor:v2:" + strconv.Itoa(i)))
}

func index(cursor string) (int, bool) {
	b, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil {
		return 0, false
	}
	rest, ok := strings.CutPrefix(string(b), "cursor:v2:")
	n, err := strconv.Atoi(rest)
	return n, ok && err == nil && n >= 0
}

// edge is a row of a connection that says no more than its node.
type edge struct {
	cursor string
	node   graphql.Object
}

// plain makes edges of a type that has cursor and node only.
func plain[T any](c *call, name string, node func(T) graphql.Object) func(T, string) graphql.Object {
	t := typeOf[edge]{name: name, fields: edgeFields}
	return func(v T, at string) graphql.Object { return t.of(c, edge{at, node(v)}) }
}

var edgeFields = fields[edge]{
	"cursor": func(_ *call, e edge, _ graphql.Args) any { return e.cursor },
	"node":   func(_ *call, e edge, _ graphql.Args) any { return e.node },
}

func connectionType() typeOf[connection] {
	orNil := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	page := typeOf[connection]{name: "PageInfo", fields: fields[connection]{
		"hasNextPage":     func(_ *call, v connection, _ graphql.Args) any { return v.next },
		"hasPreviousPage": func(_ *call, v connection, _ graphql.Args) any { return v.prev },
		"startCursor":     func(_ *call, v connection, _ graphql.Args) any { return orNil(v.first) },
		"endCursor":       func(_ *call, v connection, _ graphql.Args) any { return orNil(v.last) },
	}}
	nonNil := func(o []graphql.Object) any {
		if o == nil {
			return []graphql.Object{}
		}
		return o
	}
	return typeOf[connection]{fields: fields[connection]{
		"edges":      func(_ *call, v connection, _ graphql.Args) any { return nonNil(v.edges) },
		"nodes":      func(_ *call, v connection, _ graphql.Args) any { return nonNil(v.nodes) },
		"totalCount": func(_ *call, v connection, _ graphql.Args) any { return v.total },
		"pageInfo":   func(c *call, v connection, _ graphql.Args) any { return page.of(c, v) },
	}}
}
