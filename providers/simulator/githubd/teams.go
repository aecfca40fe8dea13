package githubd

import (
	"gatehouse/providers/simulator/world"
)

type team struct {
	ID             int64        `json:"id"`
	NodeID         string       `json:"node_id"`
	Name           string       `json:"name"`
	Slug           string       `json:"slug"`
	Description    *string      `json:"description"`
	Privacy        string       `json:"privacy"`
	Notification   string       `json:"notification_setting"`
	Permission     string       `json:"permission"`
	Permissions    *permissions `json:"permissions,omitempty"`
	URL            string       `json:"url"`
	HTMLURL        string       `json:"html_url"`
	MembersURL     string       `json:"members_url"`
	ReposURL       string       `json:"repositories_url"`
	Type           string       `json:"type"`
	AccessSource   string       `json:"access_source,omitempty"`
	OrganizationID int64        `json:"organization_id"`
	Parent         *team        `json:"parent"`
}

func (c *call) team(o *world.Org, t *world.Team) team {
	u := c.base + "/organizations/" + itoa(o.ID) + "/team/" + itoa(t.ID)
	out := team{
		ID: t.ID, NodeID: node("T", o.ID, t.ID), Name: t.Name, Slug: t.Slug, Privacy: "closed", Notification: "notifications_enabled", Permission: "pull",
		URL: u, HTMLURL: webRoot + "/orgs/" + o.Login + "/teams/" + t.Slug, MembersURL: u + "/members{/member}", ReposURL: u + "/repos",
		Type: "organization", OrganizationID: o.ID,
	}
	if t.Secret {
		out.Privacy = "secret"
	}
	return out
}

// listRepoTeams is GET …/teams: the teams with their role here, in REST's words (pull, push).
func (c *call) listRepoTeams() answer {
	o := c.world.Org(c.repo.Owner)
	return listed(c, c.repo.Teams, func(g world.TeamRole) team {
		out := c.team(o, o.Team(g.Slug))
		b := bits(g.Role)
		out.Permission, out.Permissions, out.AccessSource = restWord(g.Role), &b, "direct"
		return out
	})
}

func restWord(r world.Role) string {
	switch r {
	case world.Read:
		return "pull"
	case world.Write:
		return "push"
	default:
		return r.String()
	}
}

// listOrgTeams is GET /orgs/{org}/teams, for members.
func (c *call) listOrgTeams() answer {
	if !c.org.Has(c.login()) {
		return c.notFound()
	}
	var seen []*world.Team
	for _, t := range c.org.Teams {
		if !t.Secret || t.Has(c.login()) || c.org.Owns(c.login()) {
			seen = append(seen, t)
		}
	}
	return listed(c, seen, func(t *world.Team) team { return c.team(c.org, t) })
}
