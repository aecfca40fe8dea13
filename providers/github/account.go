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
	ask := asked{need: needUser, op: "read account", on: a.Origin, fixed: true}
	_, err := c.get(ctx, ask, "user", &u)
	if err == nil && (u.Login == "" || u.ID <= 0) {
		err = ask.bad("it has no login or no id")
	}
	if err != nil {
		why := model.CauseOf(err)
		if why.Kind == model.CauseForbidden && c.kind == kindInstallation {
			why.Hint = "an installation token is nobody's: use a personal token"
		}
		a.Login = model.Unreadable[model.Text](why)
		return a
	}
	a.Login = model.Read(model.Outside(u.Login), c.now())
	c.headers(&a)
	return a
}

// headers fills in what the answers' headers have taught so far. A server that is not GitHub says nothing there, and silence of a
// stranger is no answer: only GitHub's own silence means "no scopes, but permissions" and "does not expire".
func (c *Client) headers(a *model.Account) {
	seen, at := c.transport.Seen(), c.now()
	notHere := func(what string) *model.Cause {
		return &model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not available here"), Hint: "this server does not say " + what}
	}
	switch {
	case seen.HasScopes:
		a.Scopes = model.Read(texts(seen.Scopes), at)
	case c.genuine():
		a.Scopes = model.Unreadable[[]model.Text](&model.Cause{
			Kind: model.CauseUnsupported, Hint: "this kind of token has permissions per repository instead of scopes; GitHub does not list them",
		})
	default:
		a.Scopes = model.Unreadable[[]model.Text](notHere("which scopes a token has"))
	}
	switch {
	case !seen.Expires.IsZero():
		a.Expires = model.Read(model.UnixOf(seen.Expires), at)
	case c.genuine():
		a.Expires = model.Read(model.Unix(0), at)
	default:
		a.Expires = model.Unreadable[model.Unix](notHere("when a token expires"))
	}
	if l, ok := c.Limit(); ok {
		a.Limit = model.Read(l, at)
	}
}

// Limit is the last seen budget of REST requests; false before the first answer, and on servers without limits.
func (c *Client) Limit() (model.Limit, bool) { return c.transport.Limit("core") }
