package transport

import (
	"net/http"
	"net/url"
	"strconv"

	"gatehouse/model"
)

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// hop is the request that follows a redirect of a read: inside the service, or not at all.
func (t *Transport) hop(req *http.Request, res *http.Response) (*http.Request, error) {
	to, err := t.inside(req.URL, res.Header.Get("Location"))
	if err != nil {
		return nil, err
	}
	next := req.Clone(req.Context())
	next.URL, next.Host = to, ""
	next.Header.Del("If-None-Match")
	return next, nil
}

// CheckNext resolves the address of a next page against the page it stands on. It must stay inside the service, must differ, and
// must advance where both carry page numbers. GitHub may change the path between pages; that is allowed.
func (t *Transport) CheckNext(current, next string) (*url.URL, error) {
	from, err := url.Parse(current)
	if err != nil || !t.base.owns(from) {
		return nil, refuseNext("the page it stands on is not the service's")
	}
	to, err := t.inside(from, next)
	if err != nil {
		return nil, err
	}
	if to.String() == from.String() {
		return nil, refuseNext("it is the page it stands on")
	}
	if !from.Query().Has("page") && !to.Query().Has("page") {
		return to, nil // a list by cursor, which is opaque
	}
	a, errA := pageNumber(from)
	b, errB := pageNumber(to)
	if errA == nil && errB == nil && b <= a {
		return nil, refuseNext("it does not advance")
	}
	return to, nil
}

// pageNumber is the page= of an address; a first page without one is page 1.
func pageNumber(u *url.URL) (int, error) {
	v := u.Query().Get("page")
	if v == "" {
		return 1, nil
	}
	return strconv.Atoi(v)
}

func (t *Transport) inside(from *url.URL, location string) (*url.URL, error) {
	if location == "" || len(location) > 8<<10 {
		return nil, refuseNext("it is missing or too long")
	}
	to, err := from.Parse(location)
	switch {
	case err != nil:
		return nil, refuseNext("it cannot be read")
	case !t.base.owns(to):
		return nil, refuseNext("it leads to " + model.Outside(to.Host).String() + ", not to " + t.base.String())
	case unsafePath(to.EscapedPath()) != "":
		return nil, refuseNext(unsafePath(to.EscapedPath()))
	case !t.base.below(to.EscapedPath()):
		return nil, refuseNext("it leads out of the service")
	}
	to.Fragment = ""
	return to, nil
}

func refuseNext(why string) error {
	return &model.Error{
		Op: "follow the service's link", Cause: model.Cause{
			Kind: model.CauseRefused, Said: model.Outside(why),
			Hint: "nothing was sent there; if this is your own server, mend its public address",
		},
	}
}
