package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/model"
	"gatehouse/providers/rest"
)

const maxPages = 1000

// row is one element of a list as it came over the wire.
type row interface {
	// check gives what tells the row from the others of its list, and what it lacks that everything else relies on; "": nothing.
	check() (id, lacks string)
}

// pages reads a list page by page, following the service's own links only. It stops at the first page that cannot be read or holds a
// row that cannot be trusted, for a row left out would turn into "none": what was yielded before stands, and the error says that more
// is missing. A list that GitHub itself calls incomplete, or that moved while it was read, ends with an error of kind incomplete.
func pages[T row](ctx context.Context, c *Client, a asked, path string, yield func([]T, *http.Response) error) error {
	var short *model.Error
	seen := map[string]int{}
	for n := 1; ; n++ {
		var rows []T
		res, err := c.get(ctx, a, path, &rows)
		if err != nil {
			return err
		}
		fresh, err := sift(a, rows, seen, n)
		if err != nil {
			return err
		}
		if len(fresh) < len(rows) {
			short = incomplete(a, "the list changed while it was read", "read again")
		}
		if strings.HasPrefix(res.Header.Get("X-Github-Sso"), "partial-results") {
			short = incomplete(a, "what belongs to some organisations is left out", "authorise the token for those organisations (Configure SSO on GitHub's token page), then read again")
			short.Cause.Missing = "single sign-on authorisation of the token"
		}
		if err := yield(fresh, res); err != nil {
			return rest.Broken(a.op, a.on, err)
		}
		next := link(res.Header, "next")
		switch {
		case next == "" && short != nil:
			return short
		case next == "":
			return nil
		case n == maxPages:
			return incomplete(a, fmt.Sprintf("the list goes on after %d pages", maxPages), "")
		}
		u, err := c.transport.CheckNext(res.Request.URL.String(), next)
		if err != nil {
			return rest.Broken(a.op, a.on, err)
		}
		path = u.String()
	}
}

// sift checks the rows of page n and leaves out those an earlier page had: rows move when something is added to the list meanwhile.
// The same row twice on one page cannot be.
func sift[T row](a asked, rows []T, seen map[string]int, n int) ([]T, error) {
	fresh := rows[:0:0]
	for _, r := range rows {
		id, lacks := r.check()
		if lacks != "" {
			return nil, a.bad(lacks)
		}
		switch seen[id] {
		case 0:
			seen[id] = n
			fresh = append(fresh, r)
		case n:
			return nil, a.bad("one row is there twice")
		}
	}
	return fresh, nil
}

func incomplete(a asked, said, hint string) *model.Error {
	return &model.Error{Op: a.op, On: a.on, Cause: model.Cause{Kind: model.CauseIncomplete, Said: model.Outside(said), Hint: hint}}
}

// link finds a relation ("next", "last") in the Link header (RFC 8288). Source: GitHub "Using pagination in the REST API".
func link(h http.Header, rel string) string {
	for _, line := range h.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			target, params, ok := strings.Cut(part, ";")
			target = strings.TrimSpace(target)
			if !ok || !strings.HasPrefix(target, "<") || !strings.HasSuffix(target, ">") {
				continue
			}
			for p := range strings.SplitSeq(params, ";") {
				if p = strings.TrimSpace(p); p == `rel="`+rel+`"` || p == "rel="+rel {
					return target[1 : len(target)-1]
				}
			}
		}
	}
	return ""
}

// reading makes a Reading of a list that may have stopped half-way: nothing read is Denied or Failed, something read is Partial.
func reading[T any](v []T, at model.Unix, err error) model.Reading[[]T] {
	if v == nil {
		v = []T{}
	}
	if err == nil {
		return model.Read(v, at)
	}
	why := model.CauseOf(err)
	if len(v) == 0 && why.Kind != model.CauseIncomplete {
		return model.Unreadable[[]T](why)
	}
	return model.AtLeast(v, at, why)
}

// list reads a whole list of a repository and turns each row into what the model says.
func list[T row, M any](ctx context.Context, c *Client, a asked, r model.Repo, rest string, turn func(T) M) model.Reading[[]M] {
	path, err := repoPath(r, rest)
	if err != nil {
		return model.Unreadable[[]M](model.CauseOf(err))
	}
	var out []M
	err = pages(ctx, c, a, path, func(rows []T, _ *http.Response) error {
		for _, row := range rows {
			out = append(out, turn(row))
		}
		return nil
	})
	return reading(out, c.now(), err)
}
