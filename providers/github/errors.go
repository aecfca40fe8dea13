package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse/model"
)

// refusal turns a status of 300 and above into what it means. GitHub hides what it will not show behind a 404, so a 404 never says that
// the thing does not exist.
func (c *Client) refusal(a asked, res *http.Response, body []byte) error {
	b := readBody(body)
	e := &model.Error{Op: a.op, On: a.on, Cause: model.Cause{Said: model.Outside(b.sentence(res.StatusCode))}}
	switch status := res.StatusCode; {
	case status == http.StatusUnauthorized:
		e.Cause.Kind = model.CauseUnauthorized
		e.Cause.Hint = "the token is wrong, expired or revoked: make a new one and set it again"
	case policy(&e.Cause, b.Message, res.Header):
		e.Cause.Kind = model.CauseForbidden
	case status == http.StatusForbidden:
		c.forbidden(a, b, res.Header, &e.Cause)
	case status == http.StatusMethodNotAllowed, status == http.StatusNotImplemented:
		notHere(&e.Cause)
	case status == http.StatusNotFound, status == http.StatusGone:
		c.hidden(a, b, res.Header, &e.Cause)
	case status == http.StatusConflict:
		e.Cause.Kind = model.CauseConflict
	case status == http.StatusUnavailableForLegalReasons:
		e.Cause.Kind, e.Cause.Hint = model.CauseForbidden, "it is blocked for legal reasons"
	case status >= 500:
		e.Cause.Kind, e.Cause.Hint = model.CauseNetwork, "the service is having trouble: read again in a moment"
		e.Retry = time.Unix(int64(c.now()), 0).Add(time.Minute)
		e.Err = errServer
	default:
		e.Cause.Kind = model.CauseBadAnswer
	}
	return e
}

// policies are the refusals that an organisation's rules cause, known by GitHub's own words; each has its own way out. Two of them begin
// alike, so it is the tail that is looked for. Sources: GitHub's answers as quoted in its documentation and in public issues.
var policies = [...]struct{ said, missing, hint string }{
	{
		"OAuth App access restrictions", "the organisation's approval of the OAuth app",
		"an owner grants it, a member requests it, on the app's page under GitHub's settings, Applications",
	},
	{"SAML enforcement", missingSSO, hintSSO},
	{"IP allow list", "an allowed network address", "the organisation accepts only listed addresses: use its network"},
	{"forbids access via a", "a token the organisation's policy accepts", "the organisation limits which tokens it accepts and how long they may live: adjust this one on GitHub's token page"},
	{"Repository was archived", "", "an archived repository cannot be changed: unarchive it first"},
}

const (
	missingSSO = "single sign-on authorisation of the token"
	hintSSO    = "authorise the token for the organisation (Configure SSO on GitHub's token page), then read again"
)

func policy(cause *model.Cause, said string, h http.Header) bool {
	for _, p := range policies {
		if strings.Contains(said, p.said) {
			cause.Missing, cause.Hint = p.missing, p.hint
			return true
		}
	}
	if strings.HasPrefix(h.Get("X-Github-Sso"), "required") {
		cause.Missing, cause.Hint = missingSSO, hintSSO
		return true
	}
	return false
}

// forbidden is a 403 that no policy explains: the token's permissions, its scopes, or the account's role.
func (c *Client) forbidden(a asked, b errorBody, h http.Header, cause *model.Cause) {
	cause.Kind = model.CauseForbidden
	switch {
	case strings.Contains(b.Message, "Must have push access"):
		cause.Missing, cause.Hint = "write access to the repository", "ask an admin of the repository for the role"
	case strings.Contains(b.Message, "Must have admin"):
		cause.Missing, cause.Hint = missingRole, "ask an admin of the repository for the role"
	default:
		if c.lacks(a, h, cause) {
			return
		}
		if cause.Hint = "a stronger role may be needed"; a.admin {
			cause.Missing = missingRole
		}
	}
}

const missingRole = "admin role on the repository"

// hidden is a 404: a route that a stranger's server does not have, or something that GitHub will not show.
func (c *Client) hidden(a asked, b errorBody, h http.Header, cause *model.Cause) {
	switch {
	case (a.fixed || a.mine) && !c.genuine() && !b.genuine():
		notHere(cause)
	case c.lacks(a, h, cause):
		cause.Kind = model.CauseForbidden
		if !a.known && !a.fixed {
			cause.Kind = model.CauseNotFound // it may as well be misspelt
		}
	case a.known && a.admin && !a.mine:
		cause.Kind, cause.Missing = model.CauseForbidden, missingRole
		cause.Hint = "GitHub shows this to the repository's admins only: ask one for the role"
	case a.known || a.fixed:
		cause.Kind = model.CauseForbidden
		cause.Hint = "GitHub hides this: the role may have changed since, or the organisation's rules (single sign-on, app restrictions) hide it"
	default:
		cause.Kind = model.CauseNotFound
		cause.Hint = "it may be misspelt, renamed, deleted, or hidden from this account: a 404 does not tell"
	}
}

func notHere(cause *model.Cause) {
	cause.Kind, cause.Said = model.CauseUnsupported, model.Outside("not available here")
	cause.Hint = "this server does not identify itself as GitHub and has no such page"
}

// lacks names the permission or scope that the token misses, if that is the trouble: from GitHub's headers where it sends them, else from
// what the endpoint is known to take. It reports whether it found one.
func (c *Client) lacks(a asked, h http.Header, cause *model.Cause) bool {
	permission := h.Get("X-Accepted-Github-Permissions")
	if permission == "" && (c.kind == kindFineGrained || c.kind == kindInstallation || c.kind == kindAppUser) {
		permission = a.permission
	}
	if permission != "" {
		cause.Missing, cause.Hint = permission, "give the token this permission for the repository"
		return true
	}
	have, said := scopes(h)
	switch {
	case said && len(a.scopes) > 0 && !slices.ContainsFunc(have, func(s string) bool { return anyImplied(s, a.scopes) }):
	case !said && a.mine && len(a.scopes) > 0 && c.genuine(): // an admin is refused only for lack of scopes, where a token has any
	default:
		return false
	}
	cause.Missing, cause.Hint = a.scopes[0], "GitHub hides what the token's scopes do not cover: add "+strings.Join(a.scopes, " or ")+" on GitHub's token page"
	return true
}

// genuine reports that the server is GitHub, on this evidence: its address is GitHub's own, or it has numbered a request or named scopes
// in GitHub's headers. Anyone else's server may lack what it likes: what it lacks is "not available here", and what its answers leave
// out is unknown. A proxy that strips headers cannot make a stranger of github.com.
func (c *Client) genuine() bool {
	host := c.gh.BaseURL.Hostname()
	seen := c.transport.Seen()
	return host == "api.github.com" || strings.HasSuffix(host, ".ghe.com") || seen.RequestID || seen.HasScopes
}

// errorBody is GitHub's basic-error and validation-error.
type errorBody struct {
	Message string          `json:"message"`
	Errors  json.RawMessage `json:"errors"` // objects, strings, or one string
	Docs    string          `json:"documentation_url"`
}

// readBody gives what can be read; an error page of a proxy gives nothing.
func readBody(body []byte) errorBody {
	var b errorBody
	if json.Unmarshal(body, &b) != nil {
		return errorBody{}
	}
	return b
}

// genuine reports that the error refers to GitHub's own documentation, as GitHub and its Enterprise Servers do.
func (b errorBody) genuine() bool {
	u, err := url.Parse(b.Docs)
	return err == nil && (u.Hostname() == "docs.github.com" || u.Hostname() == "developer.github.com")
}

// sentence is the service's own words, or the status when the body holds none.
func (b errorBody) sentence(status int) string {
	if b.Message == "" {
		return fmt.Sprintf("%d %s", status, http.StatusText(status))
	}
	said := b.Message
	for _, d := range details(b.Errors) {
		said += ": " + d
	}
	if len(said) > 600 {
		said = strings.ToValidUTF8(said[:600], "") + "…"
	}
	return said
}

// details are the errors' own words. Decoding that fails half-way leaves rubbish behind, so each form has its own variable.
func details(raw json.RawMessage) []string {
	var objects []struct{ Field, Code, Message string }
	var several []string
	var one string
	var out []string
	switch {
	case len(raw) == 0:
	case json.Unmarshal(raw, &objects) == nil:
		for _, o := range objects {
			if o.Message == "" {
				o.Message = strings.TrimSpace(o.Field + " " + o.Code)
			}
			out = append(out, o.Message)
		}
	case json.Unmarshal(raw, &several) == nil:
		out = several
	case json.Unmarshal(raw, &one) == nil:
		out = []string{one}
	}
	return out[:min(len(out), 5)]
}
