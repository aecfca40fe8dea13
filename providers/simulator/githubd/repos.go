package githubd

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"gatehouse/providers/simulator/world"
)

// permissions are the bits of a role.
type permissions struct {
	Admin    bool `json:"admin"`
	Maintain bool `json:"maintain"`
	Push     bool `json:"push"`
	Triage   bool `json:"triage"`
	Pull     bool `json:"pull"`
}

func bits(r world.Role) permissions {
	return permissions{r >= world.Admin, r >= world.Maintain, r >= world.Write, r >= world.Triage, r >= world.Read}
}

// repository is what GitHub's repository, minimal-repository and full-repository share.
type repository struct {
	ID                int64       `json:"id"`
	NodeID            string      `json:"node_id"`
	Name              string      `json:"name"`
	FullName          string      `json:"full_name"`
	Private           bool        `json:"private"`
	Owner             account     `json:"owner"`
	HTMLURL           string      `json:"html_url"`
	Description       *string     `json:"description"`
	Fork              bool        `json:"fork"`
	URL               string      `json:"url"`
	repositoryLinks               // forty addresses
	CreatedAt         time.Time   `json:"created_at"`
	UpdatedAt         time.Time   `json:"updated_at"`
	PushedAt          time.Time   `json:"pushed_at"`
	Homepage          *string     `json:"homepage"`
	Size              int         `json:"size"`
	StargazersCount   int         `json:"stargazers_count"`
	WatchersCount     int         `json:"watchers_count"`
	Language          string      `json:"language"`
	HasIssues         bool        `json:"has_issues"`
	HasProjects       bool        `json:"has_projects"`
	HasDownloads      bool        `json:"has_downloads"`
	HasWiki           bool        `json:"has_wiki"`
	HasPages          bool        `json:"has_pages"`
	HasDiscussions    bool        `json:"has_discussions"`
	ForksCount        int         `json:"forks_count"`
	MirrorURL         *string     `json:"mirror_url"`
	Archived          bool        `json:"archived"`
	Disabled          bool        `json:"disabled"`
	OpenIssuesCount   int         `json:"open_issues_count"`
	License           *string     `json:"license"`
	AllowForking      bool        `json:"allow_forking"`
	IsTemplate        bool        `json:"is_template"`
	WebCommitSignoff  bool        `json:"web_commit_signoff_required"`
	Topics            []string    `json:"topics"`
	Visibility        string      `json:"visibility"`
	PRCreationPolicy  string      `json:"pull_request_creation_policy"`
	Forks             int         `json:"forks"`
	OpenIssues        int         `json:"open_issues"`
	Watchers          int         `json:"watchers"`
	DefaultBranch     string      `json:"default_branch"`
	Permissions       permissions `json:"permissions"`
	RoleName          string      `json:"role_name,omitempty"`
	TempCloneToken    *string     `json:"temp_clone_token,omitempty"`
	Organization      *account    `json:"organization,omitempty"`
	SubscribersCount  *int        `json:"subscribers_count,omitempty"`
	NetworkCount      *int        `json:"network_count,omitempty"`
	AllowSquashMerge  *bool       `json:"allow_squash_merge,omitempty"`
	AllowMergeCommit  *bool       `json:"allow_merge_commit,omitempty"`
	DeleteBranchMerge *bool       `json:"delete_branch_on_merge,omitempty"`
	CustomProperties  any         `json:"custom_properties,omitempty"`
}

func (c *call) repository(r *world.Repo) repository {
	visibility := "public"
	if r.Private {
		visibility = "private"
	}
	about := r.About
	return repository{
		ID: r.ID, NodeID: node("R", r.ID), Name: r.Name, FullName: r.FullName(), Private: r.Private, Owner: c.owner(r.Owner),
		HTMLURL: webRoot + "/" + r.FullName(), Description: &about, Fork: r.Fork, URL: c.base + "/repos/" + r.FullName(),
		repositoryLinks: links(c.base+"/repos/"+r.FullName(), r.FullName()), CreatedAt: r.Created, UpdatedAt: r.Updated, PushedAt: r.Pushed,
		Size: 120, Language: r.Language, HasIssues: true, HasProjects: true, HasDownloads: true, HasWiki: true, Archived: r.Archived,
		AllowForking: true, Topics: []string{}, Visibility: visibility, PRCreationPolicy: "all", DefaultBranch: r.Branch, Permissions: bits(c.world.Role(c.login(), r)),
	}
}

// fullRepository adds what only GET /repos/{owner}/{repo} says.
func (c *call) fullRepository(r *world.Repo) repository {
	out := c.repository(r)
	none, yes, no, empty := 0, true, false, ""
	out.SubscribersCount, out.NetworkCount = &none, &none
	if c.world.Org(r.Owner) != nil {
		o := c.owner(r.Owner)
		out.Organization = &o
		out.CustomProperties = map[string]any{"tier": "2", "languages": []string{strings.ToLower(r.Language), "shell"}, "owner_team": nil}
	}
	if out.Permissions.Push {
		out.TempCloneToken = &empty
		out.AllowSquashMerge, out.AllowMergeCommit, out.DeleteBranchMerge = &yes, &yes, &no
	}
	return out
}

func (c *call) getRepo() answer {
	return answer{status: http.StatusOK, body: c.fullRepository(c.repo)}
}

// listRepos is GET /user/repos.
func (c *call) listRepos() answer {
	q := c.r.URL.Query()
	if q.Get("type") != "" && (q.Get("visibility") != "" || q.Get("affiliation") != "") {
		return c.invalid(fieldError{Resource: "Search", Code: "custom", Field: "type", Message: "If you specify visibility or affiliation, you cannot specify type."})
	}
	affiliation, visibility := q.Get("affiliation"), q.Get("visibility")
	switch t := q.Get("type"); t {
	case "", "all":
	case "owner":
		affiliation = "owner"
	case "member":
		affiliation = "collaborator,organization_member"
	case "public", "private":
		visibility = t
	default:
		return c.invalid(fieldError{Resource: "Search", Code: "invalid", Field: "type"})
	}
	if affiliation == "" {
		affiliation = "owner,collaborator,organization_member"
	}
	kinds := strings.Split(affiliation, ",")
	c.partial()
	return c.listOf(world.ByName, func(r *world.Repo) bool {
		return fits(r, visibility) && slices.ContainsFunc(kinds, func(k string) bool { return c.affiliated(r, k) }) && c.blind(r) == nil
	})
}

func fits(r *world.Repo, visibility string) bool {
	return visibility == "" || visibility == "all" || (visibility == "private") == r.Private
}

// affiliated: owner is a personal repository's; collaborator one with a grant of one's own; organization_member what membership
// or a team opens.
func (c *call) affiliated(r *world.Repo, kind string) bool {
	for _, g := range c.world.Grants(c.login(), r) {
		switch g.From {
		case world.FromOwning:
			if kind == "owner" {
				return true
			}
		case world.FromRepo:
			if kind == "collaborator" {
				return true
			}
		default:
			if kind == "organization_member" {
				return true
			}
		}
	}
	return false
}

// partial tells of organisations that are left out for want of single sign-on. Source: GitHub "Authenticating to the REST API".
func (c *call) partial() {
	var out []string
	for _, o := range c.world.OrgsOf(c.login()) {
		if o.SAML && !c.token.SSO[o.Login] {
			out = append(out, itoa(o.ID))
		}
	}
	if out != nil {
		c.header.Set("X-Github-Sso", "partial-results; organizations="+strings.Join(out, ","))
	}
}

// listOf answers with one page of a repository list, sorted as the request asks.
func (c *call) listOf(order world.Order, keep func(*world.Repo) bool) answer {
	q := c.r.URL.Query()
	if s := world.Order(q.Get("sort")); slices.Contains([]world.Order{world.ByName, world.ByCreated, world.ByUpdated, world.ByPushed}, s) {
		order = s
	}
	descend := order != world.ByName
	if d := q.Get("direction"); d != "" {
		descend = d == "desc"
	}
	list := c.world.List(order, descend, keep)
	w := c.window(list.Len())
	return shown(list.Slice(w.from, w.to), c.repository)
}

// listOrgRepos is GET /orgs/{org}/repos; its rows name the role.
func (c *call) listOrgRepos() answer {
	kind := c.r.URL.Query().Get("type")
	c.partial()
	a := c.listOf(world.ByCreated, func(r *world.Repo) bool {
		ok := kind != "public" && kind != "private" && kind != "forks" && kind != "sources" ||
			kind == "public" && !r.Private || kind == "private" && r.Private || kind == "forks" && r.Fork || kind == "sources" && !r.Fork
		return ok && r.InOrg(c.org) && c.blind(r) == nil
	})
	rows, _ := a.body.([]repository)
	for i := range rows {
		rows[i].RoleName = c.world.Role(c.login(), c.world.RepoByID(rows[i].ID)).String()
	}
	return a
}
