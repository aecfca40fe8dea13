package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/providers/simulator"
)

// TestFaults: each is what the service is known for, aimed at one call of many.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault  simulator.Fault
		status int
		says   string
		header string
	}{
		"rate limited":   {simulator.RateLimited(noon), 403, "API rate limit exceeded", "X-Ratelimit-Reset"},
		"secondary":      {simulator.SecondaryLimit(time.Minute), 403, "secondary rate limit", "Retry-After"},
		"too many":       {simulator.TooMany(0), 429, "secondary rate limit", ""},
		"server error":   {simulator.ServerError(502), 502, "Server Error", ""},
		"a page":         {simulator.Page(200), 200, "<!DOCTYPE html>", ""},
		"empty created":  {simulator.EmptyCreated(), 201, "", ""},
		"SAML":           {simulator.SAML("acme"), 403, "SAML enforcement", "X-Github-Sso"},
		"IP allow list":  {simulator.IPAllowList("acme"), 403, "IP allow list", ""},
		"token lifetime": {simulator.TokenLifetime("acme", 90), 403, "greater than 90 days", ""},
		"header only":    {simulator.Fault{Header: http.Header{"X-GitHub-SSO": {"partial-results; organizations=2001"}}}, 200, "[", "X-Github-Sso"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			row.fault.Path, row.fault.Nth = "/repos/*/*/hooks", 2
			s.Fault(row.fault)
			dana := as(t, s, "dana", simulator.KindClassic)
			dana.get("/repos/acme/web/hooks").want(200)
			dana.get("/repos/acme/web/keys").want(200)
			r := dana.get("/repos/acme/ok/hooks").want(row.status)
			if !strings.Contains(string(r.body), row.says) || row.header != "" && r.header.Get(row.header) == "" {
				t.Errorf("%v: %.200s", r.header, r.body)
			}
			dana.get("/repos/acme/web/hooks").want(200)
		})
	}
}

// TestCuts: the connection breaks before or after the request took effect, or in the middle of the answer.
func TestCuts(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	active := func() any { return dana.get(webHook).want(200).row()["active"] }
	cut := func(where simulator.Fault, method, path, body string) {
		t.Helper()
		where.Method, where.Path, where.Nth = method, path, 1
		s.Fault(where)
		if r, err := dana.try(method, path, body); err == nil {
			t.Errorf("%s %s was answered with %d %.100s", method, path, r.status, r.body)
		}
		s.Mend()
	}
	cut(simulator.Fault{Cut: simulator.CutBefore}, "PATCH", webHook, `{"active":false}`)
	if active() != true {
		t.Error("a request that was cut off before took effect")
	}
	cut(simulator.Fault{Cut: simulator.CutAfter}, "PATCH", webHook, `{"active":false}`)
	if active() != false {
		t.Error("a request that was cut off after took no effect")
	}
	cut(simulator.Fault{Cut: simulator.CutBody}, "GET", "/user/repos", "")
	f := simulator.ServerError(502)
	f.Method, f.Commit = "PATCH", true
	s.Fault(f)
	dana.do("PATCH", webHook, `{"active":true}`).want(502)
	s.Mend()
	if active() != true {
		t.Error("a request that committed behind a 502 took no effect")
	}
	cuts := 0
	for _, r := range s.Requests() {
		if r.Status == 0 {
			cuts++
		}
	}
	if cuts != 2 {
		t.Errorf("the log knows of %d requests without an answer, want 2", cuts)
	}
}

// TestWhere aims by what is asked: the GraphQL query of one repository.
func TestWhere(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	f := simulator.ServerError(502)
	f.Where = func(_ *http.Request, body []byte) bool { return strings.Contains(string(body), "membersWithRole") }
	f.Times = 1
	s.Fault(f)
	dana := as(t, s, "dana", simulator.KindClassic)
	if _, errs := dana.query(`{viewer{login}}`, nil); errs != nil {
		t.Error(errs)
	}
	const members = `{"query":"{organization(login:\"acme\"){membersWithRole(first:1){totalCount}}}"}`
	dana.do("POST", "/graphql", members).want(502)
	dana.do("POST", "/graphql", members).want(200)
}

// TestHostile: the payload is in every free text, JSON stays JSON, and what leads to the next request stays valid.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := startUnchecked(t, simulator.Options{})
	const payload = "\x1b]0;owned\a\u202e\u200b‹›\"\\\n<script>"
	fields := map[string]bool{}
	s.Hostile(func(field string) string { fields[field] = true; return payload })
	dana := as(t, s, "dana", simulator.KindClassic)
	if got := dana.get("/user").want(200).row(); got["login"] != payload || got["name"] != payload {
		t.Errorf("/user is %v", got)
	}
	repo := dana.get("/user/repos?per_page=1").want(200).rows()[0]
	if repo["full_name"] != "acme/api" || repo["description"] != payload || repo["html_url"] != payload || repo["owner"].(map[string]any)["login"] != "acme" {
		t.Errorf("the repository is %v", repo)
	}
	hook := dana.get(webHook).want(200).row()
	if hook["config"].(map[string]any)["url"] != payload || hook["events"].([]any)[0] != payload || hook["created_at"] == payload {
		t.Errorf("the hook is %v", hook)
	}
	if got := dana.get("/repos/acme/nothing").want(404).row(); got["message"] != payload {
		t.Errorf("the error is %v", got)
	}
	data, errs := dana.query(`{repository(owner:"acme",name:"ok"){deployKeys(first:1){nodes{title key}} collaborators(first:1){edges{permission node{login}}}}}`, nil)
	if errs != nil || strings.Count(strings.ReplaceAll(strings.TrimSpace(string(mustJSON(t, data))), `\\n`, ""), "script") != 3 {
		t.Errorf("the data is %v %v", data, errs)
	}
	if len(fields) < 60 || !fields["[].config.url"] && !fields["config.url"] || !fields["data.repository.deployKeys.nodes[].title"] {
		t.Errorf("%d fields were offered", len(fields))
	}
	s.HostileIdentifiers(func(string) string { return payload })
	if got := dana.get("/user/repos?per_page=1").rows()[0]["full_name"]; got != payload {
		t.Errorf("full_name is %v", got)
	}
	s.Hostile(nil)
	if got := dana.get("/user").row()["login"]; got != "dana" {
		t.Errorf("afterwards the login is %v", got)
	}
}
