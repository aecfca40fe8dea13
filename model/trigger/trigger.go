// Package trigger says what builds and what does not, and by which rule: webhook events × the hook's state × CircleCI's project settings. It is
// pure: readings in, verdicts out. What the answer needs and was not read is named, never guessed.
package trigger

import (
	"regexp"

	"gatehouse/model"
)

// Case is something that happens at the forge.
type Case string

// The cases, in the order in which people ask.
const (
	PushDefault Case = "push to the default branch"
	PushBranch  Case = "push to another branch"
	PushWithPR  Case = "push to a branch with an open pull request"
	PullRequest Case = "pull request opened"
	ForkPR      Case = "pull request from a fork"
	Tag         Case = "tag pushed"
	Information Case = "pull request information"
)

// Cases are all of them.
var Cases = []Case{PushDefault, PushBranch, PushWithPR, PullRequest, ForkPR, Tag, Information}

// Wiring is what the answer is made from.
type Wiring struct {
	Integration model.Integration
	Hook        *model.Hook // CircleCI's; nil: there is none
	Settings    model.Reading[model.CISettings]
	Branch      string // the other branch that is asked about: overrides may name it; empty: some branch that no override names
}

// Verdict is whether a case builds. Yes: a pipeline starts; what runs in it is the config's to say.
type Verdict struct {
	Case  Case      `json:"case"`
	Built model.Tri `json:"built"`
	Short string    `json:"short"`           // in two or three words, for where there is little room
	Why   string    `json:"why"`             // the rule, in a clause
	Needs string    `json:"needs,omitempty"` // what would have to be read to know; only when Built is not known
}

// Matrix answers every case. Sources: CircleCI "Triggers overview", "Build open source projects", its old pages on GitHub integration.
func Matrix(w Wiring) []Verdict {
	out := make([]Verdict, len(Cases))
	for i, c := range Cases {
		out[i] = judge(w, c)
		out[i].Case = c
	}
	return out
}

func no(short, why string) Verdict { return Verdict{Built: model.No, Short: short, Why: why} }

func yes(short, why string) Verdict { return Verdict{Built: model.Yes, Short: short, Why: why} }

func unknown(why, needs string) Verdict { return Verdict{Short: "not known", Why: why, Needs: needs} }

func judge(w Wiring, c Case) Verdict {
	switch {
	case w.Integration == model.IntegrationGitHubApp:
		return unknown("the GitHub App delivers it, and the project's triggers decide", "the project's triggers")
	case w.Hook == nil:
		return no("not built: no hook", "CircleCI has no hook here, so it hears of nothing")
	case !w.Hook.Active:
		return no("not built: switched off", "the hook is switched off, so nothing is sent")
	}
	switch c {
	case ForkPR:
		return fork(w)
	case Information:
		if !w.Hook.Sends("pull_request") {
			return no("needs pull_request", "the hook does not send pull_request")
		}
		return yes("CircleCI learns of it", "pull_request tells CircleCI which branches have one")
	case PushDefault, PushBranch, PushWithPR, PullRequest, Tag:
	}
	if !w.Hook.Sends("push") {
		return no("not built: needs push", "the hook does not send push, and nothing is built without it")
	}
	switch c {
	case PushDefault:
		return yes("built", "every push to the default branch is built")
	case Tag:
		return yes("built, as config says", "every tag starts a pipeline; which jobs run is for the config's tag filters to say")
	case PullRequest, PushBranch, PushWithPR, ForkPR, Information:
	}
	return branch(w, c)
}

// branch judges what depends on whether only pull requests are built.
func branch(w Wiring, c Case) Verdict {
	s, ok := w.Settings.All()
	switch {
	case !ok:
		return unknown("only pull requests may be built here", "CircleCI's project settings")
	case !s.BuildPRsOnly && c == PullRequest:
		return no("built by its pushes", "its pushes were built already; opening it starts nothing more")
	case !s.BuildPRsOnly:
		return yes("built", "every push is built")
	case c != PullRequest && overridden(s.PROnlyOverrides, w.Branch):
		return yes("built: an exception", "only pull requests are built, but this branch is an exception")
	case c == PushBranch:
		return no("not built: no PR", "only pull requests are built, and this branch has none")
	case !w.Hook.Sends("pull_request"):
		return no("needs pull_request", "only pull requests are built, and without the pull_request event CircleCI knows of none")
	}
	return yes("built: a PR", "only pull requests are built, and this is one")
}

// overridden reports that a branch is an exception: the list holds regular expressions that must match the whole name.
func overridden(overrides []string, branch string) bool {
	for _, o := range overrides {
		if re, err := regexp.Compile("^(?:" + o + ")$"); branch != "" && err == nil && re.MatchString(branch) {
			return true
		}
	}
	return false
}

func fork(w Wiring) Verdict {
	s, ok := w.Settings.All()
	switch {
	case !w.Hook.Sends("pull_request"):
		return no("needs pull_request", "the hook does not send pull_request, which is how a fork's changes are heard of")
	case !ok:
		return unknown("forks are built only where the project says so", "CircleCI's project settings")
	case !s.BuildForkPRs:
		return no("not built: forks are off", "pull requests from forks are off in the project's settings")
	}
	return yes("built: forks are on", "pull requests from forks are on in the project's settings")
}
