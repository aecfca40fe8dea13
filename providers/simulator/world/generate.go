package world

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Generated repositories are alike in everything that decides who sees them: private, in one organisation, with the same team. So
// one of them answers for all when a list is made, and no list has to look at each.
const (
	generatedOwner  = "acme"
	generatedPrefix = "gen-"
	generatedTeam   = "platform"
)

var (
	firstWords = []string{"billing", "search", "ledger", "mail", "audit", "token", "image", "report", "queue", "edge", "catalog", "geo", "notify", "quota", "risk", "sync"}
	lastWords  = []string{"api", "worker", "ui", "lib", "batch", "proxy", "schema", "tools", "agent", "gateway", "jobs", "docs"}
)

func (w *World) generatedName(i int) string {
	x := w.roll("name", int64(i))
	return fmt.Sprintf("%s%06d-%s-%s", generatedPrefix, i, firstWords[x%uint64(len(firstWords))], lastWords[(x>>16)%uint64(len(lastWords))])
}

// generatedIndex reads the number out of a folded full name; false: no generated repository has this name now.
func (w *World) generatedIndex(full string) (int, bool) {
	rest, ok := strings.CutPrefix(full, generatedOwner+"/"+generatedPrefix)
	if !ok || len(rest) < 6 {
		return 0, false
	}
	i, err := strconv.Atoi(rest[:6])
	if err != nil || i >= w.generated || w.kept(i) {
		return 0, false
	}
	return i, full == generatedOwner+"/"+w.generatedName(i)
}

func (w *World) kept(i int) bool {
	_, ok := w.repos[firstGenerated+int64(i)]
	return ok
}

// sketch computes what lists sort the i-th generated repository by.
func (w *World) sketch(i int) *Repo {
	pushed := w.ago(time.Hour + time.Duration(i)*time.Minute)
	return &Repo{
		ID: firstGenerated + int64(i), Owner: generatedOwner, Name: w.generatedName(i), Private: true, fresh: true,
		Created: w.ago(900*day + time.Duration(i)*time.Minute), Pushed: pushed, Updated: pushed,
	}
}

// generate computes the i-th generated repository, the same each time.
func (w *World) generate(i int) *Repo {
	x := w.roll("repo", int64(i))
	r := w.sketch(i)
	r.About, r.Branch, r.Archived = "Generated repository "+strconv.Itoa(i), "main", x%40 == 0
	r.Language = [...]string{"Go", "TypeScript", "Python", "Java"}[(x>>8)%4]
	r.Teams = []TeamRole{{generatedTeam, Write}}
	if (x>>16)%10 == 0 {
		r.Direct = append(r.Direct, Direct{"vic", Write})
	}
	w.generateHook(r, int((x>>24)%100))
	w.generateKeys(r, int((x>>32)%100))
	return r
}

// generateHook gives three of four repositories a hook in order; the others show each way in which one breaks.
func (w *World) generateHook(r *Repo, percent int) {
	h := w.circleHook(r.ID*100 + 1)
	h.Created, h.Updated = r.Created, r.Created
	switch {
	case percent < 8: // none
		return
	case percent < 12:
		h.Events = []string{"pull_request"}
	case percent < 15:
		h.Active = false
	case percent < 18:
		h.Secret = ""
	case percent < 21:
		h.Insecure = true
	case percent < 25:
		h.Fails = []int{400, 400}
	}
	r.Hooks = append(r.Hooks, h)
}

func (w *World) generateKeys(r *Repo, percent int) {
	key := func(n int64, title string, readOnly bool) *DeployKey {
		return &DeployKey{
			ID: r.ID*100 + 50 + n, Title: title, Pair: Pair{Label: fmt.Sprintf("deploy/%d/%d", r.ID, n)}, ReadOnly: readOnly,
			AddedBy: "dana", Created: r.Created, LastUsed: r.Pushed,
		}
	}
	if percent < 5 {
		return
	}
	r.Keys = append(r.Keys, key(0, "CircleCI", true))
	if percent > 90 {
		r.Keys = append(r.Keys, key(1, "release", false))
	}
}
