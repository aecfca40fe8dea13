package github

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/providers/transport"
)

const (
	docs     = `"documentation_url":"https://docs.github.com/rest"`
	restrict = "Although you appear to have the correct authorization credentials, the `acme` organization has "
)

func said(message string) string { return `{"message":"` + message + `",` + docs + `,"status":"403"}` }

// TestWhatARefusalMeans is the table of what GitHub answers and what that means for someone who lists a repository's hooks.
func TestWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	scoped := func(a answer, scopes string) answer { return a.with("X-OAuth-Scopes", scopes) }
	reader := func(r *model.Repo) { r.MyRole = model.Outside("write") }
	for name, c := range map[string]struct {
		answer  answer
		kind    string // of the token; empty: classic
		repo    func(*model.Repo)
		state   model.State
		cause   model.CauseKind
		missing string
	}{
		"a bad token":               {answer: answer{status: 401, body: said("Bad credentials")}, state: model.Denied, cause: model.CauseUnauthorized},
		"a scope is missing":        {answer: scoped(answer{status: 404, body: said("Not Found")}, "read:org, gist"), state: model.Denied, cause: model.CauseForbidden, missing: "read:repo_hook"},
		"no scopes at all":          {answer: scoped(answer{status: 404, body: said("Not Found")}, ""), state: model.Denied, cause: model.CauseForbidden, missing: "read:repo_hook"},
		"403 for a missing scope":   {answer: scoped(answer{status: 403, body: said("Forbidden")}, "gist"), state: model.Denied, cause: model.CauseForbidden, missing: "read:repo_hook"},
		"scopes suffice":            {answer: scoped(answer{status: 404, body: said("Not Found")}, "repo"), state: model.Denied, cause: model.CauseForbidden},
		"403 though scopes suffice": {answer: scoped(answer{status: 403, body: said("Forbidden")}, "admin:repo_hook"), state: model.Denied, cause: model.CauseForbidden, missing: missingRole},
		"scopes are not said":       {answer: answer{status: 404, body: said("Not Found")}, state: model.Denied, cause: model.CauseForbidden, missing: "read:repo_hook"},
		"not an admin":              {answer: scoped(answer{status: 404, body: said("Not Found")}, "repo"), repo: reader, state: model.Denied, cause: model.CauseForbidden, missing: missingRole},
		"a fine-grained token":      {answer: answer{status: 403, body: said("Resource not accessible by personal access token")}, kind: kindFineGrained, state: model.Denied, cause: model.CauseForbidden, missing: "Webhooks: read"},
		"a fine-grained token, 404": {answer: answer{status: 404, body: said("Not Found")}, kind: kindFineGrained, state: model.Denied, cause: model.CauseForbidden, missing: "Webhooks: read"},
		"GitHub names the permission": {
			answer: answer{status: 403, body: said("Resource not accessible by integration")}.with("X-Accepted-GitHub-Permissions", "repository_hooks=read"),
			kind:   kindInstallation, state: model.Denied, cause: model.CauseForbidden, missing: "repository_hooks=read",
		},
		"the app is not approved": {
			answer: answer{status: 403, body: said(restrict + "enabled OAuth App access restrictions, meaning that data access to third-parties is limited.")}, kind: kindOAuth,
			state: model.Denied, cause: model.CauseForbidden, missing: "the organisation's approval of the OAuth app",
		},
		"the address is not allowed": {
			answer: answer{status: 403, body: said(restrict + "an IP allow list enabled, and your IP address is not permitted to access this resource.")},
			state:  model.Denied, cause: model.CauseForbidden, missing: "an allowed network address",
		},
		"single sign-on": {
			answer: answer{status: 403, body: said("Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.")},
			state:  model.Denied, cause: model.CauseForbidden, missing: missingSSO,
		},
		"single sign-on behind a 404": {
			answer: answer{status: 404, body: said("Not Found")}.with("X-GitHub-SSO", "required; url=https://github.com/orgs/acme/sso?authorization_request=x"),
			state:  model.Denied, cause: model.CauseForbidden, missing: missingSSO,
		},
		"the token lives too long": {
			answer: answer{status: 403, body: said("The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days.")},
			state:  model.Denied, cause: model.CauseForbidden, missing: "a token the organisation's policy accepts",
		},
		"the role is too low": {
			answer: scoped(answer{status: 403, body: said("Must have push access to view repository collaborators.")}, "repo"),
			state:  model.Denied, cause: model.CauseForbidden, missing: "write access to the repository",
		},
		"archived":          {answer: answer{status: 403, body: said("Repository was archived so is read-only.")}, state: model.Denied, cause: model.CauseForbidden},
		"legal reasons":     {answer: answer{status: 451, body: said("Repository access blocked")}, state: model.Denied, cause: model.CauseForbidden},
		"primary limit":     {answer: answer{status: 403, body: said("API rate limit exceeded for user ID 1.")}.with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", "4102444800"), state: model.Failed, cause: model.CauseRateLimited},
		"secondary limit":   {answer: answer{status: 403, body: said("You have exceeded a secondary rate limit.")}.with("Retry-After", "60"), state: model.Failed, cause: model.CauseRateLimited},
		"429":               {answer: answer{status: 429, body: said("Too many requests")}.with("Retry-After", "60"), state: model.Failed, cause: model.CauseRateLimited},
		"trouble":           {answer: answer{status: 502, body: `<html>`}, state: model.Failed, cause: model.CauseNetwork},
		"no such interface": {answer: answer{status: 501, body: ``}, state: model.NotApplicable, cause: model.CauseUnsupported},
		"nonsense":          {answer: answer{status: 418, body: said("I'm a teapot")}, state: model.Failed, cause: model.CauseBadAnswer},
		"a 2xx of a write":  {answer: answer{status: 202, body: `[]`}, state: model.Failed, cause: model.CauseBadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string]answer{hooksPath: c.answer}, func(o *Options) {
				if c.kind != "" {
					o.Kind = c.kind
				}
			})
			r := web()
			if c.repo != nil {
				c.repo(&r)
			}
			cause := why(t, s.client.Hooks(t.Context(), r), c.state, c.cause)
			if cause.Missing != c.missing {
				t.Errorf("missing is %q, not %q", cause.Missing, c.missing)
			}
			if cause.Op != "list hooks of gh/acme/web" {
				t.Errorf("it does not say what was tried: %q", cause.Op)
			}
			if cause.Hint == "" && cause.Kind != model.CauseBadAnswer {
				t.Error("it does not say what to do next")
			}
		})
	}
}

func TestALoneNotFoundNeverSaysThatThereIsNone(t *testing.T) {
	t.Parallel()
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "mispelt")
	for scopes, missing := range map[string]string{"repo": "", "public_repo": "repo"} {
		s := serve(t, map[string]answer{"GET /repos/acme/mispelt": answer{status: 404, body: said("Not Found")}.with("X-OAuth-Scopes", scopes)})
		_, err := s.client.Repo(t.Context(), ref)
		e, ok := errors.AsType[*model.Error](err)
		if !ok || !errors.Is(err, model.ErrNotFound) || e.Cause.Missing != missing || strings.Contains(err.Error(), "exist") {
			t.Errorf("with %s: %v, missing %q", scopes, err, e.Cause.Missing)
		}
	}
}

func TestErrorsAreSaidInTheServicesWords(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom","message":"Hook already exists on this repository"}]}`: "Validation Failed: Hook already exists on this repository",
		`{"message":"Validation Failed","errors":["one","two"]}`:                                                                            "Validation Failed: one: two",
		`{"message":"Validation Failed","errors":"one string"}`:                                                                             "Validation Failed: one string",
		`{"message":"Validation Failed","errors":[{"field":"key","code":"invalid"}]}`:                                                       "Validation Failed: key invalid",
		`{"message":"Validation Failed","errors":{"odd":1}}`:                                                                                "Validation Failed",
		`{"message":["a list"]}`: "422 Unprocessable Entity",
		`<html>`:                 "422 Unprocessable Entity",
		``:                       "422 Unprocessable Entity",
		`{"message":"` + strings.Repeat("x", 700) + `"}`: strings.Repeat("x", 600) + "…",
	} {
		if got := readBody([]byte(body)).sentence(http.StatusUnprocessableEntity); got != want {
			t.Errorf("%.80s is said as %q", body, got)
		}
	}
}

func TestScopesImplyWhatGitHubSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		have, want string
		implied    bool
	}{
		{"repo", "repo", true}, {"repo", "read:repo_hook", true}, {"repo", "public_repo", true}, {"repo", "repo:status", true},
		{"public_repo", "read:repo_hook", true}, {"public_repo", "repo", false}, {"admin:repo_hook", "read:repo_hook", true},
		{"write:repo_hook", "read:repo_hook", true}, {"read:repo_hook", "write:repo_hook", false}, {"admin:org", "read:org", true},
		{"admin:org", "read:repo_hook", false}, {"admin:org_hook", "read:org", false}, {"repo", "read:org", false},
		{"repo", "read:public_key", false}, {"admin:public_key", "read:public_key", true}, {"user", "read:user", true}, {"", "repo", false},
		{"gist", "repo", false}, {"manage_runners:org", "read:org", false}, {":org", "read:org", false},
	} {
		if implies(c.have, c.want) != c.implied {
			t.Errorf("%q implies %q: %v", c.have, c.want, !c.implied)
		}
	}
}

func TestATokensKindIsItsPrefix(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"ghp_0123": kindClassic, "github_pat_11AA": kindFineGrained, "gho_x": kindOAuth, "ghu_x": kindAppUser, "ghr_x": kindRefresh,
		"ghs_0123456789": kindInstallation,
		"ghs_1234_" + strings.Repeat("eyJ.a-b_", 65): kindInstallation,
		"0123456789abcdef0123456789abcdef01234567":   kindClassic,
		"0123456789ABCDEF0123456789abcdef01234567":   kindUnknown,
		"xghp_": kindUnknown, "": kindUnknown,
	} {
		if got := Kind(model.NewSecret(token)); got != want {
			t.Errorf("%.20s… is a %s", token, got)
		}
	}
}

func TestAddressesOfEnterpriseServers(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"https://api.github.com":              "https://api.github.com/graphql",
		"https://api.github.com/":             "https://api.github.com/graphql",
		"https://github.corp.example/api/v3":  "https://github.corp.example/api/graphql",
		"https://github.corp.example/api/v3/": "https://github.corp.example/api/graphql",
		"https://api.octocorp.ghe.com":        "https://api.octocorp.ghe.com/graphql",
		"http://127.0.0.1:8080/github":        "http://127.0.0.1:8080/github/graphql",
	} {
		if got := GraphQLURL(base); got != want {
			t.Errorf("%s has GraphQL at %s", base, got)
		}
		tr, err := transport.New(transport.Options{Service: model.ServiceGitHub, Base: base, Loopback: true, GraphQL: GraphQLURL(base), Documents: Documents()})
		if err != nil {
			t.Fatal(err)
		}
		c, err := New(Options{Transport: tr, Base: base})
		if err != nil {
			t.Fatal(err)
		}
		req, err := c.gh.NewRequest(http.MethodPost, c.graphql, nil)
		if err != nil || req.URL.String() != want {
			t.Errorf("%s is asked at %v (%v)", base, req.URL, err)
		}
	}
	if _, err := New(Options{Base: "https://\x00"}); !errors.Is(err, model.ErrRefused) {
		t.Errorf("an address that cannot be read: %v", err)
	}
}

func TestCancellingIsNotARefusal(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{hooksPath: ok(`[]`)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	why(t, s.client.Hooks(ctx, web()), model.Failed, model.CauseCancelled)
}

func TestTroubleSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	s := serve(t, map[string]answer{"GET /repos/acme/web": {status: 503}})
	_, err := s.client.Repo(t.Context(), ref)
	if e, ok := errors.AsType[*model.Error](err); !ok || !e.Retry.Equal(time.Unix(int64(now)+60, 0)) {
		t.Errorf("%+v", err)
	}
}
