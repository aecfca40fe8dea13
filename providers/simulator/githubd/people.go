package githubd

import (
	"net/http"
	"slices"
	"time"

	"gatehouse/providers/simulator/world"
)

// collaborator is GitHub's collaborator: an account with its role on a repository.
type collaborator struct {
	account
	Permissions permissions `json:"permissions"`
	RoleName    string      `json:"role_name"`
}

func (c *call) collaborator(login string) collaborator {
	role := c.world.Role(login, c.repo)
	return collaborator{c.person(login), bits(role), role.String()}
}

// listCollaborators is GET …/collaborators. all holds owners and members with a base role, too; it cannot say where access comes from.
func (c *call) listCollaborators() answer {
	q := c.r.URL.Query()
	people := c.affiliates(q.Get("affiliation"))
	if p := q.Get("permission"); p != "" {
		least, ok := world.RoleOf(p)
		if !ok {
			return c.invalid(fieldError{Resource: "Repository", Code: "invalid", Field: "permission"})
		}
		people = slices.DeleteFunc(people, func(l string) bool { return c.world.Role(l, c.repo) < least })
	}
	return listed(c, people, c.collaborator)
}

func (c *call) affiliates(kind string) []string {
	return slices.DeleteFunc(c.world.People(c.repo), func(l string) bool {
		switch kind {
		case "outside":
			return !c.world.Outside(l, c.repo)
		case "direct":
			return !c.world.IsDirect(l, c.repo)
		}
		return false
	})
}

// isCollaborator is GET …/collaborators/{username}: 204 or 404.
func (c *call) isCollaborator() answer {
	if !slices.ContainsFunc(c.world.People(c.repo), func(l string) bool { return l == c.world.Spelled(c.r.PathValue("username")) }) {
		return c.notFound()
	}
	return answer{status: http.StatusNoContent}
}

// getPermission is GET …/collaborators/{username}/permission; permission is the old word of four.
func (c *call) getPermission() answer {
	u := c.world.User(c.r.PathValue("username"))
	if u == nil {
		return c.notFound()
	}
	role := c.world.Role(u.Login, c.repo)
	old := role
	switch role {
	case world.Maintain:
		old = world.Write
	case world.Triage:
		old = world.Read
	default: // the others keep their name
	}
	return answer{status: http.StatusOK, body: map[string]any{"permission": old.String(), "role_name": role.String(), "user": c.collaborator(u.Login)}}
}

type invitation struct {
	ID          int64      `json:"id"`
	NodeID      string     `json:"node_id"`
	Repository  repository `json:"repository"`
	Invitee     account    `json:"invitee"`
	Inviter     account    `json:"inviter"`
	Permissions string     `json:"permissions"`
	CreatedAt   time.Time  `json:"created_at"`
	Expired     bool       `json:"expired"`
	URL         string     `json:"url"`
	HTMLURL     string     `json:"html_url"`
}

func (c *call) invitation(r *world.Repo, i *world.Invitation) invitation {
	return invitation{
		ID: i.ID, NodeID: node("RI", r.ID, i.ID), Repository: c.repository(r), Invitee: c.person(i.Login), Inviter: c.person(i.By),
		Permissions: i.Role.String(), CreatedAt: i.Created, Expired: i.Expired(c.world.Now()), URL: c.base + "/user/repository_invitations/" + itoa(i.ID),
		HTMLURL: webRoot + "/" + r.FullName() + "/invitations",
	}
}

func (c *call) listInvitations() answer {
	return listed(c, c.repo.Invitations, func(i *world.Invitation) invitation { return c.invitation(c.repo, i) })
}

// listMyInvitations is GET /user/repository_invitations: those that still can be taken.
func (c *call) listMyInvitations() answer {
	rows := []invitation{}
	for _, p := range c.world.InvitationsOf(c.login()) {
		rows = append(rows, c.invitation(p.Repo, p.Invitation))
	}
	return listed(c, rows, func(i invitation) invitation { return i })
}
