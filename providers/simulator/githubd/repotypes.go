package githubd

import (
	"strings"

	"gatehouse/providers/simulator/graphql"
	"gatehouse/providers/simulator/world"
)

func repositoryType() typeOf[*world.Repo] {
	upper := func(r world.Role) any {
		if r == world.None {
			return nil
		}
		return strings.ToUpper(r.String())
	}
	return typeOf[*world.Repo]{name: "Repository", also: []string{"Node", "PermissionGranter"}, fields: fields[*world.Repo]{
		"id":                  func(_ *call, r *world.Repo, _ graphql.Args) any { return node("R", r.ID) },
		"databaseId":          func(_ *call, r *world.Repo, _ graphql.Args) any { return r.ID },
		"name":                func(_ *call, r *world.Repo, _ graphql.Args) any { return r.Name },
		"nameWithOwner":       func(_ *call, r *world.Repo, _ graphql.Args) any { return r.FullName() },
		"url":                 func(_ *call, r *world.Repo, _ graphql.Args) any { return webRoot + "/" + r.FullName() },
		"description":         func(_ *call, r *world.Repo, _ graphql.Args) any { return r.About },
		"isPrivate":           func(_ *call, r *world.Repo, _ graphql.Args) any { return r.Private },
		"isArchived":          func(_ *call, r *world.Repo, _ graphql.Args) any { return r.Archived },
		"isDisabled":          func(_ *call, _ *world.Repo, _ graphql.Args) any { return false },
		"isLocked":            func(_ *call, _ *world.Repo, _ graphql.Args) any { return false },
		"isFork":              func(_ *call, r *world.Repo, _ graphql.Args) any { return r.Fork },
		"pushedAt":            func(_ *call, r *world.Repo, _ graphql.Args) any { return r.Pushed },
		"viewerCanAdminister": func(c *call, r *world.Repo, _ graphql.Args) any { return c.world.Role(c.login(), r) == world.Admin },
		"viewerPermission":    func(c *call, r *world.Repo, _ graphql.Args) any { return upper(c.world.Role(c.login(), r)) },
		"visibility": func(_ *call, r *world.Repo, _ graphql.Args) any {
			if r.Private {
				return "PRIVATE"
			}
			return "PUBLIC"
		},
		"owner": func(c *call, r *world.Repo, _ graphql.Args) any {
			if o := c.world.Org(r.Owner); o != nil {
				return c.schema.organization.of(c, o)
			}
			return c.schema.user.of(c, c.world.User(r.Owner))
		},
		"collaborators": func(c *call, r *world.Repo, a graphql.Args) any { return c.graphCollaborators(r, a) },
		"deployKeys":    func(c *call, r *world.Repo, a graphql.Args) any { return c.graphKeys(r, a) },
	}}
}

// graphCollaborators needs write on the repository, as REST does. Source of the words: a public issue report.
func (c *call) graphCollaborators(r *world.Repo, a graphql.Args) any {
	if e := c.graphRefused(r, "collaborators"); e != nil {
		return e
	}
	if c.world.Role(c.login(), r) < world.Write {
		return &graphql.Error{Type: "FORBIDDEN", Message: "You do not have permission to view repository collaborators."}
	}
	here := *c
	here.repo = r
	people := here.affiliates(strings.ToLower(a.String("affiliation")))
	one := func(l string) graphql.Object { return c.schema.user.of(c, c.world.User(l)) }
	return connect(c, rowsOf(people), a, "RepositoryCollaboratorConnection", one, func(l, at string) graphql.Object {
		return c.schema.access.of(c, accessOf{r, l, at})
	})
}

// graphKeys needs admin on the repository and the scope REST asks for; that GraphQL asks the same is not documented. The schema does
// not let deployKeys be null, so by GraphQL's rules a refusal takes the whole repository with it.
func (c *call) graphKeys(r *world.Repo, a graphql.Args) any {
	if e := c.graphKeysRefused(r); e != nil {
		e.Up = true
		return e
	}
	if e := c.wantsScope("deployKeys", "repo"); e != nil {
		return e
	}
	one := func(k *world.DeployKey) graphql.Object { return c.schema.deployKey.of(c, keyOf{r, k}) }
	return connect(c, rowsOf(r.Keys), a, "DeployKeyConnection", one, plain(c, "DeployKeyEdge", one))
}

func (c *call) graphKeysRefused(r *world.Repo) *graphql.Error {
	switch {
	case c.world.Role(c.login(), r) < world.Admin:
		return &graphql.Error{Type: "FORBIDDEN", Message: "Must have admin rights to Repository."}
	case c.token.Kind == world.FineGrained && c.token.Permissions["administration"] == "":
		return &graphql.Error{Type: "FORBIDDEN", Message: "Resource not accessible by personal access token"}
	default:
		return c.graphRefused(r, "deployKeys")
	}
}

func deployKeyType() typeOf[keyOf] {
	return typeOf[keyOf]{name: "DeployKey", also: []string{"Node"}, fields: fields[keyOf]{
		"id":        func(_ *call, k keyOf, _ graphql.Args) any { return node("DK", k.repo.ID, k.key.ID) },
		"title":     func(_ *call, k keyOf, _ graphql.Args) any { return k.key.Title },
		"key":       func(c *call, k keyOf, _ graphql.Args) any { return c.world.PublicOf(k.repo, k.key) },
		"readOnly":  func(_ *call, k keyOf, _ graphql.Args) any { return k.key.ReadOnly },
		"verified":  func(_ *call, _ keyOf, _ graphql.Args) any { return true },
		"enabled":   func(c *call, k keyOf, _ graphql.Args) any { return c.world.KeysEnabled(k.repo) },
		"createdAt": func(_ *call, k keyOf, _ graphql.Args) any { return k.key.Created },
	}}
}

func accessType() typeOf[accessOf] {
	return typeOf[accessOf]{name: "RepositoryCollaboratorEdge", fields: fields[accessOf]{
		"cursor": func(_ *call, v accessOf, _ graphql.Args) any { return v.cursor },
		"node":   func(c *call, v accessOf, _ graphql.Args) any { return c.schema.user.of(c, c.world.User(v.login)) },
		"permission": func(c *call, v accessOf, _ graphql.Args) any {
			return strings.ToUpper(c.world.Role(v.login, v.repo).String())
		},
		"permissionSources": func(c *call, v accessOf, _ graphql.Args) any { return c.permissionSources(v) },
	}}
}

// permissionSources names where access comes from. It is null in personal repositories: every source has an organisation.
func (c *call) permissionSources(v accessOf) any {
	if c.world.Org(v.repo.Owner) == nil {
		return nil
	}
	out := []graphql.Object{}
	for _, g := range c.world.Grants(v.login, v.repo) {
		out = append(out, c.schema.source.of(c, sourceOf{v.repo, g}))
	}
	return out
}

func sourceType() typeOf[sourceOf] {
	return typeOf[sourceOf]{name: "PermissionSource", fields: fields[sourceOf]{
		"organization": func(c *call, v sourceOf, _ graphql.Args) any {
			return c.schema.organization.of(c, c.world.Org(v.repo.Owner))
		},
		"permission": func(_ *call, v sourceOf, _ graphql.Args) any { return fourWords(v.grant.Role) },
		"roleName":   func(_ *call, v sourceOf, _ graphql.Args) any { return v.grant.Role.String() },
		"source": func(c *call, v sourceOf, _ graphql.Args) any {
			switch v.grant.From {
			case world.FromTeam:
				return c.schema.team.of(c, teamOf{c.world.Org(v.repo.Owner), v.grant.Team})
			case world.FromRepo:
				return c.schema.repository.of(c, v.repo)
			default:
				return c.schema.organization.of(c, c.world.Org(v.repo.Owner))
			}
		},
	}}
}

// fourWords is DefaultRepositoryPermissionField, which has no word for triage and maintain; roleName has.
func fourWords(r world.Role) string {
	switch r {
	case world.Admin:
		return "ADMIN"
	case world.Maintain, world.Write:
		return "WRITE"
	case world.Triage, world.Read:
		return "READ"
	default:
		return "NONE"
	}
}
