package githubd

import (
	"net/http"
	"time"

	"gatehouse/providers/simulator/world"
)

// webRoot is the web site that goes with the simulated API: a name that is reserved, so that no page of the demo opens a stranger's.
const webRoot = "https://github.example"

// account is GitHub's simple-user.
type account struct {
	Login             string `json:"login"`
	ID                int64  `json:"id"`
	NodeID            string `json:"node_id"`
	AvatarURL         string `json:"avatar_url"`
	GravatarID        string `json:"gravatar_id"`
	URL               string `json:"url"`
	HTMLURL           string `json:"html_url"`
	FollowersURL      string `json:"followers_url"`
	FollowingURL      string `json:"following_url"`
	GistsURL          string `json:"gists_url"`
	StarredURL        string `json:"starred_url"`
	SubscriptionsURL  string `json:"subscriptions_url"`
	OrganizationsURL  string `json:"organizations_url"`
	ReposURL          string `json:"repos_url"`
	EventsURL         string `json:"events_url"`
	ReceivedEventsURL string `json:"received_events_url"`
	Type              string `json:"type"`
	UserViewType      string `json:"user_view_type"`
	SiteAdmin         bool   `json:"site_admin"`
}

func (c *call) account(login string, id int64, kind, prefix string) account {
	u := c.base + "/users/" + login
	return account{
		Login: login, ID: id, NodeID: node(prefix, id), AvatarURL: webRoot + "/avatars/" + login, URL: u, HTMLURL: webRoot + "/" + login,
		FollowersURL: u + "/followers", FollowingURL: u + "/following{/other_user}", GistsURL: u + "/gists{/gist_id}", StarredURL: u + "/starred{/owner}{/repo}",
		SubscriptionsURL: u + "/subscriptions", OrganizationsURL: u + "/orgs", ReposURL: u + "/repos", EventsURL: u + "/events{/privacy}",
		ReceivedEventsURL: u + "/received_events", Type: kind, UserViewType: "public",
	}
}

func (c *call) person(login string) account {
	if u := c.world.User(login); u != nil {
		return c.account(u.Login, u.ID, "User", "U")
	}
	return c.account(login, 0, "User", "U")
}

// owner is a person or an organisation.
func (c *call) owner(login string) account {
	if o := c.world.Org(login); o != nil {
		return c.account(o.Login, o.ID, "Organization", "O")
	}
	return c.person(login)
}

// publicUser is GitHub's public-user: what anyone may know of an account.
type publicUser struct {
	account
	Name            string    `json:"name"`
	Company         *string   `json:"company"`
	Blog            string    `json:"blog"`
	Location        *string   `json:"location"`
	Email           *string   `json:"email"`
	Hireable        *bool     `json:"hireable"`
	Bio             *string   `json:"bio"`
	TwitterUsername *string   `json:"twitter_username"`
	PublicRepos     int       `json:"public_repos"`
	PublicGists     int       `json:"public_gists"`
	Followers       int       `json:"followers"`
	Following       int       `json:"following"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
}

// privateUser is GitHub's private-user: what the account's owner may know.
type privateUser struct {
	publicUser
	PrivateGists      int  `json:"private_gists"`
	TotalPrivateRepos int  `json:"total_private_repos"`
	OwnedPrivateRepos int  `json:"owned_private_repos"`
	DiskUsage         int  `json:"disk_usage"`
	Collaborators     int  `json:"collaborators"`
	TwoFactor         bool `json:"two_factor_authentication"`
}

func (c *call) publicUser(u *world.User) publicUser {
	return publicUser{account: c.person(u.Login), Name: u.Name, CreatedAt: u.Created, UpdatedAt: u.Created}
}

// getUser is GET /user. Without the scope user or read:user the private part is left out.
func (c *call) getUser() answer {
	p := c.publicUser(c.user)
	if c.token.Kind != world.FineGrained && !c.hasScope("read:user") {
		return answer{status: http.StatusOK, body: p}
	}
	p.Email, p.UserViewType = &c.user.Email, "private"
	return answer{status: http.StatusOK, body: privateUser{publicUser: p, TwoFactor: true}}
}

func (c *call) getUserByName() answer {
	u := c.world.User(c.r.PathValue("username"))
	if u == nil {
		return c.notFound()
	}
	return answer{status: http.StatusOK, body: c.publicUser(u)}
}
