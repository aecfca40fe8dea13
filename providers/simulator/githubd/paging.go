package githubd

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// window is the part of a list that the request asks for.
type window struct{ from, to int }

// page reads per_page (30, at most 100) and page (from 1). Source: GitHub "Using pagination in the REST API".
func (c *call) page() (perPage, page int) {
	q := c.r.URL.Query()
	perPage, page = 30, 1
	if n, err := strconv.Atoi(q.Get("per_page")); err == nil && n > 0 {
		perPage = min(n, 100)
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 && n < 1<<31 {
		page = n
	}
	return perPage, page
}

// window cuts a list of the given length and adds the Link header. The links' path names the owner by number, as GitHub's do.
func (c *call) window(length int) window {
	perPage, page := c.page()
	last := max((length+perPage-1)/perPage, 1)
	var links []string
	add := func(rel string, n int) {
		links = append(links, fmt.Sprintf("<%s>; rel=%q", c.link(url.Values{"page": {strconv.Itoa(n)}}), rel))
	}
	if page > 1 {
		add("prev", min(page-1, last))
	}
	if page < last {
		add("next", page+1)
		add("last", last)
	}
	if page > 1 {
		add("first", 1)
	}
	if links != nil {
		c.header.Set("Link", strings.Join(links, ", "))
	}
	return window{min((page-1)*perPage, length), min(page*perPage, length)}
}

func (c *call) link(set url.Values) string {
	q := c.r.URL.Query()
	for k, v := range set {
		q[k] = v
	}
	return c.base + c.path + "?" + q.Encode()
}

// listed is a page of rows, each shown; never null.
func listed[T, W any](c *call, rows []T, show func(T) W) answer {
	w := c.window(len(rows))
	return shown(rows[w.from:w.to], show)
}

func shown[T, W any](rows []T, show func(T) W) answer {
	out := make([]W, len(rows))
	for i, r := range rows {
		out[i] = show(r)
	}
	return answer{status: http.StatusOK, body: out}
}
