package circleci

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/providers/simulator"
	"gatehouse/providers/transport"
)

const now = model.Unix(1795435200)

func client(t *testing.T, base, token string) *Client {
	t.Helper()
	tr, err := transport.New(transport.Options{
		Service: model.ServiceCircleCI, Base: base, Auth: transport.CircleToken(model.NewSecret(token)), ReadOnly: true, Loopback: true,
		Policy: transport.Policy{PerMinute: -1, Retries: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return New(Options{Transport: tr, Base: base, Source: "a test", Now: func() model.Unix { return now }})
}

// stub answers each path with a body; requests are checked for what CircleCI asks of every one.
func stub(t *testing.T, bodies map[string]string) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Circle-Token") != "secret" || r.Header.Get("Accept") != "application/json" || strings.Contains(r.URL.RawQuery, "circle-token") {
			t.Errorf("%s was asked with %v", r.URL, r.Header)
		}
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		body, ok := bodies[r.URL.RequestURI()]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = `{"message":"Project not found"}`
		}
		if status, rest, cut := strings.Cut(body, "!"); cut {
			var code int
			_, _ = fmt.Sscan(status, &code)
			w.WriteHeader(code)
			body = rest
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return client(t, s.URL, "secret")
}

const (
	keyA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtTbr1CwQ1Bdpe0sK8mqCVh9z1wYbrJRwwMlnE1Lq5Y"
	keyB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1bB1VbUqkZ3q4W0hJ3xkqjv7F2N9o8p0o7Zy3yq1Qm"
)

// TestCheckoutKeys: both spellings of every field, two pages, fingerprints of our own making; what cannot be trusted makes nothing known.
func TestCheckoutKeys(t *testing.T) {
	t.Parallel()
	const path = "/api/v2/project/gh/acme/web/checkout-key?digest=sha256"
	for name, c := range map[string]struct {
		bodies map[string]string
		state  model.State
		n      int
	}{
		"two pages, two spellings": {map[string]string{
			path:                       `{"items":[{"public_key":"` + keyA + `\n","type":"deploy-key","preferred":true,"created_at":"2026-01-02T03:04:05Z","fingerprint":"x"}],"next_page_token":"a+b"}`,
			path + "&page-token=a%2Bb": `{"items":[{"public-key":"` + keyB + `","type":"github-user-key","preferred":false,"created-at":"2026-01-02T03:04:05Z"}],"next_page_token":null}`,
		}, model.Known, 2},
		"v1.1's spelling":        {map[string]string{path: `{"items":[{"public_key":"` + keyA + `","type":"deploy-key","time":"2026-01-02T03:04:05Z"}],"next_page_token":""}`}, model.Known, 1},
		"none":                   {map[string]string{path: `{"items":[],"next_page_token":null}`}, model.Known, 0},
		"second page broken":     {map[string]string{path: `{"items":[{"public_key":"` + keyA + `"}],"next_page_token":"x"}`, path + "&page-token=x": "500!oops"}, model.Partial, 1},
		"looping":                {map[string]string{path: `{"items":[{"public_key":"` + keyA + `"}],"next_page_token":"x"}`, path + "&page-token=x": `{"items":[],"next_page_token":"x"}`}, model.Partial, 1},
		"no key":                 {map[string]string{path: `{"items":[{"public_key":"hello"}]}`}, model.Failed, 0},
		"no items":               {map[string]string{path: `{}`}, model.Failed, 0},
		"null":                   {map[string]string{path: `null`}, model.Failed, 0},
		"wrong type":             {map[string]string{path: `{"items":"x"}`}, model.Failed, 0},
		"trailing":               {map[string]string{path: `{"items":[]} {}`}, model.Failed, 0},
		"hidden":                 {map[string]string{}, model.Denied, 0},
		"refused":                {map[string]string{path: `401!{"message":"You must log in first."}`}, model.Denied, 0},
		"forbidden":              {map[string]string{path: `403!{"error":"Permission denied"}`}, model.Denied, 0},
		"limit":                  {map[string]string{path: `429!{"message":"Too many"}`}, model.Failed, 0},
		"not for GitHub App":     {map[string]string{path: `400!{"message":"This API is not supported for this project."}`}, model.NotApplicable, 0},
		"a page of a proxy":      {map[string]string{path: `502!<html>`}, model.Failed, 0},
		"Clojure's own notation": {map[string]string{path: `{:items []}`}, model.Failed, 0},
	} {
		got := stub(t, c.bodies).CheckoutKeys(t.Context(), model.Outside("gh/acme/web"))
		if got.State != c.state || len(got.Value) != c.n || (got.Why == nil) != (c.state == model.Known) {
			t.Errorf("%s: %s with %d keys, %v", name, got.State, len(got.Value), got.Why)
		}
		for _, k := range got.Value {
			if !strings.HasPrefix(k.SHA256, "SHA256:") || k.MD5 == "" {
				t.Errorf("%s: fingerprints %q %q", name, k.SHA256, k.MD5)
			}
		}
	}
	for _, slug := range []string{"", "gh/acme", "gh/../web", "gh/acme/web/more", "gh/acme/a?b", `gh\acme\web`, "gh//web", "gh/acme/%2e%2e"} {
		if got := stub(t, nil).CheckoutKeys(t.Context(), model.Outside(slug)); got.State != model.Failed || got.Why.Kind != model.CauseRefused {
			t.Errorf("%q was asked for: %s", slug, got.State)
		}
	}
}

func TestFollowed(t *testing.T) {
	t.Parallel()
	const path = "/api/v1.1/projects"
	for name, c := range map[string]struct {
		body  string
		state model.State
		slugs []string
	}{
		"all kinds": {`[
			{"vcs_type":"github","username":"Acme","reponame":"Web","default_branch":"a/b","branches":{"a%2Fb":{"recent_builds":[{"outcome":"failed","build_num":7,"pushed_at":"2026-01-02T03:04:05Z"}]}}},
			{"vcs_type":"bitbucket","username":"acme","reponame":"tools","slug":""},
			{"vcs_type":"circleci","username":"acme","reponame":"app","vcs_url":"//circleci.com/ORG/PROJ"},
			{"vcs_type":"circleci","slug":"circleci/A/B","vcs_url":"//circleci.com/x/y"}]`, model.Known, []string{"gh/Acme/Web", "bb/acme/tools", "circleci/ORG/PROJ", "circleci/A/B"}},
		"none":         {`[]`, model.Known, nil},
		"an object":    {`{"message":"hello"}`, model.Failed, nil},
		"another kind": {`[{"vcs_type":"svn","username":"a","reponame":"b"}]`, model.Failed, nil},
		"harmful name": {`[{"vcs_type":"github","username":"..","reponame":"b"}]`, model.Failed, nil},
	} {
		got := stub(t, map[string]string{path: c.body}).Followed(t.Context(), "dana")
		var slugs []string
		for _, p := range got.Value {
			slugs = append(slugs, p.Slug.Raw())
		}
		if got.State != c.state || !slices.Equal(slugs, c.slugs) {
			t.Errorf("%s: %s %v, %v", name, got.State, slugs, got.Why)
		}
		if name == "all kinds" {
			if l := got.Value[0].Last; l == nil || l.Number != 7 || l.OK() || got.Value[0].Wired.String() != "gh/acme/web" {
				t.Errorf("the first project is %+v", got.Value[0])
			}
		}
	}
}

// TestSimulated reads the demo world: every checkout key that is a deploy key of the repository has the same fingerprint there.
func TestSimulated(t *testing.T) {
	t.Parallel()
	s, err := simulator.Start(simulator.Options{Now: func() time.Time { return time.Unix(int64(now), 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := client(t, s.CircleCIURL(), s.CircleCIToken(""))
	if acc := c.Account(t.Context()); acc.Login.Value.Raw() != "dana" || acc.Service != model.ServiceCircleCI {
		t.Errorf("account %+v", acc)
	}
	projects, ok := c.Followed(t.Context(), "dana").All()
	if !ok || len(projects) < 70 {
		t.Fatalf("%d projects", len(projects))
	}
	for _, p := range projects {
		switch p.Integration {
		case model.IntegrationGitHubApp:
			if keys := c.CheckoutKeys(t.Context(), p.Slug); keys.State != model.NotApplicable {
				t.Errorf("%s: keys are %s", p.Slug, keys.State)
			}
			if id, err := c.Source(t.Context(), p.Slug); err != nil || id != idOf(t, s, "acme/mobile") {
				t.Errorf("%s is %s: %v", p.Slug, id, err)
			}
		case model.IntegrationOAuth, model.IntegrationBitbucket:
			if keys, ok := c.CheckoutKeys(t.Context(), p.Slug).All(); !ok || len(keys) > 1 {
				t.Errorf("%s: %d keys", p.Slug, len(keys))
			}
		}
	}
	stranger := client(t, s.CircleCIURL(), s.CircleCIToken("acme-ci"))
	if got := stranger.Settings(t.Context(), model.Outside("gh/umbrella/core")); got.State != model.Denied || got.Why.Kind != model.CauseNotFound {
		t.Errorf("who may not read a repository sees its project's settings as %s", got.State)
	}
	if acc := client(t, s.CircleCIURL(), "wrong").Account(t.Context()); acc.Login.State != model.Denied || acc.Login.Why.Kind != model.CauseUnauthorized {
		t.Errorf("a wrong token is %s", acc.Login.State)
	}
}

// idOf is a repository's number as GitHub itself says it.
func idOf(t *testing.T, s *simulator.Simulator, full string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.GitHubURL()+"/repos/"+full, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token("", ""))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var r struct {
		ID json.Number `json:"id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r.ID.String()
}

// TestSourceOfAnotherForge: GitLab counts its projects too, and the same number is another repository at GitHub.
func TestSourceOfAnotherForge(t *testing.T) {
	t.Parallel()
	definitions := func(provider string) *Client {
		return stub(t, map[string]string{
			"/api/v2/project/circleci/A/B":            `{"id":"P"}`,
			"/api/v2/projects/P/pipeline-definitions": `{"items":[{"config_source":{"provider":"` + provider + `","repo":{"full_name":"acme/web","external_id":"42"}}}]}`,
		})
	}
	for _, provider := range []string{"github_app", "github_oauth"} {
		if id, err := definitions(provider).Source(t.Context(), model.Outside("circleci/A/B")); err != nil || id != "42" {
			t.Errorf("%s: %s %v", provider, id, err)
		}
	}
	for _, provider := range []string{"gitlab", "bitbucket_dc", ""} {
		if id, err := definitions(provider).Source(t.Context(), model.Outside("circleci/A/B")); err == nil {
			t.Errorf("%s is repository %s", provider, id)
		}
	}
}
