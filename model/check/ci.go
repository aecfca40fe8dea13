package check

import (
	"fmt"

	"gatehouse/model"
)

const (
	refCheckout = "https://circleci.com/docs/guides/integration/github-integration/"
	refUserKeys = "https://circleci.com/docs/guides/permissions-authentication/rotate-project-ssh-keys/"
)

func ciChecks() []Check {
	return []Check{
		{
			ID: "key.gone", Severity: High, Needs: []Fact{FactCI, FactCheckoutKeys, FactDeployKeys}, Reference: refCheckout,
			Title: "CircleCI's checkout key is not on the repository",
			Why:   "CircleCI holds the private half of a key whose public half the forge no longer has: every checkout fails with \"Permission denied (publickey)\".",
			Do:    "Create a new checkout key in CircleCI's project settings; the forge drops keys that nobody used for a year, and keys whose maker's grant was revoked.",
			Run:   keyGone,
		},
		{
			ID: "key.personal", Severity: Medium, Needs: []Fact{FactCI, FactCheckoutKeys}, Reference: refUserKeys,
			Title: "checkout uses a person's own key",
			Why:   "A user key opens everything its person can open, so every job here can reach all of it; and it ends when the person leaves.",
			Do:    "Use the deploy key, or a machine user's key that reaches only what the job needs.",
			Run:   keyPersonal,
		},
		{
			ID: "ci.renamed", Severity: Low, Needs: []Fact{FactCI}, Reference: refTriggers,
			Title: "CircleCI knows the repository by an old name",
			Why:   "The forge redirects the old name only until somebody takes it for a new repository.",
			Do:    "Follow the project in CircleCI under its present name.",
			Run:   ciRenamed,
		},
		{
			ID: "ci.archived", Severity: Low, Needs: []Fact{FactCI}, Reference: refTriggers,
			Title: "an archived repository is still followed in CircleCI",
			Why:   "Its key and its hook stay valid although nothing is built any more.",
			Do:    "Unfollow the project, and remove its hook and key when nobody else follows it.",
			Run:   ciArchived,
		},
	}
}

// projectOf is the CircleCI project of a repository, or the result that says why there is no judging.
func projectOf(s *model.Snapshot, on model.RepoRef) (*model.CIProject, *Result) {
	r := s.Repo(on)
	p, ok := r.CI.All()
	switch {
	case !ok:
		return nil, &Result{Why: r.CI.Why}
	case p == nil:
		return nil, &Result{}
	}
	return p, nil
}

func project(p *model.CIProject) string { return "project " + p.Slug.String() }

// preferred is the key that CircleCI checks out with; false: not known.
func preferred(r *model.Repo) (model.CheckoutKey, bool) {
	keys, ok := r.CheckoutKeys.All()
	if !ok {
		return model.CheckoutKey{}, false
	}
	for _, k := range keys {
		if k.Preferred {
			return k, true
		}
	}
	return model.CheckoutKey{}, false
}

// onForge finds the deploy key that is the same key, by fingerprint and never by title. known is false when not all deploy keys were read.
func onForge(r *model.Repo, k model.CheckoutKey) (key model.DeployKey, found, known bool) {
	_, ok := r.DeployKeys.All()
	for _, d := range r.DeployKeys.Value {
		if d.SHA256 == k.SHA256 && k.SHA256 != "" {
			return d, true, true
		}
	}
	return model.DeployKey{}, false, ok
}

func keyGone(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	p, no := projectOf(s, on)
	if no != nil {
		return *no
	}
	r := s.Repo(on)
	k, ok := preferred(r)
	if !ok || k.UserKey() || p.Integration == model.IntegrationGitHubApp {
		return Result{Why: r.CheckoutKeys.Why}
	}
	_, found, known := onForge(r, k)
	switch {
	case found:
		return Result{Verdict: Holds}
	case !known:
		return Result{Why: r.DeployKeys.Why}
	}
	return Result{Verdict: Broken, Short: "in CI, not on " + on.Forge.Title(), Evidence: []Evidence{{"checkout key " + k.SHA256, "is in CI, not on " + on.Forge.Title()}}}
}

func keyPersonal(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	if _, no := projectOf(s, on); no != nil {
		return *no
	}
	r := s.Repo(on)
	k, ok := preferred(r)
	switch {
	case !ok:
		return Result{Why: r.CheckoutKeys.Why}
	case k.UserKey():
		return Result{Verdict: Broken, Short: "user key", Evidence: []Evidence{{"checkout key " + k.SHA256, "is a " + k.Type.String()}}}
	}
	return Result{Verdict: Holds}
}

func ciRenamed(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	p, no := projectOf(s, on)
	switch {
	case no != nil:
		return *no
	case p.Wired.IsZero():
		return Result{}
	case p.Wired != on:
		return Result{Verdict: Broken, Short: "old name", Evidence: []Evidence{{project(p), "is wired as " + p.Wired.String()}}}
	}
	return Result{Verdict: Holds}
}

func ciArchived(s *model.Snapshot, on model.RepoRef, _ model.Unix) Result {
	p, no := projectOf(s, on)
	switch {
	case no != nil:
		return *no
	case s.Repo(on).Archived:
		return Result{Verdict: Broken, Short: "archived, followed", Evidence: []Evidence{{project(p), "is followed, and the repository is archived"}}}
	}
	return Result{Verdict: Holds}
}

// ciCell is whether and how CircleCI knows the repository.
func ciCell(r *model.Repo) Cell {
	p, no := followed(r, "not followed")
	switch {
	case p == nil:
		return no
	case p.Integration == model.IntegrationGitHubApp:
		return cell(MarkGood, "GitHub App")
	case p.Wired != r.Ref:
		return cell(MarkWarn, "old name")
	}
	return cell(MarkGood, "followed")
}

// followed is the repository's project; nil: the cell says why there is none, in the words given where none of my accounts follows one.
func followed(r *model.Repo, none string) (*model.CIProject, Cell) {
	p, ok := r.CI.All()
	switch {
	case r.CI.State == model.NotApplicable:
		return nil, cell(MarkAbsent, "not configured")
	case !ok:
		return nil, Unseen(r.CI.State, r.CI.Why)
	}
	return p, cell(MarkNone, none)
}

// checkoutCell is what CircleCI checks the repository out with.
func checkoutCell(r *model.Repo) Cell {
	p, no := followed(r, "none")
	switch {
	case p == nil:
		return no
	case p.Integration == model.IntegrationGitHubApp:
		return cell(MarkNone, "by App")
	}
	keys, ok := r.CheckoutKeys.All()
	if !ok {
		return Unseen(r.CheckoutKeys.State, r.CheckoutKeys.Why)
	}
	k, ok := preferred(r)
	switch {
	case !ok && len(keys) == 0:
		return cell(MarkNone, "none")
	case !ok:
		return cell(MarkFailed, fmt.Sprintf("%d, none preferred", len(keys)))
	case k.UserKey():
		return cell(MarkWarn, "user key")
	}
	d, found, known := onForge(r, k)
	switch {
	case found && d.ReadOnly:
		return cell(MarkGood, "deploy, read")
	case found:
		return cell(MarkWarn, "deploy, write")
	case known:
		return cell(MarkBad, "not on "+r.Ref.Forge.Title())
	}
	return cell(MarkGood, "deploy")
}

// build is the mark of the last build; MarkWaiting: nothing is known of one.
func build(r *model.Repo) (Mark, model.Unix) {
	p, ok := r.CI.All()
	switch {
	case !ok:
		return MarkWaiting, 0
	case p == nil || p.Last == nil:
		return MarkNone, 0
	case p.Last.OK():
		return MarkGood, p.Last.At
	case p.Last.Running():
		return MarkWarn, p.Last.At
	}
	return MarkBad, p.Last.At
}

// hasApp reports that the repository's project hears of pushes by the GitHub App.
func hasApp(r *model.Repo) bool {
	p, ok := r.CI.All()
	return ok && p != nil && p.Integration == model.IntegrationGitHubApp
}
