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
// property (github-api.md trap 12).
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

// List yields the repositories the account administers: every page of GET /user/repos, personal, organisation and by invitation.
// GitHub has no filter for it, so the account's permissions are looked at here.
func (c *Client) List(ctx context.Context, yield func(inventory.Page) error) model.Reading[int] {
	a := asked{op: "list repositories", scopes: []string{"repo"}, permission: "Metadata: read"}
	n, total := 0, 0
	var sso *model.Cause
	err := pages(ctx, c, a, "user/repos?per_page=100&sort=full_name", func(rows []repo, res *http.Response) error {
		if s := res.Header.Get("X-Github-Sso"); s != "" {
			sso = ssoCause(a)
		}
		page := inventory.Page{}
		for _, r := range rows {
			m, err := r.model()
			if err != nil {
				return err
			}
			if r.Permissions["admin"] {
				page.Repos = append(page.Repos, m)
			}
		}
		n += len(page.Repos)
		if total == 0 {
			total = lastPage(res.Header) * 100
		}
		if page.Total = n; total > 100 {
			page.Total = max(n, total)
		}
		return yield(page)
	})
	switch {
	case err != nil && n == 0:
		return model.Unreadable[int](model.CauseOf(err))
	case err != nil:
		return model.AtLeast(n, c.now(), model.CauseOf(err))
	case sso != nil:
		return model.AtLeast(n, c.now(), sso)
	}
	return model.Read(n, c.now())
}

func ssoCause(a asked) *model.Cause {
	return &model.Cause{
		Kind: model.CauseIncomplete, Op: a.op, Missing: "single sign-on authorisation of the token",
		Said: model.Outside("repositories of some organisations are left out"),
		Hint: "authorise the token for those organisations (Configure SSO on GitHub's token page), then read again",
	}
}

// lastPage is the number of the last page by the Link header; 0 when it does not say.
func lastPage(h http.Header) int {
	u, err := url.Parse(link(h, "last"))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(u.Query().Get("page"))
	if err != nil || n > maxPages {
		return 0
	}
	return n
}

// Repo reads one repository by name, whether administered or not. GitHub answers under the new name after a rename.
func (c *Client) Repo(ctx context.Context, ref model.RepoRef) (model.Repo, error) {
	path, err := repoPath(model.Repo{Ref: ref}, "")
	if err != nil {
		return model.Repo{}, err
	}
	var r repo
	a := asked{op: "read repository", on: ref.String(), scopes: []string{"repo"}, permission: "Metadata: read"}
	if _, err := c.get(ctx, a, path, &r); err != nil {
		return model.Repo{}, err
	}
	return r.model()
}

// model checks what everything else relies on. A row that cannot be trusted spoils its page: dropping it would turn it into "none".
func (r repo) model() (model.Repo, error) {
	owner, name, ok := strings.Cut(r.FullName, "/")
	if !ok || r.ID == 0 {
		return model.Repo{}, badRow("repository", "it has no id or no full name")
	}
	ref, err := model.NewRepoRef(model.GitHub, owner, name)
	if err != nil {
		return model.Repo{}, badRow("repository", "its name is not one GitHub gives")
	}
	m := model.Repo{
		Ref: ref, ID: strconv.FormatInt(r.ID, 10), Node: r.NodeID, Spelled: model.Outside(r.FullName), Personal: r.Owner.Type == "User",
		Private: r.Private, Archived: r.Archived, Disabled: r.Disabled, Fork: r.Fork,
		MyRole: model.Outside(role(r.RoleName, r.Permissions)), DefaultBranch: model.Outside(r.DefaultBranch), Page: model.Outside(r.HTMLURL),
	}
	if r.PushedAt != nil {
		m.Pushed = model.UnixOf(*r.PushedAt)
	}
	return m, nil
}

func badRow(what, why string) error {
	return &model.Error{Op: "read " + what, Cause: model.Cause{
		Kind: model.CauseBadAnswer, Said: model.Outside("the answer is not what GitHub documents: " + why),
		Hint: "something other than GitHub may be answering; nothing was concluded from it",
	}}
}

// role is the strongest built-in role in GitHub's words, or the custom role's name. REST says pull and push for read and write.
func role(name string, permissions map[string]bool) string {
	switch name {
	case "":
	case "pull":
		return "read"
	case "push":
		return "write"
	default:
		return name
	}
	for _, p := range [...][2]string{{"admin", "admin"}, {"maintain", "maintain"}, {"push", "write"}, {"triage", "triage"}, {"pull", "read"}} {
		if permissions[p[0]] {
			return p[1]
		}
	}
	return ""
}
