// Package circleci reads CircleCI Cloud and Server: v2 where it has what is needed, v1.1 where it must. The wire format stays inside; values
// of package model come out, each in a Reading that says what could not be read and why. There is no library to build on: the official
// one lacks checkout keys and followed projects, the others put tokens into addresses or are no longer kept.
package circleci

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/providers/rest"
	"gatehouse/providers/transport"
)

// Cloud is CircleCI's own address; a server installation has another, with the same paths.
const Cloud = "https://circleci.com"

// Client reads one CircleCI with one account. It is safe for concurrent use.
type Client struct {
	transport *transport.Transport
	base      string
	source    string
	now       func() model.Unix
}

// Options make a Client.
type Options struct {
	Transport *transport.Transport
	Base      string            // https://circleci.com
	Source    string            // where the credential came from, for people
	Now       func() model.Unix // nil: the wall clock
}

// New makes a Client. The base must be the one the transport was made for.
func New(o Options) *Client {
	c := &Client{transport: o.Transport, base: strings.TrimSuffix(o.Base, "/"), source: o.Source, now: o.Now}
	if c.now == nil {
		c.now = func() model.Unix { return model.UnixOf(time.Now()) }
	}
	return c
}

// Service is model.ServiceCircleCI.
func (*Client) Service() model.Service { return model.ServiceCircleCI }

// asked names a request for errors.
type asked struct {
	op string // "list checkout keys"
	on string // "gh/acme/web"
}

// get reads one JSON document into v. Without the Accept header v1.1 answers in Clojure's notation.
func (c *Client) get(ctx context.Context, a asked, path string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", a.op, err)
	}
	req.Header.Set("Accept", "application/json")
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return rest.Broken(a.op, a.on, err)
	}
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return rest.Broken(a.op, a.on, err)
	}
	if res.StatusCode != http.StatusOK {
		return refusal(a, res.StatusCode, body)
	}
	if err := rest.Decode(body, v); err != nil {
		return a.bad(err.Error())
	}
	return nil
}

func (a asked) bad(why string) error {
	return &model.Error{Op: a.op, On: a.on, Cause: model.Cause{
		Kind: model.CauseBadAnswer, Said: model.Outside("the answer is not what CircleCI documents: " + why),
		Hint: "something other than CircleCI may be answering; nothing was concluded from it",
	}}
}

// refusal turns a status into what it means. A 404 of CircleCI hides what may not be seen, as GitHub's does.
func refusal(a asked, status int, body []byte) error {
	var m struct {
		Message string `json:"message"`
		Error   any    `json:"error"`
	}
	_ = json.Unmarshal(body, &m) // a page of a proxy says nothing
	said := m.Message
	if s, ok := m.Error.(string); said == "" && ok {
		said = s
	}
	if said == "" {
		said = fmt.Sprintf("%d %s", status, http.StatusText(status))
	}
	if len(said) > 600 {
		said = strings.ToValidUTF8(said[:600], "") + "…"
	}
	e := &model.Error{Op: a.op, On: a.on, Cause: model.Cause{Said: model.Outside(said)}}
	switch {
	case status == http.StatusUnauthorized:
		e.Cause.Kind, e.Cause.Hint = model.CauseUnauthorized, "the CircleCI token is wrong, expired (at most a year) or revoked: make a new personal API token"
	case status == http.StatusForbidden:
		e.Cause.Kind, e.Cause.Hint = model.CauseForbidden, "CircleCI needs a personal API token, and the rights that its owner has on the forge"
	case status == http.StatusNotFound:
		e.Cause.Kind, e.Cause.Hint = model.CauseNotFound, "there is no such project, or this account may not see it: CircleCI does not tell"
	case status == http.StatusBadRequest && strings.Contains(said, "not supported for this project"):
		e.Cause.Kind = model.CauseUnsupported
	case status >= 500:
		e.Cause.Kind, e.Cause.Hint = model.CauseNetwork, "the service is having trouble: read again in a moment"
	default:
		e.Cause.Kind = model.CauseBadAnswer
	}
	return e
}

// Account says who the token belongs to: GET /api/v2/me.
func (c *Client) Account(ctx context.Context) model.Account {
	a := model.Account{Service: model.ServiceCircleCI, Origin: c.transport.Origin(), Source: c.source, Kind: "personal API token", Configured: true}
	var u struct {
		ID    string `json:"id"`
		Login string `json:"login"`
	}
	ask := asked{op: "read account", on: a.Origin}
	err := c.get(ctx, ask, "/api/v2/me", &u)
	if err == nil && (u.ID == "" || u.Login == "") {
		err = ask.bad("it has no login or no id")
	}
	none := &model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("CircleCI's personal tokens have all rights of their owner")}
	a.Scopes = model.Unreadable[[]model.Text](none)
	a.Expires = model.Unreadable[model.Unix](&model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("CircleCI does not say when a token expires")})
	if err != nil {
		a.Login = model.Unreadable[model.Text](model.CauseOf(err))
		return a
	}
	a.Login = model.Read(model.Outside(u.Login), c.now())
	return a
}

// slugPath is a project's slug as a path: each segment escaped, the slashes kept. Segments that could lead elsewhere are refused.
func slugPath(slug string) (string, error) {
	parts := strings.Split(slug, "/")
	for i, p := range parts {
		if p == "" || p == "." || p == ".." || strings.ContainsAny(p, `\?#%`) {
			return "", model.Refuse("read project", model.Outside(slug).String(), "this is no project slug", "take it from the list")
		}
		parts[i] = strings.ReplaceAll(url.PathEscape(p), "+", "%2B")
	}
	if len(parts) != 3 && len(parts) != 1 {
		return "", model.Refuse("read project", model.Outside(slug).String(), "this is no project slug", "take it from the list")
	}
	return strings.Join(parts, "/"), nil
}
