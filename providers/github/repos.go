package github

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

// repo is what GET /user/repos and GET /repos/{owner}/{repo} share. Own struct: v60 fails a whole page on one multi-select custom
// property.
type repo struct {
	ID       int64  `json:"id"`
	NodeID   string `json:"node_id"`
	FullName string `json:"full_name"`
	Owner    struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	} `json:"owner"`
	Private       bool            `json:"private"`
	Archived      bool            `json:"archived"`
	Disabled      bool            `json:"disabled"`
	Fork          bool            `json:"fork"`
	DefaultBranch string          `json:"default_branch"`
	HTMLURL       string          `json:"html_url"`
	PushedAt      *time.Time      `json:"pushed_at"`
	Permissions   map[string]bool `json:"permissions"`
	RoleName      string          `json:"role_name"`
}

func (r repo) check() (id, lacks string) {
	owner, name, _ := strings.Cut(r.FullName, "/")
	_, err := model.NewRepoRef(model.GitHub, owner, name)
	switch {
	case r.ID <= 0:
		return "", "a repository has no id"
	case err != nil:
		return "", "a repository's name is not one GitHub gives"
	case !strings.EqualFold(r.Owner.Login, owner):
		return "", "a repository's owner is not the one in its name"
	}
	return strconv.FormatInt(r.ID, 10), ""
}

// List yields the repositories the account administers: every page of GET /user/repos, personal, organisation and by invitation.
// GitHub has no filter for it, so the account's permissions are looked at here.
func (c *Client) List(ctx context.Context, yield func(inventory.Page) error) model.Reading[int] {
	a := asked{need: needRepos, op: "list repositories", fixed: true}
	n, guess := 0, 0
	err := pages(ctx, c, a, "user/repos?per_page=100&sort=full_name", func(rows []repo, res *http.Response) error {
		var page inventory.Page
		for _, r := range rows {
			if r.Permissions == nil {
				return a.bad("a repository does not say what this account may do there") // administered or not would be a guess
			}
			if r.Permissions["admin"] {
				page.Repos = append(page.Repos, r.model())
			}
		}
		n += len(page.Repos)
		if last := lastPage(res.Header); last > 0 {
			guess = last * 100
		}
		if page.Total = max(n, guess); link(res.Header, "next") == "" {
			page.Total = n
		}
		return yield(page)
	})
	if err == nil {
		return model.Read(n, c.now())
	}
	why := model.CauseOf(err)
	if n == 0 && why.Kind != model.CauseIncomplete {
		return model.Unreadable[int](why)
	}
	return model.AtLeast(n, c.now(), why)
}

// lastPage is the number of the last page by the Link header; 0 when it does not say.
func lastPage(h http.Header) int {
	u, err := url.Parse(link(h, "last"))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(u.Query().Get("page"))
	if err != nil || n < 0 || n > maxPages {
		return 0
	}
	return n
}

// Repo reads one repository by name, whether administered or not. After a rename or transfer GitHub redirects, and the answer has the
// new name: compare its Ref with the one asked for. Errors are *model.Error; a 404 is never proof that there is none.
func (c *Client) Repo(ctx context.Context, ref model.RepoRef) (model.Repo, error) {
	path, err := repoPath(model.Repo{Ref: ref}, "")
	if err != nil {
		return model.Repo{}, err
	}
	var r repo
	a := asked{need: needRepos, op: "read repository", on: ref.String()}
	if _, err := c.get(ctx, a, path, &r); err != nil {
		return model.Repo{}, err
	}
	if _, lacks := r.check(); lacks != "" {
		return model.Repo{}, a.bad(lacks)
	}
	return r.model(), nil
}

// model is for rows that were checked.
func (r repo) model() model.Repo {
	owner, name, _ := strings.Cut(r.FullName, "/")
	m := model.Repo{
		Ref: model.RepoRef{Forge: model.GitHub, Owner: strings.ToLower(owner), Name: strings.ToLower(name)},
		ID:  strconv.FormatInt(r.ID, 10), Node: r.NodeID, Spelled: model.Outside(r.FullName), Personal: r.Owner.Type == "User",
		Private: r.Private, Archived: r.Archived, Disabled: r.Disabled, Fork: r.Fork,
		MyRole: model.Outside(role(r.RoleName, r.Permissions)), DefaultBranch: model.Outside(r.DefaultBranch), Page: model.Outside(r.HTMLURL),
	}
	if r.PushedAt != nil {
		m.Pushed = model.UnixOf(*r.PushedAt)
	}
	return m
}

// role is admin where the permissions say so (a custom role never includes that), else the role's name, else the strongest
// permission.
func role(name string, permissions map[string]bool) string {
	if permissions["admin"] {
		return "admin"
	}
	if name != "" {
		return roleName(name)
	}
	for _, p := range [...]string{"maintain", "push", "triage", "pull"} {
		if permissions[p] {
			return roleName(p)
		}
	}
	return ""
}

// roleName says a role in the words of GitHub's settings page: REST says pull and push for read and write, GraphQL says READ and WRITE.
// A custom role keeps its name.
func roleName(s string) string {
	switch low := strings.ToLower(s); low {
	case "pull", "read":
		return "read"
	case "push", "write":
		return "write"
	case "triage", "maintain", "admin":
		return low
	}
	return s
}
