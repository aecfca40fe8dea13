package circleci

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"gatehouse/model"
)

// project is what GET /api/v1.1/projects says of one. Newer answers have a slug, which may be empty.
type project struct {
	VCSURL   string `json:"vcs_url"`
	VCSType  string `json:"vcs_type"`
	Username string `json:"username"`
	Reponame string `json:"reponame"`
	Slug     string `json:"slug"`
	Branch   string `json:"default_branch"`
	Usable   *bool  `json:"has_usable_key"`
	Branches map[string]struct {
		Recent  []build `json:"recent_builds"`
		Running []build `json:"running_builds"`
	} `json:"branches"`
}

type build struct {
	Outcome string    `json:"outcome"`
	Status  string    `json:"status"`
	Number  int       `json:"build_num"`
	Pushed  time.Time `json:"pushed_at"`
	Added   time.Time `json:"added_at"`
}

// Followed reads every project that the account follows: a bare array, not paged. Source: GET /api/v1.1/projects.
func (c *Client) Followed(ctx context.Context, login string) model.Reading[[]model.CIProject] {
	a := asked{op: "list followed projects"}
	var rows []project
	if err := c.get(ctx, a, "/api/v1.1/projects", &rows); err != nil {
		return model.Unreadable[[]model.CIProject](model.CauseOf(err))
	}
	out := make([]model.CIProject, 0, len(rows))
	for _, p := range rows {
		m, lacks := p.model(login)
		if lacks != "" {
			return model.Unreadable[[]model.CIProject](model.CauseOf(a.bad(lacks)))
		}
		out = append(out, m)
	}
	return model.Read(out, c.now())
}

// forges are v1.1's names and the slugs' short ones.
var forges = map[string]model.Forge{"github": model.GitHub, "gh": model.GitHub, "bitbucket": model.Bitbucket, "bb": model.Bitbucket}

func (p project) model(login string) (m model.CIProject, lacks string) {
	forge, oauth := forges[strings.ToLower(p.VCSType)]
	slug := p.Slug
	switch {
	case oauth && p.Username != "" && p.Reponame != "":
		ref, err := model.NewRepoRef(forge, p.Username, p.Reponame)
		if err != nil {
			return m, "a project's name is not one a forge gives"
		}
		m.Wired, m.Integration = ref, model.IntegrationOAuth
		if forge == model.Bitbucket {
			m.Integration = model.IntegrationBitbucket
		}
		if slug == "" {
			slug = string(forge) + "/" + p.Username + "/" + p.Reponame
		}
	case p.VCSType == "circleci":
		m.Integration = model.IntegrationGitHubApp
		if slug == "" {
			slug = strings.Replace(strings.TrimPrefix(p.VCSURL, "//"), "circleci.com/", "circleci/", 1)
		}
	default:
		return m, "a project is of an unknown kind"
	}
	if _, err := slugPath(slug); err != nil {
		return m, "a project has no slug"
	}
	m.Slug, m.Followers, m.UsableKey = model.Outside(slug), []string{login}, model.TriOf(p.Usable)
	m.Last = p.last()
	return m, ""
}

// last is the youngest build of the default branch. Branch names are percent-encoded.
func (p project) last() *model.Build {
	for name, b := range p.Branches {
		plain, err := url.PathUnescape(name)
		if err != nil || plain != p.Branch {
			continue
		}
		for _, list := range [][]build{b.Running, b.Recent} {
			if len(list) > 0 {
				x := list[0]
				status, at := x.Outcome, x.Pushed
				if status == "" {
					status = x.Status
				}
				if at.IsZero() {
					at = x.Added
				}
				return &model.Build{Number: x.Number, Status: model.Outside(status), At: model.UnixOf(at)}
			}
		}
	}
	return nil
}

// Source says where a standalone project's code is: the repository's number at GitHub. A number of another forge would be some other
// repository's there, so it is an error. Source: GET /api/v2/project/{slug} for the id, GET /api/v2/projects/{id}/pipeline-definitions.
func (c *Client) Source(ctx context.Context, slug model.Text) (externalID string, err error) {
	path, err := slugPath(slug.Raw())
	if err != nil {
		return "", err
	}
	a := asked{op: "read project", on: slug.String()}
	var p struct {
		ID string `json:"id"`
	}
	if err := c.get(ctx, a, "/api/v2/project/"+path, &p); err != nil {
		return "", err
	}
	id, err := slugPath(p.ID)
	if err != nil {
		return "", a.bad("it has no id")
	}
	var d struct {
		Items []struct {
			Config struct {
				Provider string `json:"provider"`
				Repo     struct {
					External json.RawMessage `json:"external_id"`
				} `json:"repo"`
			} `json:"config_source"`
		} `json:"items"`
	}
	a.op = "read where the project's code is"
	if err := c.get(ctx, a, "/api/v2/projects/"+id+"/pipeline-definitions", &d); err != nil {
		return "", err
	}
	for _, i := range d.Items {
		if ext := strings.Trim(string(i.Config.Repo.External), `"`); ext != "" && ext != "null" && strings.HasPrefix(i.Config.Provider, "github") {
			return ext, nil
		}
	}
	return "", a.bad("it names no repository of GitHub")
}
