package circled

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/model/sshkey"
	"gatehouse/providers/simulator/world"
)

type object = map[string]any

func (c *call) me() answer {
	u := c.world.User(c.login)
	return ok(object{"id": c.userID(), "login": u.Login, "name": u.Name, "avatar_url": nil})
}

func (c *call) userID() string { return c.world.CIUserID(c.login) }

// meOld is v1.1's, which tells more. Source: published clients' types.
func (c *call) meOld() answer {
	u := c.world.User(c.login)
	n := 0
	for _, p := range c.world.Projects() {
		if p.Follows(c.login) {
			n++
		}
	}
	return ok(object{
		"login": u.Login, "name": u.Name, "selected_email": u.Email, "all_emails": []string{u.Email}, "analytics_id": c.userID(),
		"github_oauth_scopes": []string{"user:email", "repo"}, "bitbucket_authorized": false, "num_projects_followed": n,
		"identities": object{"github": object{"login": u.Login, "external_id": u.ID, "authorized?": true, "type": "github", "domain": "github.com"}},
	})
}

// collaborations are bare, not paged; an organisation that CircleCI has never seen has no id.
func (c *call) collaborations() answer {
	out := []object{}
	for _, o := range c.world.OrgsOf(c.login) {
		var id any = c.world.CIOrgID(o.Login)
		if o.Login == "locked" {
			id = nil
		}
		out = append(out, object{"id": id, c.spelled("vcs_type"): "github", "name": o.Login, "slug": "gh/" + o.Login, "avatar_url": ""})
	}
	return ok(out)
}

// followed is every project that the token's person follows: a bare array, not paged. Source: CircleCI API v1.1 "All followed projects".
func (c *call) followed() answer {
	out := []object{}
	for _, p := range c.world.Projects() {
		if !p.Follows(c.login) {
			continue
		}
		r := c.world.RepoByID(p.Repo)
		owner, name, _ := strings.Cut(p.WiredAs, "/")
		x := object{
			"vcs_url": "https://github.com/" + p.WiredAs, "vcs_type": "github", "username": owner, "reponame": name, "followed": true, "default_branch": r.Branch,
			"has_usable_key": p.Integration == world.ByOAuth, "oss": p.Settings.OSS, "language": r.Language, "branches": branches(p), "ssh_keys": []object{},
			"scopes": []string{"write-settings", "view-builds", "trigger-builds"},
		}
		if p.Integration == world.ByApp {
			x["vcs_type"], x["vcs_url"] = "circleci", "//"+strings.Replace(p.Slug, "circleci/", "circleci.com/", 1)
			x["username"], x["reponame"], x["slug"] = owner, name, p.Slug
		}
		out = append(out, x)
	}
	return ok(out)
}

func branches(p *world.CIProject) object {
	out := object{}
	for i := len(p.Pipelines) - 1; i >= 0; i-- {
		l := p.Pipelines[i]
		if l.Branch == "" {
			continue
		}
		out[strings.ReplaceAll(l.Branch, "/", "%2F")] = object{
			"recent_builds":  []object{{"outcome": l.Status, "status": l.Status, "build_num": l.Number, "vcs_revision": l.Revision, "pushed_at": l.Created, "added_at": l.Created}},
			"running_builds": []object{},
		}
	}
	return out
}

// find is the project that the address names, as far as the person may see it: whoever may read the repository.
func (c *call) find() *world.CIProject {
	slug := c.r.PathValue("a")
	if b := c.r.PathValue("b"); b != "" {
		slug += "/" + b + "/" + c.r.PathValue("c")
	}
	p := c.world.Project(slug)
	if p == nil {
		return nil
	}
	if r := c.world.RepoByID(p.Repo); r == nil || c.world.Role(c.login, r) == world.None {
		return nil
	}
	return p
}

func (c *call) onProject(show func(*world.CIProject) answer) answer {
	p := c.find()
	if p == nil {
		return refuse(http.StatusNotFound, "Project not found")
	}
	return show(p)
}

func (c *call) project() answer {
	return c.onProject(func(p *world.CIProject) answer {
		owner, name, _ := strings.Cut(p.WiredAs, "/")
		r := c.world.RepoByID(p.Repo)
		vcs := object{"vcs_url": "https://github.com/" + p.WiredAs, "provider": "GitHub", "default_branch": r.Branch}
		org := "gh/" + owner
		if p.Integration == world.ByApp {
			vcs["vcs_url"], vcs["provider"] = "//circleci.com/"+c.world.CIOrgID(owner)+"/"+p.ID, "CircleCI"
			org = p.Slug[:strings.LastIndexByte(p.Slug, '/')]
		}
		return ok(object{
			"slug": p.Slug, "name": name, "id": p.ID, "organization_name": owner, "organization_slug": org, "organization_id": c.world.CIOrgID(owner), "vcs_info": vcs,
		})
	})
}

func (c *call) settings() answer {
	return c.onProject(func(p *world.CIProject) answer { return ok(object{"advanced": advanced(p.Settings)}) })
}

// editSettings changes what is sent and nothing else. Source: measured by CircleCI's own tools' authors: oss cannot be set, an empty object is
// refused, an empty list of exceptions is taken and changes nothing.
func (c *call) editSettings() answer {
	var in struct {
		Advanced map[string]json.RawMessage `json:"advanced"`
	}
	b, err := io.ReadAll(c.r.Body)
	if err != nil || json.Unmarshal(b, &in) != nil {
		return refuse(http.StatusBadRequest, "Invalid JSON.")
	}
	if in.Advanced == nil {
		return refuse(http.StatusBadRequest, "No JSON fields found.")
	}
	return c.onProject(func(p *world.CIProject) answer {
		s := p.Settings
		for name, raw := range in.Advanced {
			field := map[string]*bool{
				"autocancel_builds": &s.AutocancelBuilds, "build_fork_prs": &s.BuildForkPRs, "build_prs_only": &s.BuildPRsOnly, "disable_ssh": &s.DisableSSH,
				"forks_receive_secret_env_vars": &s.ForksReceiveSecrets, "set_github_status": &s.SetGitHubStatus, "setup_workflows": &s.SetupWorkflows,
				"write_settings_requires_admin": &s.WriteSettingsByAdmin,
			}[name]
			var names []string
			switch {
			case name == "pr_only_branch_overrides" && json.Unmarshal(raw, &names) == nil:
				if len(names) > 0 {
					s.PROnlyOverrides = names
				}
			case field == nil || json.Unmarshal(raw, field) != nil:
				return refuse(http.StatusBadRequest, "Unexpected field 'advanced."+name+"'.")
			}
		}
		p.Set(s)
		return ok(object{"advanced": advanced(s)})
	})
}

func advanced(s world.CISettings) object {
	return object{
		"autocancel_builds": s.AutocancelBuilds, "build_fork_prs": s.BuildForkPRs, "build_prs_only": s.BuildPRsOnly, "disable_ssh": s.DisableSSH,
		"forks_receive_secret_env_vars": s.ForksReceiveSecrets, "oss": s.OSS, "set_github_status": s.SetGitHubStatus, "setup_workflows": s.SetupWorkflows,
		"write_settings_requires_admin": s.WriteSettingsByAdmin, "pr_only_branch_overrides": s.PROnlyOverrides,
	}
}

// checkoutKeys spells two of its fields in either way. Source: measured by CircleCI's own tools' authors; see docs/assumptions.md.
func (c *call) checkoutKeys() answer {
	return c.onProject(func(p *world.CIProject) answer {
		if p.Integration == world.ByApp {
			return refuse(http.StatusBadRequest, "This API is not supported for this project.")
		}
		out := []object{}
		for _, k := range p.Keys {
			line := c.world.Public(k.Pair)
			fp := ""
			if key, err := sshkey.Parse(line); err == nil {
				if fp = key.MD5; c.r.URL.Query().Get("digest") == "sha256" {
					fp = strings.TrimPrefix(key.SHA256, "SHA256:")
				}
			}
			out = append(out, object{c.spelled("public_key"): line + "\n", "type": k.Type, "fingerprint": fp, "preferred": k.Preferred, c.spelled("created_at"): k.Created})
		}
		return ok(object{"items": out, "next_page_token": nil})
	})
}

const pageSize = 20

func (c *call) pipelines() answer {
	return c.onProject(func(p *world.CIProject) answer {
		from := 0
		token := c.r.URL.Query().Get("page-token")
		for i, x := range p.Pipelines {
			if x.ID == token {
				from = i
			}
		}
		to := min(from+pageSize, len(p.Pipelines))
		var next any
		if to < len(p.Pipelines) {
			next = p.Pipelines[to].ID
		}
		out := []object{}
		for _, x := range p.Pipelines[from:to] {
			vcs := object{"provider_name": "GitHub", "target_repository_url": "https://github.com/" + p.WiredAs, "origin_repository_url": "https://github.com/" + p.WiredAs, "revision": x.Revision}
			if x.Tag != "" {
				vcs["tag"] = x.Tag
			} else {
				vcs["branch"] = x.Branch
			}
			out = append(out, object{
				"id": x.ID, "project_slug": p.Slug, "number": x.Number, "state": x.State, "created_at": x.Created, "updated_at": x.Created.Add(time.Second), "errors": []object{},
				"trigger": object{"type": x.Trigger, "received_at": x.Created, "actor": object{"login": "dana", "avatar_url": nil}}, "vcs": vcs,
			})
		}
		return ok(object{"items": out, "next_page_token": next})
	})
}

func (c *call) workflows() answer {
	id := c.r.PathValue("id")
	for _, p := range c.world.Projects() {
		for _, x := range p.Pipelines {
			if x.ID == id {
				return ok(object{"next_page_token": nil, "items": []object{{
					"id": x.Workflow, "name": "build", "pipeline_id": x.ID, "pipeline_number": x.Number, "project_slug": p.Slug, "status": x.Status, "started_by": c.userID(),
					"created_at": x.Created, "stopped_at": x.Created.Add(3 * time.Minute),
				}}})
			}
		}
	}
	return refuse(http.StatusNotFound, "Pipeline not found")
}

// definitions say where a project's code is, by the forge's own number. Source: CircleCI's SDK.
func (c *call) definitions() answer {
	return c.onProject(func(p *world.CIProject) answer {
		r := c.world.RepoByID(p.Repo)
		provider := "github_oauth"
		if p.Integration == world.ByApp {
			provider = "github_app"
		}
		repo := object{"full_name": r.FullName(), "external_id": strconv.FormatInt(r.ID, 10)}
		return ok(object{"items": []object{{
			"id": p.ID, "name": "build", "description": "", "created_at": r.Created,
			"config_source":   object{"provider": provider, "repo": repo, "file_path": ".circleci/config.yml"},
			"checkout_source": object{"provider": provider, "repo": repo},
		}}})
	})
}
