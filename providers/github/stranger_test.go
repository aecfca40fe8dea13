package github

import (
	"testing"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

// elsewhere answers as the npm package emulate does, a server that imitates part of GitHub: no request ids, no scopes, no GraphQL, and one
// 404 for everything it lacks.
func elsewhere() map[string]answer {
	lacks := answer{status: 404, body: `{"message":"Not Found","documentation_url":"https://emulate.dev/github"}`}
	return map[string]answer{
		"*":         lacks,
		"GET /user": ok(`{"login":"octoadmin","id":3}`).with("X-RateLimit-Limit", "5000").with("X-RateLimit-Remaining", "4999"),
		reposPath:   ok("[" + repoRow(1, "testorg/hello", true, "") + "," + repoRow(2, "testorg/site", true, "") + "]"),
		"GET /repos/testorg/hello/hooks": ok(`[{"id":1,"active":true,"events":["push"],"config":{"url":"https://x.example/h","content_type":"json","insecure_ssl":"0"},
			"last_response":{"code":null,"status":"unused","message":null}}]`),
		"GET /repos/testorg/hello/collaborators": ok(`[{"login":"octoadmin","role_name":"admin"}]`),
		"GET /repos/testorg/site/collaborators":  {status: 403, body: `{"message":"Forbidden","documentation_url":"https://emulate.dev/github"}`},
	}
}

func TestWhatAStrangersServerLacksIsNotAvailableHere(t *testing.T) {
	t.Parallel()
	s := stranger(t, elsewhere())
	a := s.client.Account(t.Context())
	if known(t, a.Login).Raw() != "octoadmin" || a.Scopes.State != model.NotApplicable || a.Scopes.Why == nil || a.Expires.State != model.NotApplicable || known(t, a.Limit).Limit != 5000 {
		t.Errorf("%+v", a)
	}
	var repos []model.Repo
	known(t, s.client.List(t.Context(), func(p inventory.Page) error { repos = append(repos, p.Repos...); return nil }))
	hooks := known(t, s.client.Hooks(t.Context(), repos[0]))
	if len(hooks) != 1 || hooks[0].SecretSet != model.TriUnknown || hooks[0].TLSVerified != model.Yes {
		t.Errorf("%+v", hooks)
	}
	got := s.client.Access(t.Context(), repos)
	people := known(t, got[0].People)
	if people[0].Sources.State != model.Unread || people[0].Sources.Why == nil || people[0].Outside != model.TriUnknown {
		t.Errorf("%+v", people)
	}
	why(t, got[1].People, model.Denied, model.CauseForbidden)
	for name, cause := range map[string]*model.Cause{
		"deploy keys": why(t, got[0].DeployKeys, model.NotApplicable, model.CauseUnsupported),
		"teams":       why(t, s.client.Teams(t.Context(), repos[0]), model.NotApplicable, model.CauseUnsupported),
		"invitations": why(t, s.client.Invitations(t.Context(), repos[0]), model.NotApplicable, model.CauseUnsupported),
		"orgs":        why(t, s.client.Orgs(t.Context()), model.NotApplicable, model.CauseUnsupported),
	} {
		if cause.Said.Raw() != "not available here" || cause.Hint == "" {
			t.Errorf("%s: %+v", name, cause)
		}
	}
	s.client.Access(t.Context(), repos)
	if n := s.requests("POST /graphql"); n != 1 {
		t.Errorf("a server without GraphQL was asked for it %d times", n)
	}
	if n := s.requests("GET /repos/testorg/hello/collaborators?per_page=100&affiliation=outside"); n != 0 {
		t.Error("a filter was trusted that this server may not know")
	}
}

// The same 404 is a refusal where anything says that GitHub is speaking, and where we do not administer the repository.
func TestANotFoundIsARefusalWhereGitHubSpeaks(t *testing.T) {
	t.Parallel()
	github := answer{status: 404, body: said("Not Found")}
	foreign := answer{status: 404, body: `{"message":"Not Found","documentation_url":"https://emulate.dev/github"}`}
	for name, c := range map[string]struct {
		answer answer
		mine   bool
		state  model.State
	}{
		"nobody in particular":         {foreign, true, model.NotApplicable},
		"an empty body":                {answer{status: 404, body: ""}, true, model.NotApplicable},
		"it refers to GitHub's pages":  {github, true, model.Denied},
		"it names scopes":              {foreign.with("X-OAuth-Scopes", "repo"), true, model.Denied},
		"it numbers requests":          {foreign.with("X-GitHub-Request-Id", "0000:1"), true, model.Denied},
		"we do not administer it":      {foreign, false, model.Denied},
		"it says that it has no such":  {answer{status: 501}, false, model.NotApplicable},
		"it does not take this method": {answer{status: 405}, false, model.NotApplicable},
	} {
		s := stranger(t, map[string]answer{"GET /repos/Acme/Web/keys": c.answer})
		r := web()
		if !c.mine {
			r.MyRole = model.Outside("write")
		}
		if got := s.client.Keys(t.Context(), r); got.State != c.state {
			t.Errorf("%s: %v, not %v (%+v)", name, got.State, c.state, got.Why)
		}
	}
}

func TestAnEnterpriseServerWithoutGraphQLIsAskedByREST(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{
		"POST /graphql": {status: 404, body: said("Not Found")},
		"GET /repos/Acme/Web/collaborators?per_page=100&affiliation=outside": {status: 502},
		"GET /repos/Acme/Web/collaborators?per_page=100&affiliation=all":     ok(`[{"login":"dana","role_name":"admin"}]`),
		"GET /repos/Acme/Web/keys": ok(`[]`),
	})
	got := s.client.Access(t.Context(), []model.Repo{web()})[0]
	known(t, got.DeployKeys)
	if p := known(t, got.People)[0]; p.Sources.State != model.Unread || p.Sources.Why.Kind != model.CauseUnsupported || p.Outside != model.TriUnknown {
		t.Errorf("%+v", p)
	}
}
