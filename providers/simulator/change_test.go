package simulator_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

// TestRename: the old name leads to the number, for every method; a path below it, too. Source: GitHub's OpenAPI description.
func TestRename(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 12})
	dana := as(t, s, "dana", simulator.KindClassic)
	r := dana.get("/repos/acme/payments/hooks?per_page=2").want(301)
	if got := r.header.Get("Location"); got != s.GitHubURL()+"/repositories/5018/hooks?per_page=2" {
		t.Errorf("acme/payments leads to %q", got)
	}
	if got := dana.get(dana.get("/repos/acme/payments").want(301).header.Get("Location")).want(200).row()["full_name"]; got != "acme/billing" {
		t.Errorf("acme/payments is now %v", got)
	}
	dana.do("PATCH", "/repos/acme/payments/hooks/501800", `{"active":false}`).want(307)
	if dana.get("/repos/acme/billing/hooks/501800").row()["active"] != true {
		t.Error("a redirected write took effect")
	}
	generated := dana.get("/repositories/1000003").want(200).row()["full_name"].(string)
	for from, to := range map[string]string{"acme/web": "acme/front", generated: "acme/renamed"} {
		_, name, _ := strings.Cut(to, "/")
		if err := s.Rename(from, name); err != nil {
			t.Fatal(err)
		}
		dana.get("/repos/" + from).want(301)
		dana.get("/repos/" + to).want(200)
		list := names(dana.all("/user/repos?per_page=100"), "full_name")
		if slices.Contains(list, from) || !slices.Contains(list, to) || !slices.IsSorted(list) {
			t.Errorf("after the rename of %s the list is wrong", from)
		}
	}
	// A new owner of the old name ends the redirect.
	if err := s.Rename("acme/ok", "payments"); err != nil {
		t.Fatal(err)
	}
	dana.get("/repos/acme/payments").want(200)
	if err := s.Rename("acme/payments", "ok"); err != nil {
		t.Fatal(err)
	}
	if got := dana.get(dana.get("/repos/acme/payments").want(301).header.Get("Location")).row()["full_name"]; got != "acme/ok" {
		t.Errorf("after it was taken and left, acme/payments leads to %v", got)
	}
	if err := s.Rename("acme/not-there", "x"); err == nil {
		t.Error("a repository that is not there was renamed")
	}
}

// TestChanges are what people do on GitHub's pages; the API shows them.
func TestChanges(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana, sam := as(t, s, "dana", simulator.KindClassic), as(t, s, "sam", simulator.KindClassic)
	oauth := as(t, s, "dana", simulator.KindOAuth)
	for _, step := range []struct {
		what string
		do   func() error
		ok   func() bool
	}{
		{"archive", func() error { return s.Archive("acme/web", true) }, func() bool { return dana.do("PATCH", webHook, `{"active":false}`).status == 403 }},
		{"unarchive", func() error { return s.Archive("acme/web", false) }, func() bool { return dana.do("PATCH", webHook, `{"active":true}`).status == 200 }},
		{"set a hook", func() error { return s.SetHook("acme/api", 501000, false, "create") }, func() bool { return dana.get("/repos/acme/api/hooks/501000").row()["active"] == false }},
		{"remove hooks", func() error { return s.RemoveHooks("acme/worker") }, func() bool { return string(dana.get("/repos/acme/worker/hooks").body) == "[]" }},
		{"remove keys", func() error { return s.RemoveKeys("acme/worker") }, func() bool { return string(dana.get("/repos/acme/worker/keys").body) == "[]" }},
		{"give a role", func() error { return s.SetRole("acme/web", "sam", "admin") }, func() bool { return sam.get(webHook).status == 200 }},
		{"take a role", func() error { return s.SetRole("acme/web", "sam", "none") }, func() bool { return sam.get(webHook).status == 404 }},
		{"restrict apps", func() error { return s.RestrictApps("acme", true) }, func() bool { return oauth.get("/repos/acme/web").status == 403 }},
		{"approve", func() error { return s.Approve("acme", "CircleCI") }, func() bool { return oauth.get("/repos/acme/web").status == 200 }},
		{"refuse", func() error { return s.Refuse("acme/ok", "hooks", "not today") }, func() bool {
			return strings.Contains(string(dana.get("/repos/acme/ok/hooks").body), "not today")
		}},
		{"refuse no more", func() error { return s.Refuse("acme/ok", "hooks", "") }, func() bool { return dana.get("/repos/acme/ok/hooks").status == 200 }},
	} {
		if step.ok() {
			t.Errorf("%s: it shows before it was done", step.what)
		}
		if err := step.do(); err != nil {
			t.Errorf("%s: %v", step.what, err)
		}
		if !step.ok() {
			t.Errorf("%s: it does not show", step.what)
		}
	}
}
