package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

const webHook = "/repos/acme/web/hooks/4711"

func events(r reply) []string {
	var h struct{ Events []string }
	r.into(&h)
	slices.Sort(h.Events)
	return h.Events
}

func secret(r reply) any { return r.row()["config"].(map[string]any)["secret"] }

// TestHookSecret: a secret is never given out, and a configuration sent without one loses it. Source: GitHub's OpenAPI description and
// a public report (PyGithub 2906).
func TestHookSecret(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	if got := secret(dana.get(webHook)); got != "********" {
		t.Errorf("the secret shows as %v", got)
	}
	if got := secret(dana.do("PATCH", webHook, `{"active":false}`).want(200)); got != "********" {
		t.Errorf("after a change of active alone the secret is %v", got)
	}
	dana.do("PATCH", webHook+"/config", `{"content_type":"json"}`).want(200)
	if got := secret(dana.get(webHook)); got != "********" {
		t.Errorf("after a change through /config the secret is %v", got)
	}
	if got := secret(dana.do("PATCH", webHook, `{"config":{"url":"https://circleci.com/hooks/github"}}`).want(200)); got != nil {
		t.Errorf("a configuration without a secret keeps it: %v", got)
	}
	if got := secret(dana.get("/repos/acme/gate/hooks/502000")); got != nil {
		t.Errorf("a hook without a secret shows %v", got)
	}
}

// TestHookEvents: events takes the place of all, add_events and remove_events change one.
func TestHookEvents(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	for _, step := range []struct{ body, want string }{
		{`{"add_events":["push"]}`, "pull_request push"},
		{`{"add_events":["push"]}`, "pull_request push"},
		{`{"remove_events":["pull_request"]}`, "push"},
		{`{"events":["release","create"]}`, "create release"},
		{`{"active":true}`, "create release"},
	} {
		if got := strings.Join(events(dana.do("PATCH", webHook, step.body).want(200)), " "); got != step.want {
			t.Errorf("after %s the events are %q, want %q", step.body, got, step.want)
		}
	}
	dana.do("PATCH", webHook, `{"events":["no_such_event"]}`).want(422)
	if got := strings.Join(events(dana.get(webHook)), " "); got != "create release" {
		t.Errorf("a refused change changed the events to %q", got)
	}
}

// TestCreateHook: defaults, the address of the new hook, no two hooks for one event at one address, at most twenty for an event.
func TestCreateHook(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	const hooks = "/repos/acme/mobile/hooks"
	const body = `{"name":"web","config":{"url":"https://ci.example.com/hook"}}`
	made := dana.do("POST", hooks, body).want(201)
	row := made.row()
	config := row["config"].(map[string]any)
	if row["active"] != true || config["content_type"] != "form" || config["insecure_ssl"] != "0" || strings.Join(events(made), " ") != "push" {
		t.Errorf("the defaults are %s", made.body)
	}
	dana.get(made.header.Get("Location")).want(200)
	if r := dana.do("POST", hooks, body).want(422); !strings.Contains(string(r.body), "Hook already exists on this repository") {
		t.Errorf("the second one is refused with %s", r.body)
	}
	dana.do("POST", hooks, `{"config":{"url":"https://ci.example.com/hook"},"events":["release"]}`).want(201)
	for i := range 19 {
		dana.do("POST", hooks, fmt.Sprintf(`{"config":{"url":"https://ci.example.com/%d","insecure_ssl":"1"},"events":["push"]}`, i)).want(201)
	}
	if r := dana.do("POST", hooks, `{"config":{"url":"https://ci.example.com/20"}}`).want(422); !strings.Contains(string(r.body), `The \"push\" event cannot have more than 20 hooks`) {
		t.Errorf("the twenty-first is refused with %s", r.body)
	}
	dana.do("POST", hooks, `{"config":{"url":"ftp://ci.example.com/"}}`).want(422)
	dana.do("DELETE", made.header.Get("Location"), "").want(204)
	dana.get(made.header.Get("Location")).want(404)
	// A refusal changes nothing: sam may write here, not administer.
	as(t, s, "sam", simulator.KindClassic).do("POST", hooks, body).want(404)
	dana.do("POST", "/repos/acme/attic/hooks", body).want(403)
}

// TestDeliveries: youngest first, three days, paged by cursor; a redelivery has the guid of the first attempt.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	const log = "/repos/acme/docs/hooks/500300/deliveries"
	all := dana.all(log + "?per_page=10")
	at := names(all, "delivered_at")
	slices.Reverse(at)
	ids := names(all, "id")
	slices.Sort(ids)
	if len(all) < 20 || !slices.IsSorted(at) || len(slices.Compact(ids)) != len(all) {
		t.Fatalf("%d deliveries, in order: %v, %d of them different", len(all), slices.IsSorted(at), len(slices.Compact(ids)))
	}
	again := slices.IndexFunc(all, func(d map[string]any) bool { return d["redelivery"] == true })
	failed := slices.IndexFunc(all, func(d map[string]any) bool { return d["status_code"] == 400.0 })
	if again < 0 || failed < 0 || all[again]["guid"] != all[failed]["guid"] || all[again]["id"] == all[failed]["id"] {
		t.Fatalf("the failed delivery and its redelivery: %v, %v", failed, again)
	}
	if n := len(dana.all(log + "?status=failure")); n != 1 {
		t.Errorf("%d deliveries failed, want 1", n)
	}
	one := fmt.Sprintf("%s/%.0f", log, all[failed]["id"])
	detail := dana.get(one).want(200)
	if detail.row()["request"].(map[string]any)["headers"].(map[string]any)["X-GitHub-Event"] != all[failed]["event"] || !strings.Contains(string(detail.body), "Blocked webhook payload") {
		t.Errorf("the detail is %.400s", detail.body)
	}
	dana.do("POST", one+"/attempts", "").want(202)
	if d := dana.get(log + "?per_page=1").rows()[0]; d["guid"] != all[failed]["guid"] || d["redelivery"] != true || d["status_code"] != 200.0 {
		t.Errorf("the redelivery is %v", d)
	}
	before := len(dana.all(log))
	dana.do("POST", "/repos/acme/docs/hooks/500300/tests", "").want(204)
	dana.do("POST", "/repos/acme/docs/hooks/500300/pings", "").want(204)
	if got := names(dana.all(log)[:2], "event"); len(dana.all(log)) != before+2 || !slices.Contains(got, "ping") || !slices.Contains(got, "push") {
		t.Errorf("after a ping and a test the log starts with %v", got)
	}
	webLog := dana.get(webHook + "/deliveries").body
	dana.do("POST", webHook+"/tests", "").want(204) // it does not ask for push: nothing is sent
	if string(dana.get(webHook+"/deliveries").body) != string(webLog) {
		t.Error("a test was sent to a hook that does not ask for push")
	}
	dana.get(log + "?cursor=v1_1").want(400)
}
