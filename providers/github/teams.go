package github

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"gatehouse/model"
)

// Teams reads the teams that reach a repository. Source: GET /repos/{owner}/{repo}/teams. A personal repository has none.
func (c *Client) Teams(ctx context.Context, r model.Repo) model.Reading[[]model.Team] {
	if r.Personal {
		return model.Read([]model.Team{}, c.now())
	}
	path, err := repoPath(r, "/teams?per_page=100")
	if err != nil {
		return model.Unreadable[[]model.Team](model.CauseOf(err))
	}
	type team struct {
		Slug       string `json:"slug"`
		Name       string `json:"name"`
		Permission string `json:"permission"`
	}
	a := asked{op: "list teams", on: r.Ref.String(), scopes: []string{"repo"}, permission: "Administration: read", administered: true}
	var out []model.Team
	err = pages(ctx, c, a, path, func(rows []team, _ *http.Response) error {
		for _, t := range rows {
			if t.Slug == "" {
				return badRow("team", "it has no slug")
			}
			out = append(out, model.Team{Slug: model.Outside(t.Slug), Name: model.Outside(t.Name), Role: model.Outside(role(t.Permission, nil))})
		}
		return nil
	})
	return reading(out, c.now(), err)
}

// Invitations reads who is invited and has not answered. Source: GET /repos/{owner}/{repo}/invitations; own struct, since v60 lacks
// expired.
func (c *Client) Invitations(ctx context.Context, r model.Repo) model.Reading[[]model.Invitation] {
	path, err := repoPath(r, "/invitations?per_page=100")
	if err != nil {
		return model.Unreadable[[]model.Invitation](model.CauseOf(err))
	}
	type account struct {
		Login string `json:"login"`
	}
	type invitation struct {
		ID          int64     `json:"id"`
		Invitee     *account  `json:"invitee"`
		Inviter     *account  `json:"inviter"`
		Permissions string    `json:"permissions"`
		CreatedAt   time.Time `json:"created_at"`
		Expired     *bool     `json:"expired"`
	}
	a := asked{op: "list invitations", on: r.Ref.String(), scopes: []string{"repo"}, permission: "Administration: read", administered: true}
	var out []model.Invitation
	err = pages(ctx, c, a, path, func(rows []invitation, _ *http.Response) error {
		for _, i := range rows {
			if i.ID == 0 {
				return badRow("invitation", "it has no id")
			}
			m := model.Invitation{ID: strconv.FormatInt(i.ID, 10), Role: model.Outside(i.Permissions), Created: model.UnixOf(i.CreatedAt), Expired: model.TriOf(i.Expired)}
			if i.Invitee != nil {
				m.Login = model.Outside(i.Invitee.Login)
			}
			if i.Inviter != nil {
				m.By = model.Outside(i.Inviter.Login)
			}
			out = append(out, m)
		}
		return nil
	})
	return reading(out, c.now(), err)
}
