package github

import (
	"context"
	"net/http"
	"strings"

	"gatehouse/model"
)

// membership is the account's place in one organisation.
type membership struct {
	State        string `json:"state"`
	Role         string `json:"role"`
	Organization struct {
		Login string `json:"login"`
	} `json:"organization"`
}

func (m membership) check() (id, lacks string) {
	login := strings.ToLower(m.Organization.Login)
	switch {
	case login == "":
		return "", "a membership names no organisation"
	case m.Role == "":
		return "", "a membership has no role"
	}
	return login, ""
}

// Orgs reads the organisations the account belongs to and its role in each: admin (owner), member, billing_manager.
// Source: GET /user/memberships/orgs. GET /user/orgs would be empty for fine-grained tokens.
func (c *Client) Orgs(ctx context.Context) model.Reading[[]model.Org] {
	a := asked{need: needOrgs, op: "list organisations", fixed: true}
	var out []model.Org
	err := pages(ctx, c, a, "user/memberships/orgs?per_page=100&state=active", func(rows []membership, _ *http.Response) error {
		for _, m := range rows {
			out = append(out, model.Org{
				Forge: model.GitHub, Login: strings.ToLower(m.Organization.Login), MyRole: model.Read(model.Outside(m.Role), c.now()),
			})
		}
		return nil
	})
	return reading(out, c.now(), err)
}
