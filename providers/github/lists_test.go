package github

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/inventory"
)

func repoRow(id int, fullName string, admin bool, rest string) string {
	owner, _, _ := strings.Cut(fullName, "/")
	return fmt.Sprintf(`{"id":%d,"node_id":"R_%d","full_name":%q,"owner":{"login":%q,"type":"Organization"},"permissions":{"admin":%v,"push":true,"pull":true}%s}`, id, id, fullName, owner, admin, rest)
}

const reposPath = "GET /user/repos?per_page=100&sort=full_name"

func next(path string) string {
	return fmt.Sprintf(`<{{url}}%s>; rel="next", <{{url}}/user/repos?page=3>; rel="last"`, path)
}

func listed(t *testing.T, s *stub) (names []string, totals []int, r model.Reading[int]) {
	t.Helper()
	r = s.client.List(t.Context(), func(p inventory.Page) error {
		for _, repo := range p.Repos {
			names = append(names, repo.Ref.String())
		}
		totals = append(totals, p.Total)
		return nil
	})
	return names, totals, r
}

// v60 fails the whole page on the multi-select custom property.
func TestTheListIsWhatTheAccountAdministers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{
		reposPath: ok("["+repoRow(1, "Acme/One", true, `,"custom_properties":{"langs":["go","c"],"x":null}`)+","+repoRow(2, "acme/two", false, "")+"]").
			with("Link", next("/user/repos?per_page=100&sort=full_name&page=2")),
		"GET /user/repos?per_page=100&sort=full_name&page=2": ok("[]").with("Link", next("/user/repos?per_page=100&sort=full_name&page=3")),
		"GET /user/repos?per_page=100&sort=full_name&page=3": ok("[" + repoRow(3, "dana/three", true, `,"role_name":"admin"`) + "]"),
	})
	names, totals, r := listed(t, s)
	if n := known(t, r); n != 2 || strings.Join(names, " ") != "gh/acme/one gh/dana/three" {
		t.Errorf("%d: %q", n, names)
	}
	if fmt.Sprint(totals) != "[300 300 2]" {
		t.Errorf("guessed totals %v", totals)
	}
	if len(s.asked) != 3 {
		t.Errorf("asked %q", s.asked)
	}
}

func TestAListThatCannotBeReadToItsEndIsALowerBound(t *testing.T) {
	t.Parallel()
	one := "[" + repoRow(1, "acme/one", true, "") + "]"
	page2 := "GET /user/repos?per_page=100&sort=full_name&page=2"
	first := ok(one).with("Link", next("/user/repos?per_page=100&sort=full_name&page=2"))
	for name, c := range map[string]struct {
		first, second answer
		kind          model.CauseKind
	}{
		"trouble on page 2":          {first, answer{status: 502}, model.CauseNetwork},
		"page 2 is no list":          {first, ok(`{}`), model.CauseBadAnswer},
		"a bad row on page 2":        {first, ok(`[{"id":0}]`), model.CauseBadAnswer},
		"no permissions on page 2":   {first, ok(strings.Replace("["+repoRow(2, "acme/two", true, "")+"]", "permissions", "x", 1)), model.CauseBadAnswer},
		"next leads to itself":       {ok(one).with("Link", next("/user/repos?per_page=100&sort=full_name")), answer{}, model.CauseRefused},
		"next leads elsewhere":       {ok(one).with("Link", `<https://evil.example/user/repos?page=2>; rel="next"`), answer{}, model.CauseRefused},
		"next leads back":            {first, ok("["+repoRow(2, "acme/two", true, "")+"]").with("Link", next("/user/repos?per_page=100&sort=full_name&page=1")), model.CauseRefused},
		"the list moved meanwhile":   {first, ok(one), model.CauseIncomplete},
		"organisations are left out": {first.with("X-GitHub-SSO", "partial-results; organizations=21955855,20582480"), ok("[" + repoRow(2, "acme/two", true, "") + "]"), model.CauseIncomplete},
	} {
		s := serve(t, map[string]answer{reposPath: c.first, page2: c.second})
		names, _, r := listed(t, s)
		if cause := why(t, r, model.Partial, c.kind); r.Value < 1 || names[0] != "gh/acme/one" || cause.Op != "list repositories" {
			t.Errorf("%s: %d %q, %+v", name, r.Value, names, cause)
		}
	}
}

func TestAListWithNothingToShowForItIsNotEmpty(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{
		"refused": {status: 401}, "one bad row": ok("[" + repoRow(1, "acme/one", true, "") + `,{"id":2,"full_name":"acme/../x"}]`),
		"the same row twice": ok("[" + repoRow(1, "acme/one", true, "") + "," + repoRow(1, "acme/one", true, "") + "]"),
		"another owner":      ok("[" + strings.Replace(repoRow(1, "acme/one", true, ""), `"login":"acme"`, `"login":"evil"`, 1) + "]"),
	} {
		s := serve(t, map[string]answer{reposPath: a})
		if names, _, r := listed(t, s); r.State != model.Denied && r.State != model.Failed || len(names) > 0 || r.At != 0 {
			t.Errorf("%s: %v with %q", name, r.State, names)
		}
	}
	// Nothing to administer, but some organisations left out: a lower bound of zero, not zero.
	s := serve(t, map[string]answer{reposPath: ok("[]").with("X-GitHub-SSO", "partial-results; organizations=1")})
	if _, _, r := listed(t, s); r.State != model.Partial || r.Value != 0 || r.Why.Missing != missingSSO {
		t.Errorf("%+v", r)
	}
}

func TestAnEndlessListEnds(t *testing.T) {
	t.Parallel()
	n := 0
	s := serve(t, map[string]answer{})
	for i := range maxPages + 1 {
		path := "/user/repos?per_page=100&sort=full_name"
		if i > 0 {
			path += fmt.Sprintf("&page=%d", i+1)
		}
		s.answers["GET "+path] = ok("[]").with("Link", fmt.Sprintf(`<{{url}}/user/repos?per_page=100&sort=full_name&page=%d>; rel="next"`, i+2))
	}
	r := s.client.List(t.Context(), func(inventory.Page) error { n++; return nil })
	if why(t, r, model.Partial, model.CauseIncomplete); n != maxPages || s.requests("GET ") != maxPages {
		t.Errorf("%d pages, %d requests", n, len(s.asked))
	}
}

func TestAReceiverThatHasHadEnoughStopsTheList(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{reposPath: ok("[]").with("Link", next("/user/repos?per_page=100&sort=full_name&page=2"))})
	enough := errors.New("enough")
	if r := s.client.List(t.Context(), func(inventory.Page) error { return enough }); r.State != model.Failed || len(s.asked) != 1 {
		t.Errorf("%v after %q", r.State, s.asked)
	}
	r := s.client.List(t.Context(), func(inventory.Page) error { return context.Canceled })
	why(t, r, model.Failed, model.CauseCancelled)
}

func TestLinkHeaders(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`<https://a/2>; rel="next"`:                            "https://a/2",
		`<https://a/9>; rel="last", <https://a/2>; rel="next"`: "https://a/2",
		`<https://a/2>; title="x"; rel=next`:                   "https://a/2",
		`<https://a/2>; rel="nextish"`:                         "",
		`https://a/2; rel="next"`:                              "",
		`<https://a/2>`:                                        "",
		``:                                                     "",
		`,,,;;;<>;`:                                            "",
	} {
		if got := link(map[string][]string{"Link": {header}}, "next"); got != want {
			t.Errorf("%s leads to %q", header, got)
		}
	}
}

func TestOrganisationsAndMyRoleInEach(t *testing.T) {
	t.Parallel()
	const path = "GET /user/memberships/orgs?per_page=100&state=active"
	s := serve(t, map[string]answer{path: ok(`[{"state":"active","role":"admin","organization":{"login":"Acme"}},{"role":"member","organization":{"login":"umbrella"}}]`)})
	orgs := known(t, s.client.Orgs(t.Context()))
	if len(orgs) != 2 || orgs[0].Login != "acme" || orgs[0].MyRole.Value.Raw() != "admin" || orgs[1].MyRole.Value.Raw() != "member" {
		t.Errorf("%+v", orgs)
	}
	s = serve(t, map[string]answer{path: answer{status: 403, body: said("You need read:org")}.with("X-OAuth-Scopes", "repo")})
	if cause := why(t, s.client.Orgs(t.Context()), model.Denied, model.CauseForbidden); cause.Missing != "read:org" {
		t.Errorf("missing %q", cause.Missing)
	}
}

func TestTeamsAndInvitations(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{
		"GET /repos/Acme/Web/teams": ok(`[{"slug":"core","name":"Core","permission":"push"},{"slug":"sec","name":"Sec","permission":"Security-Lead"},{"slug":"ops","name":"Ops","permission":"maintain"}]`),
		"GET /repos/Acme/Web/invitations": ok(`[{"id":1,"invitee":{"login":"eve"},"inviter":{"login":"dana"},"permissions":"admin","created_at":"2026-11-20T10:00:00Z","expired":true},
			{"id":2,"invitee":null,"permissions":"write"}]`),
	})
	teams := known(t, s.client.Teams(t.Context(), web()))
	if len(teams) != 3 || teams[0].Role.Raw() != "write" || teams[1].Role.Raw() != "Security-Lead" || teams[2].Role.Raw() != "maintain" {
		t.Errorf("%+v", teams)
	}
	invited := known(t, s.client.Invitations(t.Context(), web()))
	if len(invited) != 2 || invited[0].Expired != model.Yes || invited[0].Created != 1795168800 || !invited[1].Login.Empty() || invited[1].Expired != model.TriUnknown {
		t.Errorf("%+v", invited)
	}
	mine := web()
	mine.Personal = true
	if teams := known(t, s.client.Teams(t.Context(), mine)); teams == nil || len(teams) > 0 || s.requests("GET /repos/Acme/Web/teams") != 1 {
		t.Errorf("a personal repository has teams %+v", teams)
	}
}

// v60 lacks enabled, and cannot tell "never used" from "does not say".
func TestDeployKeysWithEveryFact(t *testing.T) {
	t.Parallel()
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
	s := serve(t, map[string]answer{"GET /repos/Acme/Web/keys": ok(`[
		{"id":1,"key":"` + key + `","title":"ci","verified":true,"created_at":"2026-11-20T10:00:00Z","read_only":true,"added_by":"dana","last_used":"2026-11-20T10:00:00Z","enabled":false},
		{"id":2,"key":"` + key + `","title":"","read_only":false,"added_by":null,"last_used":null},
		{"id":3,"key":"not a key","read_only":true}]`)})
	keys := known(t, s.client.Keys(t.Context(), web()))
	if k := keys[0]; k.SHA256 != "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU" || k.Bits != 256 || !k.ReadOnly || k.Enabled != model.No || k.Verified != model.Yes ||
		known(t, k.AddedBy).Raw() != "dana" || known(t, k.LastUsed) != 1795168800 || k.Created != 1795168800 {
		t.Errorf("%+v", k)
	}
	if k := keys[1]; k.ReadOnly || k.Enabled != model.TriUnknown || !known(t, k.AddedBy).Empty() || known(t, k.LastUsed) != 0 {
		t.Errorf("%+v", k)
	}
	if k := keys[2]; k.SHA256 != "" || k.Public.Raw() != "not a key" || k.LastUsed.State != model.NotApplicable || k.AddedBy.State != model.NotApplicable {
		t.Errorf("%+v", k)
	}
}

func TestTheAccountAndWhatItsHeadersSay(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]answer{"GET /user": ok(`{"login":"dana","id":1}`).with("X-OAuth-Scopes", "repo, read:org").
		with("GitHub-Authentication-Token-Expiration", "2026-12-01 10:00:00 UTC").with("X-RateLimit-Limit", "5000").with("X-RateLimit-Remaining", "4812").with("X-RateLimit-Reset", "1800000000")})
	a := s.client.Account(t.Context())
	if known(t, a.Login).Raw() != "dana" || len(known(t, a.Scopes)) != 2 || known(t, a.Expires) != 1796119200 || known(t, a.Limit).Remaining != 4812 || a.Kind != kindClassic || a.Source != "the test" {
		t.Errorf("%+v", a)
	}
	s = serve(t, map[string]answer{"GET /user": ok(`{"login":"dana","id":1}`)}, func(o *Options) { o.Kind = kindFineGrained })
	if a := s.client.Account(t.Context()); a.Scopes.State != model.NotApplicable || a.Scopes.Why.Hint == "" || known(t, a.Expires) != 0 || a.Limit.State != model.Unread {
		t.Errorf("%+v", a)
	}
	s = serve(t, map[string]answer{"GET /user": {status: 403, body: said("Resource not accessible by integration")}}, func(o *Options) { o.Kind = kindInstallation })
	if a := s.client.Account(t.Context()); a.Login.State != model.Denied || !strings.Contains(a.Login.Why.Hint, "personal token") || a.Scopes.State != model.Unread {
		t.Errorf("%+v", a)
	}
}
