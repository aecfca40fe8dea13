package simulator_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

// TestAccess is who may do what, as GitHub answers it. Sources: GitHub's documentation of scopes and of fine-grained permissions,
// and public reports of the exact texts.
func TestAccess(t *testing.T) {
	t.Parallel()
	const (
		classic, limited, fine, oauth, expired = simulator.KindClassic, simulator.KindLimited, simulator.KindFineGrained, simulator.KindOAuth, simulator.KindExpired

		notFound   = `"Not Found"`
		push       = "Must have push access to view repository collaborators."
		pat        = "Resource not accessible by personal access token"
		restricted = "OAuth App access restrictions"
	)
	table := []struct {
		login, kind, path string
		status            int
		says              string
	}{
		{"dana", expired, "/user", 401, "Bad credentials"},
		{"dana", classic, "/repos/acme/web/hooks", 200, ""},
		{"dana", classic, "/repos/acme/web/keys", 200, ""},
		{"dana", classic, "/repos/acme/web/collaborators", 200, ""},
		{"dana", classic, "/repos/acme/web/invitations", 200, ""},
		{"dana", classic, "/repos/acme/web/teams", 200, ""},
		// The scopes are right, the role is not.
		{"sam", classic, "/repos/acme/web", 200, ""},
		{"sam", classic, "/repos/acme/web/hooks", 404, notFound},
		{"sam", classic, "/repos/acme/web/keys", 404, notFound},
		{"sam", classic, "/repos/acme/web/collaborators", 200, ""},
		{"sam", classic, "/repos/acme/ok/collaborators", 403, push},
		{"sam", classic, "/repos/acme/ok/collaborators/dana/permission", 403, "Must have push access to view collaborator permission."},
		{"sam", classic, "/repos/acme/legacy/hooks", 200, ""},
		// Not theirs to know of.
		{"sam", classic, "/repos/umbrella/core", 404, notFound},
		{"acme-ci", classic, "/repos/acme/infra", 404, notFound}, // invited, not in
		{"acme-ci", classic, "/repos/acme/api/keys", 200, ""},
		{"dana", classic, "/repos/acme/nothing", 404, notFound},
		// The role is right, the scopes are not: public repositories only, and no hooks there.
		{"dana", limited, "/repos/acme/web", 404, notFound},
		{"dana", limited, "/repos/acme/site", 200, ""},
		{"dana", limited, "/repos/acme/site/hooks", 404, notFound},
		{"dana", limited, "/repos/acme/site/keys", 404, notFound},
		{"dana", limited, "/user/keys", 404, notFound},
		{"dana", limited, "/user/memberships/orgs", 200, ""},
		{"sam", classic, "/user/keys", 404, notFound},
		// A fine-grained token has permissions instead, for one owner's repositories.
		{"dana", fine, "/repos/acme/web/keys", 200, ""},
		{"dana", fine, "/repos/acme/web/collaborators", 200, ""},
		{"dana", fine, "/repos/acme/web/hooks", 403, pat},
		{"dana", fine, "/repos/umbrella/core", 404, notFound},
		{"dana", fine, "/repos/dana/notes", 404, notFound},
		{"dana", fine, "/user/keys", 403, pat},
		// An OAuth app is blind where the organisation restricts apps; the person's own token is not.
		{"dana", oauth, "/repos/acme/web/hooks", 200, ""},
		{"dana", oauth, "/repos/umbrella/core", 403, restricted},
		{"dana", oauth, "/repos/umbrella/core/hooks", 403, restricted},
		{"dana", classic, "/repos/umbrella/core/hooks", 200, ""},
		{"dana", oauth, "/user/memberships/orgs", 403, "read:org"},
		// Policies of an organisation are for its owners.
		{"dana", classic, "/orgs/umbrella/members?filter=2fa_disabled", 422, "Only owners can use this filter."},
		{"dana", classic, "/nowhere", 404, notFound},
		{"dana", classic, "/repos/acme/web/", 404, notFound},
	}
	s := start(t, simulator.Options{})
	for _, row := range table {
		r := as(t, s, row.login, row.kind).get(row.path)
		if r.status != row.status || !strings.Contains(string(r.body), row.says) {
			t.Errorf("%s (%s) GET %s: %d %.120s; want %d %s", row.login, row.kind, row.path, r.status, r.body, row.status, row.says)
		}
		if r.status >= 400 {
			e := r.row()
			if e["documentation_url"] == nil || e["status"] != strconv.Itoa(r.status) {
				t.Errorf("GET %s: the error is not in GitHub's form: %s", row.path, r.body)
			}
		}
	}
}

// TestListsHideWhatIsHidden: what a token cannot see is left out of lists without a word, except for single sign-on.
func TestListsHideWhatIsHidden(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	listed := func(login, kind string) []string {
		return names(as(t, s, login, kind).all("/user/repos?per_page=100"), "full_name")
	}
	everything := listed("dana", simulator.KindClassic)
	for name, want := range map[string][3]bool{ // classic, OAuth, fine-grained
		"acme/web": {true, true, true}, "umbrella/core": {true, false, false}, "dana/notes": {true, true, false}, "sam/ci-scripts": {true, true, false},
	} {
		got := [3]bool{
			slices.Contains(everything, name), slices.Contains(listed("dana", simulator.KindOAuth), name), slices.Contains(listed("dana", simulator.KindFineGrained), name),
		}
		if got != want {
			t.Errorf("%s is listed for a classic, an OAuth and a fine-grained token: %v, want %v", name, got, want)
		}
	}
	if got := as(t, s, "dana", simulator.KindFineGrained).get("/user/orgs").want(200).rows(); len(got) != 0 {
		t.Errorf("a fine-grained token lists %d organisations; GitHub gives it none", len(got))
	}
	if err := s.EnforceSSO("umbrella"); err != nil {
		t.Fatal(err)
	}
	r := as(t, s, "dana", simulator.KindClassic).get("/user/repos?per_page=100").want(200)
	if got := r.header.Get("X-GitHub-SSO"); got != "partial-results; organizations=2002" {
		t.Errorf("X-GitHub-SSO is %q", got)
	}
	if slices.Contains(names(r.rows(), "full_name"), "umbrella/core") {
		t.Error("a repository behind single sign-on is listed")
	}
	r = as(t, s, "dana", simulator.KindClassic).get("/repos/umbrella/core/hooks").want(403)
	if !strings.HasPrefix(r.header.Get("X-GitHub-SSO"), "required; url=") || !strings.Contains(string(r.body), "SAML enforcement") {
		t.Errorf("no word of single sign-on: %v %s", r.header, r.body)
	}
}

// TestHeaders are the ones a client learns from.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	get := func(kind, path, header string) string { return as(t, s, "dana", kind).get(path).header.Get(header) }
	for _, row := range []struct{ kind, path, header, want string }{
		{simulator.KindClassic, "/user", "X-OAuth-Scopes", "admin:public_key, admin:repo_hook, read:org, repo, user:email"},
		{simulator.KindOAuth, "/user", "X-OAuth-Scopes", "repo, user:email"},
		{simulator.KindFineGrained, "/user", "X-OAuth-Scopes", ""},
		{simulator.KindLimited, "/repos/acme/site/hooks", "X-Accepted-OAuth-Scopes", "admin:repo_hook, public_repo, read:repo_hook, repo, write:repo_hook"},
		{simulator.KindFineGrained, "/repos/acme/web/hooks", "X-Accepted-GitHub-Permissions", "repository_hooks=read"},
		{simulator.KindClassic, "/user", "GitHub-Authentication-Token-Expiration", "2027-01-22 12:00:00 UTC"},
		{simulator.KindLimited, "/user", "GitHub-Authentication-Token-Expiration", ""},
		{simulator.KindClassic, "/user", "X-GitHub-Media-Type", "github.v3; format=json"},
		{simulator.KindClassic, "/user", "X-RateLimit-Limit", "5000"},
		{simulator.KindClassic, "/user", "X-RateLimit-Resource", "core"},
		{simulator.KindClassic, "/user", "X-GitHub-Api-Version-Selected", "2022-11-28"},
	} {
		if got := get(row.kind, row.path, row.header); got != row.want {
			t.Errorf("%s of %s as %s: %q, want %q", row.header, row.path, row.kind, got, row.want)
		}
	}
	if one, two := get(simulator.KindClassic, "/user", "X-GitHub-Request-Id"), get(simulator.KindClassic, "/user", "X-GitHub-Request-Id"); one == two {
		t.Error("two requests have one id")
	}
	dana := as(t, startUnchecked(t, simulator.Options{}), "dana", simulator.KindClassic) // 400 is described nowhere
	dana.get("/user", "X-GitHub-Api-Version", "1999-01-01").want(400)
	dana.get("/user", "User-Agent", "").want(403)
	dana.get("/user", "Authorization", "Basic "+dana.token).want(401)
	dana.get("/user", "Authorization", "token "+dana.token).want(200)
}

// TestPeople is what REST tells of them: who is outside, who has a grant of their own, and two words for each role.
func TestPeople(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	for query, want := range map[string]string{
		"acme/web/collaborators?affiliation=outside": "vic wen", "acme/infra/collaborators?affiliation=direct": "sam", "acme/infra/collaborators?affiliation=outside": "",
		"acme/infra/collaborators": "dana lee mira otto sam theo", "acme/docs/collaborators?permission=admin": "dana lee", "dana/dotfiles/collaborators?affiliation=outside": "",
		"acme/docs/collaborators?permission=pull": "dana lee pia rosa ugo xena yuri",
	} {
		if got := strings.Join(names(dana.all("/repos/"+query), "login"), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for who, want := range map[string]string{
		"acme/infra/sam": "write maintain", "acme/web/wen": "read triage", "acme/web/vic": "write write", "acme/web/lee": "admin admin", "acme/web/tess": "none none", "acme/site/tess": "read read",
	} {
		repo, login := who[:strings.LastIndex(who, "/")], who[strings.LastIndex(who, "/")+1:]
		r := dana.get("/repos/" + repo + "/collaborators/" + login + "/permission").want(200).row()
		if got := r["permission"].(string) + " " + r["role_name"].(string); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	dana.get("/repos/acme/web/collaborators/vic").want(204)
	dana.get("/repos/acme/web/collaborators/tess").want(404)
	invited := dana.get("/repos/acme/old-site/invitations").want(200).rows()
	if len(invited) != 1 || invited[0]["expired"] != true || invited[0]["invitee"].(map[string]any)["login"] != "wen" {
		t.Errorf("the invitations of acme/old-site are %v", invited)
	}
	mine := as(t, s, "acme-ci", simulator.KindClassic).get("/user/repository_invitations").want(200).rows()
	if len(mine) != 1 || mine[0]["expired"] != false || mine[0]["permissions"] != "admin" {
		t.Errorf("acme-ci is invited to %v", mine)
	}
	if got := dana.get("/repos/acme/infra/teams").want(200).rows()[0]; got["slug"] != "platform" || got["permission"] != "maintain" {
		t.Errorf("the team of acme/infra is %v", got)
	}
	if got := dana.get("/repos/acme/web/teams").rows()[0]["permission"]; got != "push" {
		t.Errorf("the team of acme/web may %v", got)
	}
	for org, want := range map[string]bool{"acme": true, "umbrella": false} { // policies are absent, not false, for members
		if _, got := dana.get("/orgs/" + org).want(200).row()["deploy_keys_enabled_for_repositories"]; got != want {
			t.Errorf("%s shows dana its policies: %v", org, got)
		}
	}
}
