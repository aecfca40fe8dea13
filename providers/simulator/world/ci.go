package world

import (
	"slices"
	"sort"
	"strings"
	"time"
)

// Integration is how a CircleCI project is tied to its repository.
type Integration string

// The integrations.
const (
	ByOAuth Integration = "oauth"      // a webhook and a deploy key on the repository
	ByApp   Integration = "github_app" // neither: events come through the GitHub App
)

// CIProject is a repository's project at CircleCI.
type CIProject struct {
	ID          string // UUID
	Slug        string // gh/acme/web; of a GitHub App project circleci/ORG/PROJECT, both opaque
	Repo        int64  // the repository's number at the forge
	WiredAs     string // owner/name that CircleCI knows; differs after a rename
	Integration Integration
	Followers   []string // logins, sorted
	Settings    CISettings
	Keys        []CIKey
	Secret      string     // of the hook that CircleCI made: nobody else knows it
	Pipelines   []Pipeline // youngest first

	changed bool // since the world was made
}

// CISettings are a project's advanced settings. Source: CircleCI API v2, project settings; defaults of a fresh private project as measured.
type CISettings struct {
	AutocancelBuilds     bool
	BuildForkPRs         bool
	BuildPRsOnly         bool
	DisableSSH           bool
	ForksReceiveSecrets  bool
	OSS                  bool
	SetGitHubStatus      bool
	SetupWorkflows       bool
	WriteSettingsByAdmin bool
	PROnlyOverrides      []string
}

// CIKey is a checkout key: CircleCI holds the private half.
type CIKey struct {
	Type      string // deploy-key, github-user-key
	Pair      Pair
	Preferred bool
	Created   time.Time
	Login     string // whose account a user key opens; empty for deploy keys
}

// Pipeline is a run of a project's workflows, with one workflow.
type Pipeline struct {
	ID       string
	Number   int
	State    string // created, errored
	Created  time.Time
	Trigger  string // webhook, api
	Branch   string
	Tag      string
	Revision string
	Workflow string // the workflow's id
	Status   string // success, failed, running
}

// Last is the youngest pipeline; false: there was none.
func (p *CIProject) Last() (Pipeline, bool) {
	if len(p.Pipelines) == 0 {
		return Pipeline{}, false
	}
	return p.Pipelines[0], true
}

// Follows reports that the person follows the project.
func (p *CIProject) Follows(login string) bool { return slices.Contains(p.Followers, login) }

// Project finds a project by its slug, with gh and github meaning the same, or by its id; nil: there is none.
func (w *World) Project(slug string) *CIProject {
	slug = strings.Replace(fold(slug), "github/", "gh/", 1)
	for _, p := range w.projects {
		if fold(p.Slug) == slug || fold(p.ID) == slug {
			return p
		}
	}
	return nil
}

// Projects are all projects by slug.
func (w *World) Projects() []*CIProject {
	out := slices.Clone(w.projects)
	sort.Slice(out, func(i, j int) bool { return out[i].Slug < out[j].Slug })
	return out
}

// Set changes a project's settings.
func (p *CIProject) Set(s CISettings) { p.Settings, p.changed = s, true }

// CITokens maps a CircleCI token to its person's login.
func (w *World) CITokens() map[string]string { return w.ciTokens }

// opaque is a name that means nothing, as CircleCI gives organisations and projects of its own kind: 22 characters.
func opaque(w *World, label string, n int64) string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var b strings.Builder
	for i := range int64(22) {
		b.WriteByte(letters[w.roll(label, n, i)%uint64(len(letters))])
	}
	return b.String()
}

// populateCI makes the projects of the demo world. What is wrong with each is in the table of the demo world.
func (w *World) populateCI() {
	w.ciTokens = map[string]string{}
	for _, login := range []string{"dana", "sam", "acme-ci"} {
		w.ciTokens["CCIPAT_"+opaque(w, "ci token/"+login, 1)+"_"+opaque(w, "ci token/"+login, 2)] = login
	}
	for _, r := range w.sorted {
		if p := w.project(r); p != nil {
			w.projects = append(w.projects, p)
		}
	}
}

// unbuilt are the repositories that have no project at CircleCI.
var unbuilt = []string{"umbrella/wiki", "dana/dotfiles", "dana/notes", "vic/patches", "acme/old-site"}

func (w *World) project(r *Repo) *CIProject {
	full := r.FullName()
	if slices.Contains(unbuilt, full) {
		return nil
	}
	p := &CIProject{
		ID: w.guid("project", r.ID), Slug: "gh/" + full, WiredAs: full, Repo: r.ID, Integration: ByOAuth, Followers: []string{"dana"},
		Settings: CISettings{ForksReceiveSecrets: r.Private, SetGitHubStatus: true, SetupWorkflows: true, OSS: !r.Private, PROnlyOverrides: []string{r.Branch}},
	}
	for _, k := range r.Keys {
		if k.Title == circleCI {
			p.Keys = append(p.Keys, CIKey{Type: "deploy-key", Pair: k.Pair, Preferred: true, Created: k.Created})
		}
	}
	for _, h := range r.Hooks {
		if h.ByApp == circleCI {
			p.Secret = h.Secret
		}
	}
	w.special(r, p)
	w.built(r, p)
	return p
}

// special is what makes a project different from the ordinary one.
func (w *World) special(r *Repo, p *CIProject) {
	switch r.FullName() {
	case "acme/legacy": // CircleCI still holds a key that the repository no longer has
		p.Keys = []CIKey{{Type: "deploy-key", Pair: Pair{Label: "deploy/acme/legacy/gone"}, Preferred: true, Created: r.Created.Add(day)}}
	case "acme/site": // dana's own key, which opens everything dana can open
		p.Keys = []CIKey{{Type: "github-user-key", Pair: Pair{Label: "user/dana/1"}, Preferred: true, Created: w.ago(310 * day), Login: "dana"}}
		p.Settings.BuildForkPRs, p.Settings.ForksReceiveSecrets = true, true
	case "acme/mobile":
		p.Integration, p.Keys = ByApp, nil
		p.Slug = "circleci/" + opaque(w, "ci org", r.ID) + "/" + opaque(w, "ci project", r.ID)
	case "acme/billing":
		p.WiredAs, p.Slug = "acme/payments", "gh/acme/payments"
	case "sam/ci-scripts":
		p.Followers = []string{"sam"}
	case "acme/shop", "acme/lib":
		p.Followers = []string{"dana", "sam"}
	}
}

// built is what was built before the world was made: a pipeline for the last push, unless the wiring kept CircleCI from hearing of it.
func (w *World) built(r *Repo, p *CIProject) {
	at, status := r.Pushed.Add(20*time.Second), "success"
	switch r.FullName() {
	case "acme/web":
		at = w.ago(9 * day)
	case "acme/docs", "acme/gate":
		status = "failed"
	case "umbrella/core", "umbrella/edge":
		at = w.ago(30 * time.Hour)
	case "acme/empty":
		return
	}
	p.Pipelines = []Pipeline{w.pipeline(p, 1+int(w.roll("pipelines", r.ID)%400), at, r.Branch, "webhook", status)} //nolint:gosec // a small number
}

func (w *World) pipeline(p *CIProject, number int, at time.Time, branch, trigger, status string) Pipeline {
	n := int64(number)
	sum := strings.ReplaceAll(w.guid("revision", p.Repo, n), "-", "")
	return Pipeline{
		ID: w.guid("pipeline", p.Repo, n), Number: number, State: "created", Created: at, Trigger: trigger, Branch: branch, Revision: sum + sum[:8],
		Workflow: w.guid("workflow", p.Repo, n), Status: status,
	}
}

// CIUserID is CircleCI's own id of a person.
func (w *World) CIUserID(login string) string { return w.guid("ci user/"+login, 0) }

// CIOrgID is CircleCI's own id of an organisation.
func (w *World) CIOrgID(login string) string { return w.guid("ci org/"+login, 0) }
