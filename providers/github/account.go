package github

import (
	"context"

	"gatehouse/model"
)

// Account says who the credential is: GET /user, and what its headers tell about scopes, expiry and the budget.
func (c *Client) Account(ctx context.Context) model.Account {
	a := model.Account{Service: model.ServiceGitHub, Origin: c.transport.Origin(), Source: c.source, Kind: c.kind, Configured: true}
	var u struct {
		ID    int64  `json:"id"`
		Login string `json:"login"`
	}
	_, err := c.get(ctx, asked{op: "read account", on: a.Origin}, "user", &u)
	if err == nil && (u.Login == "" || u.ID == 0) {
		err = badRow("account", "it has no login")
	}
	if err != nil {
		a.Login = model.Unreadable[model.Text](model.CauseOf(err))
		return a
	}
	a.Login = model.Read(model.Outside(u.Login), c.now())
	c.header(&a)
	return a
}

// header fills in what the answers' headers have taught so far.
func (c *Client) header(a *model.Account) {
	seen := c.transport.Seen()
	switch {
	case seen.HasScopes:
		a.Scopes = model.Read(texts(append([]string(nil), seen.Scopes...)), c.now())
	case seen.RequestID:
		a.Scopes = model.Unreadable[[]model.Text](&model.Cause{Kind: model.CauseUnsupported, Hint: "this kind of token has permissions per repository instead of scopes; GitHub does not list them"})
	default:
		a.Scopes = model.Unreadable[[]model.Text](&model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not available here"), Hint: "this server does not say which scopes a token has"})
	}
	switch {
	case !seen.Expires.IsZero():
		a.Expires = model.Read(model.UnixOf(seen.Expires), c.now())
	case seen.RequestID:
		a.Expires = model.Read(model.Unix(0), c.now())
	default:
		a.Expires = model.Unreadable[model.Unix](&model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not available here")})
	}
	if l, ok := c.Limit(); ok {
		a.Limit = model.Read(l, c.now())
	}
}

// Limit is the last seen budget of REST requests; false before the first answer, and on servers without limits.
func (c *Client) Limit() (model.Limit, bool) { return c.transport.Limit("core") }
