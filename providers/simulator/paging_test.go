package simulator_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

// TestPaging follows GitHub's links to the end: they name their owner by number, every row comes once, in order.
func TestPaging(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Repos: 30})
	dana := as(t, s, "dana", simulator.KindClassic)
	whole := names(dana.all("/user/repos?per_page=100"), "full_name")
	if !slices.IsSorted(whole) || len(slices.Compact(slices.Clone(whole))) != len(whole) {
		t.Error("the list is not in order, or holds a row twice")
	}
	for _, size := range []string{"1", "7", "30", "99"} {
		if got := names(dana.all("/user/repos?per_page="+size), "full_name"); !slices.Equal(got, whole) {
			t.Errorf("in pages of %s there are %d rows, want %d", size, len(got), len(whole))
		}
	}
	r := dana.get("/user/repos?per_page=50&page=2").want(200)
	for rel, want := range map[string]string{"prev": "page=1", "next": "page=3", "last": "page=3", "first": "page=1"} {
		if got := r.link(rel); !strings.HasPrefix(got, s.GitHubURL()+"/user/repos?") || !strings.Contains(got, "&per_page=50") && !strings.Contains(got, "per_page=50&") || !strings.Contains(got, want) {
			t.Errorf("rel=%s is %q", rel, got)
		}
	}
	if got := dana.get("/repos/acme/web/collaborators?per_page=5").next(); !strings.HasPrefix(got, s.GitHubURL()+"/repositories/5002/collaborators?") {
		t.Errorf("the next page of a repository's list is %q", got)
	}
	if got := dana.get("/orgs/acme/repos?per_page=5").next(); !strings.HasPrefix(got, s.GitHubURL()+"/organizations/2001/repos?") {
		t.Errorf("the next page of an organisation's list is %q", got)
	}
	dana = as(t, startUnchecked(t, simulator.Options{Repos: 30}), "dana", "") // the description allows no per_page=x
	for query, want := range map[string]int{"per_page=1000": 100, "per_page=0": 30, "per_page=x": 30, "": 30, "page=999": 0, "per_page=100&page=0": 100} {
		if got := len(dana.get("/user/repos?" + query).want(200).rows()); got != want {
			t.Errorf("?%s has %d rows, want %d", query, got, want)
		}
	}
	if got := string(dana.get("/user/repos?page=999").body); got != "[]" {
		t.Errorf("a page past the end is %s, want []", got)
	}
}

// TestOrder: every order is one, and its reverse is its reverse, generated repositories among the others.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := startUnchecked(t, simulator.Options{Repos: 130})
	dana := as(t, s, "dana", simulator.KindClassic)
	for sort, field := range map[string]string{"full_name": "full_name", "created": "created_at", "pushed": "pushed_at", "updated": "updated_at"} {
		up := names(dana.all("/user/repos?per_page=100&direction=asc&sort="+sort), field)
		down := names(dana.all("/user/repos?per_page=100&direction=desc&sort="+sort), field)
		slices.Reverse(down)
		if !slices.IsSorted(up) || !slices.Equal(up, down) {
			t.Errorf("sort=%s is not in order", sort)
		}
	}
}

// TestManyRepositories: a hundred thousand are there at once, and any page of them.
func TestManyRepositories(t *testing.T) {
	t.Parallel()
	s := startUnchecked(t, simulator.Options{Repos: 100_000})
	dana := as(t, s, "dana", simulator.KindClassic)
	few := len(as(t, startUnchecked(t, simulator.Options{}), "dana", simulator.KindClassic).all("/user/repos?per_page=100"))
	last := dana.get("/user/repos?per_page=100").want(200).link("last")
	if !strings.Contains(last, "page=1001&") {
		t.Fatalf("the last page is %q, want page 1001", last)
	}
	if got := len(dana.get(last).want(200).rows()); got != few {
		t.Errorf("the last page has %d rows, want %d: the rest of %d", got, few, 100_000+few)
	}
	if got := len(dana.get("/user/repos?per_page=100&page=640").want(200).rows()); got != 100 {
		t.Errorf("a page in the middle has %d rows", got)
	}
	name := names(dana.get("/user/repos?per_page=1&page=77777").rows(), "full_name")[0]
	if again := as(t, startUnchecked(t, simulator.Options{Repos: 100_000}), "dana", "").get("/repos/" + name).want(200).row()["full_name"]; again != name {
		t.Errorf("the same seed gives %v in the place of %s", again, name)
	}
	// One that was changed keeps its change and its place.
	if err := s.Archive(name, true); err != nil {
		t.Fatal(err)
	}
	if got := dana.get("/user/repos?per_page=1&page=77777").rows()[0]; got["full_name"] != name || got["archived"] != true {
		t.Errorf("after a change the place holds %v, archived %v", got["full_name"], got["archived"])
	}
}

// TestSameSeedSameAnswers: two worlds of one seed and clock answer byte for byte alike; another seed does not.
func TestSameSeedSameAnswers(t *testing.T) {
	t.Parallel()
	one, two, other := start(t, simulator.Options{Repos: 5}), start(t, simulator.Options{Repos: 5, Seed: 1}), start(t, simulator.Options{Repos: 5, Seed: 2})
	body := func(s *simulator.Simulator, path string) string {
		return strings.ReplaceAll(string(as(t, s, "dana", simulator.KindClassic).get(path).want(200).body), s.GitHubURL(), "")
	}
	for _, path := range []string{"/user/repos?per_page=100", "/repos/acme/web/keys", "/repos/acme/old-site/keys", "/repos/acme/docs/hooks/500300/deliveries"} {
		if body(one, path) != body(two, path) {
			t.Errorf("GET %s differs between two worlds of one seed", path)
		}
	}
	if body(one, "/repos/acme/web/keys") == body(other, "/repos/acme/web/keys") {
		t.Error("another seed has the same keys")
	}
}
