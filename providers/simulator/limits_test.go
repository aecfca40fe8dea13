package simulator_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/providers/simulator"
)

// TestConditional: an answer that has not changed is a 304 and free; a change, another token, another page are not.
func TestConditional(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	first := dana.get("/repos/acme/web/hooks").want(200)
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("ETag is %q", tag)
	}
	left := first.header.Get("X-RateLimit-Remaining")
	again := dana.get("/repos/acme/web/hooks", "If-None-Match", tag).want(304)
	if len(again.body) != 0 || again.header.Get("X-RateLimit-Remaining") != left || again.header.Get("ETag") != tag {
		t.Errorf("a 304 has %d bytes, ETag %q, and leaves %s of %s", len(again.body), again.header.Get("ETag"), again.header.Get("X-RateLimit-Remaining"), left)
	}
	log := s.Requests()
	if l := log[len(log)-1]; l.Counted || l.Status != 304 || !log[0].Counted || l.Login != "dana" || l.Path != "/repos/acme/web/hooks" {
		t.Errorf("the log says %+v", l)
	}
	dana.get("/repos/acme/web/hooks", "If-None-Match", `"other", `+tag).want(304)
	as(t, s, "dana", simulator.KindOAuth).get("/repos/acme/web/hooks", "If-None-Match", tag).want(200)
	if err := s.SetHook("acme/web", 4711, true, "push"); err != nil {
		t.Fatal(err)
	}
	dana.get("/repos/acme/web/hooks", "If-None-Match", tag).want(200)
}

// TestPrimaryLimit: all tokens of an account draw from one bucket, GraphQL from another; the hour refills it.
func TestPrimaryLimit(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := start(t, simulator.Options{Now: func() time.Time { return noon.Add(time.Duration(later.Load())) }})
	s.SetLimit("dana", "core", 5000, 2)
	s.SetLimit("dana", "graphql", 5000, 1)
	dana := as(t, s, "dana", simulator.KindClassic)
	dana.get("/user").want(200)
	as(t, s, "dana", simulator.KindOAuth).get("/user").want(200)
	r := dana.get("/user").want(403)
	if !strings.Contains(string(r.body), "API rate limit exceeded for user ID 1001") || r.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("at an empty limit: %s, %s left", r.body, r.header.Get("X-RateLimit-Remaining"))
	}
	as(t, s, "sam", simulator.KindClassic).get("/user").want(200)
	core := dana.get("/rate_limit").want(200).row()["resources"].(map[string]any)["core"].(map[string]any)
	if core["remaining"] != 0.0 || core["reset"] != float64(noon.Add(time.Hour).Unix()) {
		t.Errorf("/rate_limit says %v", core)
	}
	if _, errs := dana.query(`{viewer{login}}`, nil); errs != nil {
		t.Errorf("GraphQL has its own limit, but: %v", errs)
	}
	if data, errs := dana.query(`{viewer{login}}`, nil); data != nil || errs[0]["type"] != "RATE_LIMIT" {
		t.Errorf("at an empty GraphQL limit: %v %v", data, errs)
	}
	later.Store(int64(time.Hour))
	dana.get("/user").want(200)
}

// TestSecondaryLimit: points a minute, five for a write, with the time to wait.
func TestSecondaryLimit(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := start(t, simulator.Options{Now: func() time.Time { return noon.Add(time.Duration(later.Load())) }})
	s.SetSecondary(7)
	dana := as(t, s, "dana", simulator.KindClassic)
	dana.get("/user").want(200)
	dana.do("POST", "/repos/acme/web/hooks/4711/pings", "").want(204)
	dana.get("/user").want(200)
	r := dana.get("/user").want(403)
	if r.header.Get("Retry-After") != "60" || !strings.Contains(string(r.body), "secondary rate limit") {
		t.Errorf("over the secondary limit: Retry-After %q, %s", r.header.Get("Retry-After"), r.body)
	}
	later.Store(int64(time.Minute))
	dana.get("/user").want(200)
}
