package github

import (
	"context"
	"strconv"
	"time"

	"gatehouse/model"
)

type team struct {
	Slug       string `json:"slug"`
	Name       string `json:"name"`
	Permission string `json:"permission"`
}

func (t team) check() (id, lacks string) {
	switch {
	case t.Slug == "":
		return "", "a team has no slug"
	case t.Permission == "":
		return "", "a team has no permission"
	}
	return t.Slug, ""
}

// Teams reads the teams that reach a repository. A personal repository has none.
// Source: GET /repos/{owner}/{repo}/teams.
func (c *Client) Teams(ctx context.Context, r model.Repo) model.Reading[[]model.Team] {
	if r.Personal {
		return model.Read([]model.Team{}, c.now())
	}
	return list(ctx, c, about("list teams", r, needAdmin), r, "/teams?per_page=100", func(t team) model.Team {
		return model.Team{Slug: model.Outside(t.Slug), Name: model.Outside(t.Name), Role: model.Outside(roleName(t.Permission))}
	})
}

// invitation is own: v60 lacks expired.
type invitation struct {
	ID      int64 `json:"id"`
	Invitee *struct {
		Login string `json:"login"`
	} `json:"invitee"` // null when someone was invited by e-mail
	Inviter *struct {
		Login string `json:"login"`
	} `json:"inviter"`
	Permissions string    `json:"permissions"`
	CreatedAt   time.Time `json:"created_at"`
	Expired     *bool     `json:"expired"`
}

func (i invitation) check() (id, lacks string) {
	switch {
	case i.ID <= 0:
		return "", "an invitation has no id"
	case i.Permissions == "":
		return "", "an invitation has no permissions"
	}
	return strconv.FormatInt(i.ID, 10), ""
}

// Invitations reads who is invited and has not answered. Source: GET /repos/{owner}/{repo}/invitations.
func (c *Client) Invitations(ctx context.Context, r model.Repo) model.Reading[[]model.Invitation] {
	return list(ctx, c, about("list invitations", r, needAdmin), r, "/invitations?per_page=100", func(i invitation) model.Invitation {
		m := model.Invitation{
			ID: strconv.FormatInt(i.ID, 10), Role: model.Outside(roleName(i.Permissions)), Created: model.UnixOf(i.CreatedAt), Expired: model.TriOf(i.Expired),
		}
		if i.Invitee != nil {
			m.Login = model.Outside(i.Invitee.Login)
		}
		if i.Inviter != nil {
			m.By = model.Outside(i.Inviter.Login)
		}
		return m
	})
}
