package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

// errServer marks an answer by which the service gave up: a 5xx, or a GraphQL query that ran out of time.
var errServer = errors.New("the service gave up")

// heavy reports that asking for less at once may help.
func heavy(err error) bool { return errors.Is(err, errServer) || transport.TooSlow(err) }

// graphError is one entry of a GraphQL answer's errors: an answer may hold both errors and data.
type graphError struct {
	Type       string `json:"type"`
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		SAML bool `json:"saml_failure"`
	} `json:"extensions"`
}

// at tells which element of the top-level list the error is about, which field of it, and whether it is about something below that
// field; -1 and "" when it is about everything.
func (e graphError) at() (index int, field string, below bool) {
	index = -1
	if len(e.Path) > 1 {
		if n, ok := e.Path[1].(float64); ok {
			index = int(n)
		}
	}
	if len(e.Path) > 2 {
		field, _ = e.Path[2].(string)
	}
	return index, field, len(e.Path) > 3
}

// cause says what the error means. The types are those seen in GitHub's answers; one that is not known is a bad answer, not a refusal.
func (e graphError) cause(op string) *model.Cause {
	c := &model.Cause{Op: op, Said: model.Outside(e.Message), Kind: model.CauseForbidden}
	switch e.Type {
	case "NOT_FOUND":
		c.Kind, c.Hint = model.CauseNotFound, "it may be renamed, deleted, or hidden from this account: GitHub does not tell"
	case "RATE_LIMITED", "RATE_LIMIT":
		c.Kind, c.Hint = model.CauseRateLimited, "wait for the limit to reset, then read again"
	case insufficientScopes:
		c.Missing, c.Hint = scopesIn(e.Message), "add the scope to the token on GitHub's token page"
	case "FORBIDDEN":
		switch {
		case policy(c, e.Message, http.Header{}):
		case e.Extensions.SAML:
			c.Missing, c.Hint = missingSSO, hintSSO
		case strings.Contains(e.Message, "repository collaborators"):
			c.Missing, c.Hint = "write access to the repository", "ask an admin of the repository for the role"
		case strings.Contains(e.Message, "not accessible by"):
			c.Hint = "give the token the permissions Metadata and Administration (read) for the repository"
		}
	default:
		c.Kind = model.CauseBadAnswer
		if e.exhausted() {
			c.Kind, c.Hint = model.CauseNetwork, "the service ran out of time: read again in a moment"
		}
	}
	return c
}

const insufficientScopes = "INSUFFICIENT_SCOPES"

// exhausted reports that the query asked for too much. GitHub says so in three ways.
func (e graphError) exhausted() bool {
	return e.Type == "RESOURCE_LIMITS_EXCEEDED" || e.Type == "MAX_NODE_LIMIT_EXCEEDED" ||
		e.Type == "" && strings.Contains(e.Message, "result of a timeout")
}

// error makes the whole answer's error of one of its errors.
func (e graphError) error(a asked) error {
	out := &model.Error{Op: a.op, On: a.on, Cause: *e.cause("")}
	switch {
	case e.exhausted():
		out.Err = errServer
	case e.Type == insufficientScopes:
		out.Err = errScopes
	}
	return out
}

// errScopes marks a query that was refused as a whole because one of its fields takes a scope the token does not have.
var errScopes = errors.New("a field needs a scope the token does not have")

// scopesIn takes the scopes out of "requires one of the following scopes: ['read:org', …]".
func scopesIn(message string) string {
	_, after, ok := strings.Cut(message, "scopes: [")
	list, _, ok2 := strings.Cut(after, "]")
	if !ok || !ok2 || len(list) > 200 {
		return ""
	}
	return strings.Join(strings.Split(strings.NewReplacer("'", "", " ", "").Replace(list), ","), " or ")
}

// query sends a constant document. The error is of the whole answer; errors of its parts come back beside the data.
func (c *Client) query(ctx context.Context, a asked, document string, variables map[string]any, v any) ([]graphError, error) {
	req, err := c.gh.NewRequest(http.MethodPost, c.graphql, map[string]any{"query": document, "variables": variables})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.op, err)
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphError    `json:"errors"`
	}
	res, err := c.do(ctx, a, req, &answer)
	switch {
	case err != nil && res != nil && res.StatusCode == http.StatusNotFound:
		e := &model.Error{Op: a.op, On: a.on, Err: err} // the address is fixed: a 404 is about GraphQL itself
		notHere(&e.Cause)
		return nil, e
	case err != nil:
		return nil, err
	case len(answer.Data) > 0 && string(answer.Data) != "null":
	case len(answer.Errors) > 0:
		return nil, answer.Errors[0].error(a)
	default:
		return nil, a.bad("it holds neither data nor errors")
	}
	if err := json.Unmarshal(answer.Data, v); err != nil {
		return nil, a.bad(err.Error())
	}
	return answer.Errors, nil
}
