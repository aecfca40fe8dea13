package github

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

// refusal turns a status of 300 and above into what it means. Source: github-api.md sections 8 and 9; the texts are GitHub's own.
func (c *Client) refusal(a asked, res *http.Response, body []byte) error {
	e := &model.Error{Op: a.op, On: a.on, Cause: model.Cause{Said: model.Outside(message(res, body))}}
	said := e.Cause.Said.Raw()
	switch {
	case res.StatusCode == http.StatusUnauthorized:
		e.Cause.Kind = model.CauseUnauthorized
		e.Cause.Hint = "the token is wrong, expired or revoked: make a new one and set it again"
	case policy(&e.Cause, said, res.Header):
		e.Cause.Kind = model.CauseForbidden
	case res.StatusCode == http.StatusForbidden:
		e.Cause.Kind = model.CauseForbidden
		e.Cause.Missing, e.Cause.Hint = c.missing(a, res.Header)
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusMethodNotAllowed || res.StatusCode == http.StatusNotImplemented:
		c.notFound(a, res.Header, &e.Cause)
	case res.StatusCode == http.StatusConflict:
		e.Cause.Kind = model.CauseConflict
	case res.StatusCode == http.StatusUnavailableForLegalReasons:
		e.Cause.Kind, e.Cause.Hint = model.CauseForbidden, "GitHub has blocked this for legal reasons"
	case res.StatusCode >= 500:
		e.Cause.Kind, e.Cause.Hint = model.CauseNetwork, "GitHub is having trouble: read again in a moment"
		e.Retry = time.Unix(int64(c.now()), 0).Add(time.Minute)
	default:
		e.Cause.Kind = model.CauseBadAnswer
	}
	return e
}

// policy recognises the 403s (and 404s) that an organisation's rules cause; each text has its own way out.
func policy(cause *model.Cause, said string, h http.Header) bool {
	sso := h.Get("X-Github-Sso")
	switch {
	case strings.Contains(said, "OAuth App access restrictions"):
		cause.Missing = "the organisation's approval of the OAuth app"
		cause.Hint = "an owner grants it, a member requests it, on the app's page under GitHub's settings, Applications"
	case strings.Contains(said, "SAML enforcement"), strings.HasPrefix(sso, "required"):
		cause.Missing = "single sign-on authorisation of the token"
		cause.Hint = "authorise the token for the organisation (Configure SSO on GitHub's token page), then read again"
	case strings.Contains(said, "IP allow list"):
		cause.Missing = "an allowed network address"
		cause.Hint = "the organisation accepts only listed addresses: use its network"
	case strings.Contains(said, "forbids access via a"):
		cause.Missing = "a token with a shorter life"
		cause.Hint = "the organisation limits how long tokens may live: shorten this one on GitHub's token page"
	case strings.Contains(said, "Repository was archived"):
		cause.Hint = "an archived repository cannot be changed: unarchive it first"
	default:
		return false
	}
	return true
}

// missing names what would help against a 403, from GitHub's own headers where it sends them, else from what we know.
func (c *Client) missing(a asked, h http.Header) (missing, hint string) {
	if v := h.Get("X-Accepted-Github-Permissions"); v != "" {
		return v, "give the fine-grained token this permission for the repository"
	}
	if s := c.missingScope(a, h); s != "" {
		return s, "add the scope to the token on GitHub's token page"
	}
	if strings.Contains(c.kind, "fine-grained") && a.permission != "" {
		return a.permission, "give the fine-grained token this permission for the repository"
	}
	return "", "a stronger role on the repository may be needed"
}

// missingScope compares what the token has with what the endpoint accepts; empty when that is not the trouble, or unknown.
func (c *Client) missingScope(a asked, h http.Header) string {
	have, ok := h["X-Oauth-Scopes"]
	if !ok || len(have) == 0 || len(a.scopes) == 0 {
		return ""
	}
	for _, s := range transport.SplitScopes(have[0]) {
		if slices.ContainsFunc(a.scopes, func(want string) bool { return implies(s, want) }) {
			return ""
		}
	}
	return strings.Join(a.scopes, " or ")
}

// implies knows GitHub's scope hierarchy. Source: GitHub "Scopes for OAuth apps".
func implies(have, want string) bool {
	if have == want {
		return true
	}
	haveLevel, haveOf, ok1 := strings.Cut(have, ":")
	wantLevel, wantOf, ok2 := strings.Cut(want, ":")
	rank := map[string]int{"read": 1, "write": 2, "admin": 3, "manage_runners": 0}
	if ok1 && ok2 && haveOf == wantOf && rank[haveLevel] > 0 && rank[wantLevel] > 0 {
		return rank[haveLevel] >= rank[wantLevel]
	}
	switch have {
	case "repo":
		return slices.Contains([]string{"repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events", "read:repo_hook", "write:repo_hook", "admin:repo_hook"}, want)
	case "public_repo":
		return strings.HasSuffix(want, ":repo_hook")
	case "user":
		return want == "read:user" || want == "user:email" || want == "user:follow"
	}
	return false
}

// notFound never says that the thing does not exist: GitHub answers 404 for what it will not show.
func (c *Client) notFound(a asked, h http.Header, cause *model.Cause) {
	if a.administered && !c.genuine() {
		cause.Kind = model.CauseUnsupported
		cause.Said = model.Outside("not available here")
		cause.Hint = "this server does not identify itself as GitHub and has no such page"
		return
	}
	cause.Kind = model.CauseNotFound
	if s := c.missingScope(a, h); s != "" {
		cause.Kind, cause.Missing, cause.Hint = model.CauseForbidden, s, "GitHub hides what the token's scopes do not cover: add the scope on GitHub's token page"
		return
	}
	if strings.Contains(c.kind, "fine-grained") && a.permission != "" {
		cause.Kind, cause.Missing, cause.Hint = model.CauseForbidden, a.permission, "give the fine-grained token this permission for the repository"
		return
	}
	if a.administered {
		cause.Kind, cause.Missing, cause.Hint = model.CauseForbidden, strings.Join(a.scopes, " or "), "GitHub hides this from the token although you administer the repository"
		return
	}
	cause.Hint = "it may be renamed, deleted, or hidden from this account: a 404 does not tell"
}

// message is GitHub's own words, or the status when the body holds none. Source: GitHub basic-error and validation-error; errors may
// be objects, strings, or one string.
func message(res *http.Response, body []byte) string {
	var b struct {
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &b) != nil || b.Message == "" {
		return fmt.Sprintf("%d %s", res.StatusCode, http.StatusText(res.StatusCode))
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

func details(raw json.RawMessage) []string {
	var objects []struct {
		Field, Code, Message string
	}
	var words []string
	var one string
	switch {
	case len(raw) == 0:
	case json.Unmarshal(raw, &objects) == nil:
		for _, o := range objects {
			if o.Message == "" {
				o.Message = strings.TrimSpace(o.Field + " " + o.Code)
			}
			words = append(words, o.Message)
		}
	case json.Unmarshal(raw, &words) == nil:
	case json.Unmarshal(raw, &one) == nil:
		words = append(words, one)
	}
	return words[:min(len(words), 5)]
}
