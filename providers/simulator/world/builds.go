package world

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
)

//go:embed builds.tsv
var buildRules string

// Happening is something done at the forge.
type Happening string

// The happenings that builds.tsv knows.
const (
	PushDefault Happening = "push-default"
	PushBranch  Happening = "push-branch"
	PushPR      Happening = "push-pr"
	PROpened    Happening = "pr-opened"
	ForkPR      Happening = "fork-pr"
	TagPushed   Happening = "tag"
)

// Happen lets it happen: every active hook that asks for the event delivers it, and where CircleCI gets a delivery that is signed with the
// secret it knows, a pipeline starts when the rules say so. It reports whether one did.
func (w *World) Happen(r *Repo, what Happening, branch string) (built bool) {
	event := "push"
	if what == PROpened || what == ForkPR {
		event = "pull_request"
	}
	for _, h := range r.Hooks {
		if !h.Active || !asks(h, event) {
			continue
		}
		w.Deliver(r, h, event, false)
		p := w.projectOf(r)
		if p == nil || !strings.Contains(h.URL, "circleci.com") || h.Secret == "" || h.Secret != p.Secret {
			continue // what is not signed with its secret CircleCI ignores
		}
		if w.builds(p, h, what, branch) {
			number := 1
			if last, ok := p.Last(); ok {
				number = last.Number + 1
			}
			p.Pipelines = append([]Pipeline{w.pipeline(p, number, w.Now(), branch, "webhook", "running")}, p.Pipelines...)
			built = true
		}
	}
	return built
}

func asks(h *Hook, event string) bool {
	return slices.Contains(h.Events, event) || slices.Contains(h.Events, "*")
}

func (w *World) projectOf(r *Repo) *CIProject {
	for _, p := range w.projects {
		if p.Repo == r.ID {
			return p
		}
	}
	return nil
}

// builds looks the case up in the table.
func (w *World) builds(p *CIProject, h *Hook, what Happening, branch string) bool {
	yes := map[bool]string{true: "yes", false: "no"}
	exception := slices.ContainsFunc(p.Settings.PROnlyOverrides, func(o string) bool {
		re, err := regexp.Compile(`\A(?:` + o + `)\z`)
		return err == nil && re.MatchString(branch)
	})
	facts := []string{string(what), "", yes[asks(h, "push")], yes[asks(h, "pull_request")], yes[p.Settings.BuildPRsOnly], yes[exception], yes[p.Settings.BuildForkPRs]}
	for line := range strings.Lines(buildRules) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != 9 || strings.HasPrefix(line, "#") {
			continue
		}
		fits := true
		for i, f := range facts {
			fits = fits && (i == 1 || row[i] == "*" || row[i] == f)
		}
		if fits {
			return row[7] == "yes"
		}
	}
	return false
}
