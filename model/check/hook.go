package check

import (
	"fmt"

	"gatehouse/model"
)

const (
	refHooks    = "https://docs.github.com/webhooks/using-webhooks/creating-webhooks"
	refTriggers = "https://circleci.com/docs/triggers-overview/"
)

func hookChecks() []Check {
	needs := []Fact{FactHooks}
	return []Check{
		{
			ID: "hook.present", Severity: High, Needs: []Fact{FactHooks, FactCI}, Reference: refTriggers,
			Title: "CircleCI has no webhook here",
			Why:   "Without its webhook CircleCI hears of no push and builds nothing. Projects of the CircleCI GitHub App need none.",
			Do:    "Follow the project in CircleCI again: only CircleCI can create its hook, because only it knows the secret.",
			Run:   hookPresent,
		},
		{
			ID: "hook.active", Severity: High, Needs: needs, Reference: refHooks,
			Title: "CircleCI's hook is switched off",
			Why:   "The forge delivers nothing to an inactive hook, so nothing is built.",
			Do:    "Set the hook active again.",
			Run:   eachCircleHook(hookActive),
		},
		{
			ID: "hook.push", Severity: High, Needs: needs, Reference: refTriggers,
			Title: "CircleCI's hook does not send push",
			Why:   "CircleCI builds on push events only; pull_request alone starts nothing for branches of this repository.",
			Do:    "Add the push event to the hook.",
			Run:   eachCircleHook(hookPush),
		},
		{
			ID: "hook.delivered", Severity: High, Needs: needs, Reference: refHooks,
			Title: "CircleCI refused the last delivery",
			Why:   "A delivery that was not answered with success started no build, and GitHub never sends it again by itself.",
			Do:    "Open the delivery log, read CircleCI's answer, and redeliver once the cause is mended.",
			Run:   eachCircleHook(hookDelivered),
		},
		{
			ID: "hook.secret", Severity: High, Needs: needs, Reference: refHooks,
			Title: "CircleCI's hook has lost its secret",
			Why:   "Without the secret deliveries are unsigned: anyone could claim to be the forge, and CircleCI may ignore them.",
			Do:    "Recreate the trigger in CircleCI: only CircleCI knows the secret.",
			Run:   eachCircleHook(hookSecret),
		},
		{
			ID: "hook.tls", Severity: Medium, Needs: needs, Reference: refHooks,
			Title: "a hook does not verify the receiver's certificate",
			Why:   "Deliveries carry code and names of people; without verification anyone on the way can read and answer them.",
			Do:    "Switch certificate verification on for the hook.",
			Run:   hookTLS,
		},
		{
			ID: "hook.retired", Severity: Medium, Needs: needs, Reference: refHooks,
			Title: "a hook calls a CI service that no longer runs",
			Why:   "Whoever gets hold of the retired service's name receives every event of this repository.",
			Do:    "Remove the hook.",
			Run:   hookRetired,
		},
	}
}

// hooksOf gives the complete list of hooks, or the result that says why there is no judging.
func hooksOf(s *model.Snapshot, on model.RepoRef) ([]model.Hook, *Result) {
	r := s.Repo(on).Hooks
	if hooks, ok := r.All(); ok {
		return hooks, nil
	}
	return nil, &Result{Why: r.Why}
}

func hookPresent(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	hooks, no := hooksOf(s, on)
	if no != nil {
		return *no
	}
	for _, h := range hooks {
		if h.Whose() == model.HookOfCircleCI {
			return Result{Verdict: Holds, Evidence: []Evidence{{subject(h), "calls CircleCI"}}}
		}
	}
	p, no := projectOf(s, on)
	switch {
	case no == nil && p.Integration == model.IntegrationGitHubApp:
		return Result{Verdict: Holds, Evidence: []Evidence{{project(p), "hears of pushes by the GitHub App"}}}
	case no == nil && !s.Repo(on).Archived:
		return Result{Verdict: Broken, Short: "none", Evidence: []Evidence{{project(p), "is followed, and the repository has no CircleCI hook"}}}
	}
	// Whether a hook is needed depends on the CircleCI project: a GitHub App project rightly has none.
	return Result{Short: "none", Why: &model.Cause{
		Kind: model.CauseIncomplete, Op: "tell whether " + on.String() + " needs a hook",
		Hint: "no CircleCI hook here; whether one is needed depends on the CircleCI project, which is not read, or which none of your accounts follows",
	}}
}

// eachCircleHook judges every hook of CircleCI; without one the question makes no sense.
func eachCircleHook(judge func(model.Hook, model.RepoRef) Result) func(*model.Snapshot, model.RepoRef, model.Unix) Result {
	return func(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
		hooks, no := hooksOf(s, on)
		if no != nil {
			return *no
		}
		return fold(hooks, func(h model.Hook) Result {
			if h.Whose() != model.HookOfCircleCI {
				return Result{}
			}
			return judge(h, on)
		})
	}
}

// fold joins the results of several hooks: one broken hook breaks the check, with the evidence of all broken ones.
func fold(hooks []model.Hook, judge func(model.Hook) Result) Result {
	var all Result
	for _, h := range hooks {
		switch r := judge(h); {
		case r.Verdict == NotAssessed:
		case r.Verdict == Broken && all.Verdict == Broken:
			all.Evidence = append(all.Evidence, r.Evidence...)
			all.Fix = append(all.Fix, r.Fix...)
		case r.Verdict > all.Verdict:
			all = r
		}
	}
	return all
}

func hookActive(h model.Hook, on model.RepoRef) Result {
	if h.Active {
		return Result{Verdict: Holds}
	}
	return Result{
		Verdict: Broken, Short: "inactive", Evidence: []Evidence{{subject(h), "is switched off"}},
		Fix: []model.Op{model.EditHook{Target: model.Target{Repo: on}, Hook: h.ID, Active: model.Yes}},
	}
}

func hookPush(h model.Hook, on model.RepoRef) Result {
	if h.Sends("push") {
		return Result{Verdict: Holds}
	}
	return Result{
		Verdict: Broken, Short: "no push", Evidence: []Evidence{{subject(h), "sends " + events(h)}},
		Fix: []model.Op{model.EditHook{Target: model.Target{Repo: on}, Hook: h.ID, Add: []string{"push"}}},
	}
}

func hookDelivered(h model.Hook, _ model.RepoRef) Result {
	switch {
	case h.Last == nil || h.Last.Code == 0:
		return Result{} // nothing was delivered that the forge remembers
	case h.Last.Code < 400:
		return Result{Verdict: Holds}
	}
	return Result{
		Verdict: Broken, Short: fmt.Sprintf("answered %d", h.Last.Code),
		Evidence: []Evidence{{subject(h), fmt.Sprintf("the last delivery was answered %d %s", h.Last.Code, h.Last.Message)}},
	}
}

func hookSecret(h model.Hook, _ model.RepoRef) Result {
	switch h.SecretSet {
	case model.Yes:
		return Result{Verdict: Holds}
	case model.No:
		return Result{Verdict: Broken, Short: "unsigned", Evidence: []Evidence{{subject(h), "has no secret"}}}
	default:
		return Result{}
	}
}

func hookTLS(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	hooks, no := hooksOf(s, on)
	if no != nil {
		return *no
	}
	return fold(hooks, func(h model.Hook) Result {
		switch h.TLSVerified {
		case model.Yes:
			return Result{Verdict: Holds}
		case model.No:
			return Result{Verdict: Broken, Short: "no TLS check", Evidence: []Evidence{{subject(h), "calls " + model.RedactURL(h.URL).String() + " without verifying its certificate"}}}
		default:
			return Result{}
		}
	})
}

func hookRetired(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	hooks, no := hooksOf(s, on)
	if no != nil {
		return *no
	}
	return fold(hooks, func(h model.Hook) Result {
		if h.Whose() != model.HookOfRetiredCI {
			return Result{Verdict: Holds}
		}
		return Result{Verdict: Broken, Short: "retired CI", Evidence: []Evidence{{subject(h), "calls " + model.RedactURL(h.URL).String()}}}
	})
}

func subject(h model.Hook) string { return "hook " + h.ID }

func events(h model.Hook) string {
	switch len(h.Events) {
	case 0:
		return "no events"
	case 1:
		return h.Events[0].String() + " only"
	}
	s := ""
	for i, e := range h.Events {
		if i > 0 {
			s += ", "
		}
		s += e.String()
	}
	return s
}
