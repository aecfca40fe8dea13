// Package github reads GitHub and GitHub Enterprise Server. The wire format stays inside; values of package model come out, each
// in a Reading that says what could not be read and why.
//
// go-github v60 builds requests and lends its types where they are right; where v60 loses or breaks on a field the package has its
// own structs (hooks, deliveries, keys' enabled flag, invitations' expired flag). Errors are read here, not by v60: it drops the
// status, misses 429, and calls any 403 at an empty budget a rate limit.
package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	gh "github.com/google/go-github/v60/github"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

// Client reads one GitHub with one account. It is safe for concurrent use.
type Client struct {
	transport *transport.Transport
	gh        *gh.Client
	now       func() model.Unix
	source    string
	kind      string
	graphql   string // path relative to the base, for NewRequest

	mu        sync.Mutex
	members   map[string]*memberRoll // by organisation
	noGraphQL bool                   // the server has answered that it has none
}

// Options make a Client.
type Options struct {
	Transport *transport.Transport
	Base      string            // https://api.github.com or https://HOST/api/v3
	Source    string            // where the credential came from, for people
	Kind      string            // what the credential is, see Kind
	Now       func() model.Unix // nil: the wall clock
}

// New makes a Client. The base must be the one the transport was made for.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.Base, "/") + "/")
	if err != nil {
		return nil, model.Refuse("use GitHub address", "", "it cannot be read", "give the API root, for example https://api.github.com")
	}
	c := &Client{
		transport: o.Transport, now: o.Now, source: o.Source, kind: o.Kind,
		members: map[string]*memberRoll{}, graphql: "graphql",
	}
	if c.now == nil {
		c.now = func() model.Unix { return model.UnixOf(time.Now()) }
	}
	c.gh = gh.NewClient(o.Transport.Client())
	c.gh.BaseURL = base
	if isEnterprise(base) {
		c.graphql = "../graphql"
	}
	return c, nil
}

func isEnterprise(base *url.URL) bool { return strings.HasSuffix(base.Path, "/api/v3/") }

// GraphQLURL is the GraphQL address that belongs to an API root: /graphql on github.com, /api/graphql on an Enterprise Server.
func GraphQLURL(base string) string {
	base = strings.TrimSuffix(base, "/")
	if root, ok := strings.CutSuffix(base, "/api/v3"); ok {
		return root + "/api/graphql"
	}
	return base + "/graphql"
}

// Kind tells what a token is by its prefix, never by its length. Source: GitHub "About authentication", token prefixes.
func Kind(token model.Secret) string {
	v := token.Reveal()
	for prefix, kind := range map[string]string{
		"ghp_": "classic token", "github_pat_": "fine-grained token", "gho_": "OAuth app token", "ghu_": "GitHub App user token",
		"ghs_": "GitHub App installation token", "ghr_": "GitHub App refresh token",
	} {
		if strings.HasPrefix(v, prefix) {
			return kind
		}
	}
	return "token"
}

// Service is model.ServiceGitHub.
func (*Client) Service() model.Service { return model.ServiceGitHub }

// genuine reports that the server identifies its requests as GitHub does. A server that does not is someone else's: what it lacks
// is "not available here", and what its answers leave out is unknown.
func (c *Client) genuine() bool { return c.transport.Seen().RequestID }

// asked names a request for errors: what is read, of what.
type asked struct {
	op string // "list hooks"
	on string // "gh/acme/web"
	// needs is the classic scopes (any one suffices) and the fine-grained permission that the request takes.
	scopes     []string
	permission string
	// administered: the repository is known to be readable and administered by us, so that a 404 is about the thing asked for.
	administered bool
}

// get reads one JSON document into v. A nil error means that v is filled by an answer that looked right.
func (c *Client) get(ctx context.Context, a asked, path string, v any) (*http.Response, error) {
	req, err := c.gh.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.op, err)
	}
	return c.do(ctx, a, req, v)
}

func (c *Client) do(ctx context.Context, a asked, req *http.Request, v any) (*http.Response, error) {
	res, err := c.gh.Client().Transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, c.broken(a, err)
	}
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, c.broken(a, err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return res, c.refusal(a, res, body)
	}
	if err := decode(body, v); err != nil {
		return res, &model.Error{Op: a.op, On: a.on, Err: err, Cause: model.Cause{
			Kind: model.CauseBadAnswer, Said: model.Outside("the answer is not what GitHub documents: " + err.Error()),
			Hint: "something other than GitHub may be answering; nothing was concluded from it",
		}}
	}
	return res, nil
}

func (c *Client) broken(a asked, err error) error {
	if e, ok := errors.AsType[*model.Error](err); ok {
		out := *e
		out.Op, out.On = a.op, a.on
		return &out
	}
	return &model.Error{Op: a.op, On: a.on, Err: err, Cause: model.Cause{Kind: model.CauseNetwork, Said: model.Outside(err.Error())}}
}

// decode takes exactly one JSON value of the right shape: null, trailing junk and a byte order mark are errors.
func decode(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return errors.New("it is empty")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

const maxPages = 1000

// pages reads a list page by page, following the service's own links only. It stops at the first page that cannot be read: what
// was yielded before stands, and the error says that more is missing.
func pages[T any](ctx context.Context, c *Client, a asked, path string, yield func([]T, *http.Response) error) error {
	for n := 1; ; n++ {
		var rows []T
		res, err := c.get(ctx, a, path, &rows)
		if err != nil {
			return err
		}
		if err := yield(rows, res); err != nil {
			return err
		}
		next := link(res.Header, "next")
		if next == "" {
			return nil
		}
		if n == maxPages {
			return &model.Error{Op: a.op, On: a.on, Cause: model.Cause{
				Kind: model.CauseIncomplete, Said: model.Outside(fmt.Sprintf("the list goes on after %d pages", maxPages)),
			}}
		}
		u, err := c.transport.CheckNext(res.Request.URL.String(), next)
		if err != nil {
			return c.broken(a, err)
		}
		path = u.String()
	}
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
	if err == nil {
		if v == nil {
			v = []T{}
		}
		return model.Read(v, at)
	}
	why := model.CauseOf(err)
	if len(v) == 0 {
		return model.Unreadable[[]T](why)
	}
	return model.AtLeast(v, at, why)
}

// path escapes nothing: it takes only names that have been checked and gives "repos/OWNER/NAME/rest" in the forge's own spelling.
func repoPath(r model.Repo, rest string) (string, error) {
	owner, name := r.Ref.Owner, r.Ref.Name
	if o, n, ok := strings.Cut(r.Spelled.Raw(), "/"); ok {
		owner, name = o, n
	}
	if _, err := model.NewRepoRef(model.GitHub, owner, name); err != nil {
		return "", err
	}
	return "repos/" + owner + "/" + name + rest, nil
}

// checkID takes the forge's own ids only: digits.
func checkID(id, what string) error {
	if id == "" || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return model.Refuse("read "+what, model.Outside(id).String(), "an id is a number", "take it from the list")
	}
	return nil
}
