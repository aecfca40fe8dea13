package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/model"
)

// graphError is one entry of a GraphQL answer's errors: an answer may hold both errors and data.
type graphError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Path    []any  `json:"path"`
}

// at tells which element of the top-level list and which field below it the error is about; -1 and "" when it is about everything.
func (e graphError) at() (index int, field string) {
	index = -1
	if len(e.Path) > 1 {
		if n, ok := e.Path[1].(float64); ok {
			index = int(n)
		}
	}
	if len(e.Path) > 2 {
		field, _ = e.Path[2].(string)
	}
	return index, field
}

func (e graphError) cause(op string) *model.Cause {
	c := &model.Cause{Op: op, Said: model.Outside(e.Message), Kind: model.CauseForbidden}
	switch e.Type {
	case "NOT_FOUND":
		c.Kind, c.Hint = model.CauseNotFound, "it may be renamed, deleted, or hidden from this account: GitHub does not tell"
	case "RATE_LIMITED", "RATE_LIMIT":
		c.Kind, c.Hint = model.CauseRateLimited, "wait for the limit to reset, then read again"
	case "INSUFFICIENT_SCOPES":
		c.Missing, c.Hint = scopesIn(e.Message), "add the scope to the token on GitHub's token page"
	case "FORBIDDEN":
		policy(c, e.Message, http.Header{})
	default:
		c.Kind = model.CauseBadAnswer
	}
	return c
}

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
	if _, err := c.do(ctx, a, req, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data) == 0 || string(answer.Data) == "null" {
		if len(answer.Errors) == 0 {
			return nil, badRow(a.op, "it holds neither data nor errors")
		}
		return nil, &model.Error{Op: a.op, On: a.on, Cause: *answer.Errors[0].cause("")}
	}
	if err := json.Unmarshal(answer.Data, v); err != nil {
		return nil, badRow(a.op, err.Error())
	}
	return answer.Errors, nil
}
