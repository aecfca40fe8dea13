package githubd

import (
	"net/http"
	"time"

	"gatehouse/providers/simulator/world"
)

type organization struct {
	Login            string  `json:"login"`
	ID               int64   `json:"id"`
	NodeID           string  `json:"node_id"`
	URL              string  `json:"url"`
	ReposURL         string  `json:"repos_url"`
	EventsURL        string  `json:"events_url"`
	HooksURL         string  `json:"hooks_url"`
	IssuesURL        string  `json:"issues_url"`
	MembersURL       string  `json:"members_url"`
	PublicMembersURL string  `json:"public_members_url"`
	AvatarURL        string  `json:"avatar_url"`
	Description      *string `json:"description"`
}

func (c *call) organization(o *world.Org) organization {
	u := c.base + "/orgs/" + o.Login
	return organization{
		Login: o.Login, ID: o.ID, NodeID: node("O", o.ID), URL: u, ReposURL: u + "/repos", EventsURL: u + "/events", HooksURL: u + "/hooks",
		IssuesURL: u + "/issues", MembersURL: u + "/members{/member}", PublicMembersURL: u + "/public_members{/member}", AvatarURL: webRoot + "/avatars/" + o.Login,
	}
}

// fullOrganization is GitHub's organization-full. The policies are there for owners with admin:org or read access only, absent otherwise.
type fullOrganization struct {
	organization
	Name                string     `json:"name"`
	HasOrgProjects      bool       `json:"has_organization_projects"`
	HasRepoProjects     bool       `json:"has_repository_projects"`
	PublicRepos         int        `json:"public_repos"`
	PublicGists         int        `json:"public_gists"`
	Followers           int        `json:"followers"`
	Following           int        `json:"following"`
	HTMLURL             string     `json:"html_url"`
	Type                string     `json:"type"`
	CreatedAt           time.Time  `json:"created_at"`
	UpdatedAt           time.Time  `json:"updated_at"`
	ArchivedAt          *time.Time `json:"archived_at"`
	DefaultPermission   *string    `json:"default_repository_permission,omitempty"`
	TwoFactor           *bool      `json:"two_factor_requirement_enabled,omitempty"`
	DeployKeys          *bool      `json:"deploy_keys_enabled_for_repositories,omitempty"`
	MembersInvite       *bool      `json:"members_can_invite_outside_collaborators,omitempty"`
	MembersCreateRepos  *bool      `json:"members_can_create_repositories,omitempty"`
	MembersChangeAccess *bool      `json:"members_can_change_repo_visibility,omitempty"`
}

func (c *call) getOrg() answer {
	o := c.org
	out := fullOrganization{
		organization: c.organization(o), Name: o.Name, HasOrgProjects: true, HasRepoProjects: true, HTMLURL: webRoot + "/" + o.Login, Type: "Organization",
		CreatedAt: o.Created, UpdatedAt: o.Created,
	}
	if c.user != nil && o.Owns(c.login()) && (c.hasScope("read:org", "repo") || c.fineGrained("members")) {
		base, no := o.Base.String(), false
		out.DefaultPermission, out.TwoFactor, out.DeployKeys = &base, &o.TwoFactor, &o.DeployKeys
		out.MembersInvite, out.MembersCreateRepos, out.MembersChangeAccess = &no, &no, &no
	}
	return answer{status: http.StatusOK, body: out}
}

func (c *call) fineGrained(permission string) bool {
	return c.token.Kind == world.FineGrained && c.token.Permissions[permission] != ""
}

// listOrgs is GET /user/orgs: always empty for fine-grained tokens.
func (c *call) listOrgs() answer {
	orgs := c.world.OrgsOf(c.login())
	if c.token.Kind == world.FineGrained {
		orgs = nil
	}
	return listed(c, orgs, c.organization)
}

type membership struct {
	URL             string         `json:"url"`
	State           string         `json:"state"`
	Role            string         `json:"role"`
	Direct          bool           `json:"direct_membership"`
	EnterpriseTeams []string       `json:"enterprise_teams_providing_indirect_membership"`
	OrganizationURL string         `json:"organization_url"`
	Organization    organization   `json:"organization"`
	User            account        `json:"user"`
	Permissions     map[string]any `json:"permissions"`
}

func (c *call) membership(o *world.Org) membership {
	role := "member"
	if o.Owns(c.login()) {
		role = "admin"
	}
	return membership{
		URL: c.base + "/orgs/" + o.Login + "/memberships/" + c.login(), State: "active", Role: role, Direct: true, EnterpriseTeams: []string{},
		OrganizationURL: c.base + "/orgs/" + o.Login, Organization: c.organization(o), User: c.person(c.login()),
		Permissions: map[string]any{"can_create_repository": role == "admin"},
	}
}

// listMemberships is GET /user/memberships/orgs. Nobody in the demo world is pending.
func (c *call) listMemberships() answer {
	orgs := c.world.OrgsOf(c.login())
	switch c.r.URL.Query().Get("state") {
	case "", "active":
	case "pending":
		orgs = nil
	default:
		return c.invalid(fieldError{Resource: "OrganizationMembership", Code: "invalid", Field: "state"})
	}
	return listed(c, orgs, c.membership)
}

func (c *call) getMembership() answer {
	if !c.org.Has(c.login()) {
		return c.notFound()
	}
	return answer{status: http.StatusOK, body: c.membership(c.org)}
}

// listMembers is GET /orgs/{org}/members: nobody but members sees who the members are, since nobody here is public.
func (c *call) listMembers() answer {
	q := c.r.URL.Query()
	people := c.org.All()
	switch {
	case !c.org.Has(c.login()):
		people = nil
	case q.Get("filter") != "" && q.Get("filter") != "all":
		if !c.org.Owns(c.login()) {
			return c.invalid(fieldError{Resource: "Member", Code: "custom", Message: "Only owners can use this filter."})
		}
		people = nil
	case q.Get("role") == "admin":
		people = c.org.Owners
	case q.Get("role") == "member":
		people = c.org.Members
	}
	return listed(c, people, c.person)
}
