package github

import (
	"context"
	"net/http"
	"strings"

	"gatehouse/model"
)

// Orgs reads the organisations the account belongs to and its role in each: admin (owner), member, billing_manager.
// Source: GET /user/memberships/orgs. GET /user/orgs would be empty for fine-grained tokens (github-api.md trap 7).
func (c *Client) Orgs(ctx context.Context) model.Reading[[]model.Org] {
	type membership struct {
		State        string `json:"state"`
		Role         string `json:"role"`
		Organization struct {
			Login string `json:"login"`
		} `json:"organization"`
	}
	a := asked{op: "list organisations", scopes: []string{"read:org"}, permission: "Members: read", administered: true}
	var out []model.Org
	err := pages(ctx, c, a, "user/memberships/orgs?per_page=100&state=active", func(rows []membership, _ *http.Response) error {
		for _, m := range rows {
			if m.Organization.Login == "" {
				return badRow("membership", "it names no organisation")
			}
			out = append(out, model.Org{
				Forge: model.GitHub, Login: strings.ToLower(m.Organization.Login), MyRole: model.Read(model.Outside(m.Role), c.now()),
			})
		}
		return nil
	})
	return reading(out, c.now(), err)
}
