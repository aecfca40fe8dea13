package githubd

import (
	"slices"
	"strings"
	"time"

	"gatehouse/providers/simulator/graphql"
	"gatehouse/providers/simulator/world"
)

// schema is the part of GitHub's GraphQL schema that is answered.
type schema struct {
	query        typeOf[bill]
	user         typeOf[*world.User]
	organization typeOf[*world.Org]
	team         typeOf[teamOf]
	repository   typeOf[*world.Repo]
	deployKey    typeOf[keyOf]
	access       typeOf[accessOf]
	source       typeOf[sourceOf]
	member       typeOf[memberOf]
	connection   typeOf[connection]
}

type (
	teamOf struct {
		org  *world.Org
		team *world.Team
	}
	keyOf struct {
		repo *world.Repo
		key  *world.DeployKey
	}
	accessOf struct {
		repo          *world.Repo
		login, cursor string
	}
	sourceOf struct {
		repo  *world.Repo
		grant world.Grant
	}
	memberOf struct {
		org           *world.Org
		login, cursor string
	}
)

func newSchema() *schema {
	return &schema{
		query: queryType(), user: userType(), organization: organizationType(), team: teamType(), repository: repositoryType(),
		deployKey: deployKeyType(), access: accessType(), source: sourceType(), member: memberType(), connection: connectionType(),
	}
}

func queryType() typeOf[bill] {
	limit := typeOf[bill]{name: "RateLimit", fields: fields[bill]{
		"cost":      func(_ *call, b bill, _ graphql.Args) any { return b.points() },
		"nodeCount": func(_ *call, b bill, _ graphql.Args) any { return b.nodes },
		"limit":     func(c *call, _ bill, _ graphql.Args) any { return c.limits.rate(c.bucket(), "graphql").Limit },
		"used": func(c *call, b bill, _ graphql.Args) any {
			return c.limits.rate(c.bucket(), "graphql").Used + b.points()
		},
		"remaining": func(c *call, b bill, _ graphql.Args) any {
			return c.limits.rate(c.bucket(), "graphql").Remaining - b.points()
		},
		"resetAt": func(c *call, _ bill, _ graphql.Args) any {
			return time.Unix(c.limits.rate(c.bucket(), "graphql").Reset, 0).UTC()
		},
	}}
	return typeOf[bill]{name: "Query", fields: fields[bill]{
		"viewer":    func(c *call, _ bill, _ graphql.Args) any { return c.schema.user.of(c, c.user) },
		"rateLimit": func(c *call, b bill, _ graphql.Args) any { return limit.of(c, b) },
		"node":      func(c *call, _ bill, a graphql.Args) any { return c.node(a.String("id")) },
		"repository": func(c *call, _ bill, a graphql.Args) any {
			return c.graphRepository(a.String("owner"), a.String("name"))
		},
		"nodes": func(c *call, _ bill, a graphql.Args) any {
			out := []any{}
			for _, id := range a.Strings("ids") {
				out = append(out, c.node(id))
			}
			return out
		},
		"user": func(c *call, _ bill, a graphql.Args) any {
			if u := c.world.User(a.String("login")); u != nil {
				return c.schema.user.of(c, u)
			}
			return gone("a User with the login of '" + a.String("login") + "'.")
		},
		"organization": func(c *call, _ bill, a graphql.Args) any {
			if o := c.world.Org(a.String("login")); o != nil {
				return c.schema.organization.of(c, o)
			}
			return gone("an Organization with the login of '" + a.String("login") + "'.")
		},
	}}
}

func userType() typeOf[*world.User] {
	return typeOf[*world.User]{name: "User", also: []string{"Node", "Actor", "RepositoryOwner", "ProfileOwner"}, fields: fields[*world.User]{
		"id":         func(_ *call, u *world.User, _ graphql.Args) any { return node("U", u.ID) },
		"databaseId": func(_ *call, u *world.User, _ graphql.Args) any { return u.ID },
		"login":      func(_ *call, u *world.User, _ graphql.Args) any { return u.Login },
		"name":       func(_ *call, u *world.User, _ graphql.Args) any { return u.Name },
		"email":      func(_ *call, _ *world.User, _ graphql.Args) any { return "" },
		"url":        func(_ *call, u *world.User, _ graphql.Args) any { return webRoot + "/" + u.Login },
		"createdAt":  func(_ *call, u *world.User, _ graphql.Args) any { return u.Created },
		"organizations": func(c *call, u *world.User, a graphql.Args) any {
			if e := c.wantsScope("organizations", "read:org", "user"); e != nil {
				return e
			}
			one := func(o *world.Org) graphql.Object { return c.schema.organization.of(c, o) }
			return connect(c, rowsOf(c.world.OrgsOf(u.Login)), a, "OrganizationConnection", one, plain(c, "OrganizationEdge", one))
		},
		"repositories": func(c *call, u *world.User, a graphql.Args) any { return c.graphRepositories(u, a) },
	}}
}

// graphRepositories is viewer.repositories. By default it leaves out what organisations own: ownerAffiliations is [OWNER, COLLABORATOR].
func (c *call) graphRepositories(u *world.User, a graphql.Args) any {
	if u != c.user {
		return gone("the repositories of another user: the simulator lists the viewer's only")
	}
	owners := lower(a.Strings("ownerAffiliations"), "owner", "collaborator")
	kinds := lower(a.Strings("affiliations"), "owner", "collaborator", "organization_member")
	archived, byArchived := a["isArchived"].(bool)
	keep := func(r *world.Repo) bool {
		match := func(k string) bool { return c.affiliated(r, k) }
		return slices.ContainsFunc(owners, match) && slices.ContainsFunc(kinds, match) &&
			fits(r, strings.ToLower(a.String("privacy"))) && (!byArchived || r.Archived == archived) && c.blind(r) == nil
	}
	list := c.world.List(world.ByName, false, keep)
	one := func(r *world.Repo) graphql.Object { return c.schema.repository.of(c, r) }
	return connect(c, rows[*world.Repo]{list.Len(), list.Slice}, a, "RepositoryConnection", one, plain(c, "RepositoryEdge", one))
}

func lower(in []string, fallback ...string) []string {
	if in == nil {
		return fallback
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.ToLower(s)
	}
	return out
}

func organizationType() typeOf[*world.Org] {
	admin := func(c *call, o *world.Org, _ graphql.Args) any { return o.Owns(c.login()) }
	return typeOf[*world.Org]{name: "Organization", also: []string{"Node", "Actor", "RepositoryOwner", "PermissionGranter", "ProfileOwner"}, fields: fields[*world.Org]{
		"id":                  func(_ *call, o *world.Org, _ graphql.Args) any { return node("O", o.ID) },
		"databaseId":          func(_ *call, o *world.Org, _ graphql.Args) any { return o.ID },
		"login":               func(_ *call, o *world.Org, _ graphql.Args) any { return o.Login },
		"name":                func(_ *call, o *world.Org, _ graphql.Args) any { return o.Name },
		"url":                 func(_ *call, o *world.Org, _ graphql.Args) any { return webRoot + "/" + o.Login },
		"viewerCanAdminister": admin,
		"viewerIsAMember":     func(c *call, o *world.Org, _ graphql.Args) any { return o.Has(c.login()) },
		"requiresTwoFactorAuthentication": func(c *call, o *world.Org, _ graphql.Args) any {
			if !o.Owns(c.login()) {
				return nil
			}
			return o.TwoFactor
		},
		"membersWithRole": func(c *call, o *world.Org, a graphql.Args) any { return c.graphMembers(o, a) },
		"teams": func(c *call, o *world.Org, a graphql.Args) any {
			if e := c.wantsScope("teams", "read:org", "read:discussion"); e != nil {
				return e
			}
			one := func(t *world.Team) graphql.Object { return c.schema.team.of(c, teamOf{o, t}) }
			return connect(c, rowsOf(o.Teams), a, "TeamConnection", one, plain(c, "TeamEdge", one))
		},
	}}
}

// graphMembers is organization.membersWithRole: members see everyone, others nobody, since nobody here is public.
func (c *call) graphMembers(o *world.Org, a graphql.Args) any {
	if e := c.wantsScope("membersWithRole", "read:org"); e != nil {
		return e
	}
	people := o.All()
	if !o.Has(c.login()) {
		people = nil
	}
	one := func(l string) graphql.Object { return c.schema.user.of(c, c.world.User(l)) }
	return connect(c, rowsOf(people), a, "OrganizationMemberConnection", one, func(l, at string) graphql.Object { return c.schema.member.of(c, memberOf{o, l, at}) })
}

func memberType() typeOf[memberOf] {
	return typeOf[memberOf]{name: "OrganizationMemberEdge", fields: fields[memberOf]{
		"cursor": func(_ *call, m memberOf, _ graphql.Args) any { return m.cursor },
		"node":   func(c *call, m memberOf, _ graphql.Args) any { return c.schema.user.of(c, c.world.User(m.login)) },
		"role": func(_ *call, m memberOf, _ graphql.Args) any {
			if m.org.Owns(m.login) {
				return "ADMIN"
			}
			return "MEMBER"
		},
		"hasTwoFactorEnabled": func(c *call, m memberOf, _ graphql.Args) any {
			if !m.org.Owns(c.login()) {
				return nil
			}
			return true
		},
	}}
}

func teamType() typeOf[teamOf] {
	guarded := func(name string, value func(t teamOf) any) func(*call, teamOf, graphql.Args) any {
		return func(c *call, t teamOf, _ graphql.Args) any {
			if e := c.wantsScope(name, "read:org", "read:discussion"); e != nil {
				return e
			}
			return value(t)
		}
	}
	return typeOf[teamOf]{name: "Team", also: []string{"Node", "PermissionGranter"}, fields: fields[teamOf]{
		"id":           guarded("id", func(t teamOf) any { return node("T", t.org.ID, t.team.ID) }),
		"databaseId":   guarded("databaseId", func(t teamOf) any { return t.team.ID }),
		"slug":         guarded("slug", func(t teamOf) any { return t.team.Slug }),
		"name":         guarded("name", func(t teamOf) any { return t.team.Name }),
		"combinedSlug": guarded("combinedSlug", func(t teamOf) any { return t.org.Login + "/" + t.team.Slug }),
		"organization": func(c *call, t teamOf, _ graphql.Args) any { return c.schema.organization.of(c, t.org) },
	}}
}
