package github

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/simulator"
	"gatehouse/providers/transport"
)

// writing is a driver as dana, who may write.
func writing(t *testing.T, s *simulator.Simulator, kind string) *Driver {
	t.Helper()
	secret := model.NewSecret(s.Token("", kind))
	tr, err := transport.New(transport.Options{
		Service: model.ServiceGitHub, Base: s.GitHubURL(), Auth: transport.Bearer(secret), Loopback: true, GraphQL: GraphQLURL(s.GitHubURL()),
		Documents: Documents(), Policy: transport.Policy{PerMinute: -1, Retries: -1, WritePace: time.Nanosecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := New(Options{Transport: tr, Base: s.GitHubURL(), Kind: Kind(secret), Now: func() model.Unix { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return NewDriver(c, "dana", "")
}

func on(d *Driver, name string) model.Target {
	return model.Target{Origin: d.Place().Origin, Account: "dana", Repo: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: name}}
}

// prepared is the one step of an op.
func prepared(t *testing.T, d *Driver, op model.Op) change.Step {
	t.Helper()
	steps, err := d.Prepare(t.Context(), op)
	if err != nil || len(steps) != 1 {
		t.Fatalf("%s: %d steps, %v", change.Words(op), len(steps), err)
	}
	return steps[0]
}

// wants reads the step's effect and compares.
func wants(t *testing.T, d *Driver, s change.Step, want change.Effect) change.Seen {
	t.Helper()
	seen, err := d.Check(t.Context(), s)
	if err != nil || seen.Effect != want {
		t.Fatalf("%s: %s (%s), want %s: %v", s.What, seen.Effect, seen.Now.Says, want, err)
	}
	return seen
}

func sent(t *testing.T, d *Driver, s change.Step, secrets change.Secrets, want change.Class) change.Outcome {
	t.Helper()
	out := d.Send(t.Context(), s, secrets)
	if out.Class != want {
		t.Fatalf("%s: %s, want %s: %s", s.What, out.Class, want, out.Why.Summary())
	}
	return out
}

// written are the write requests in the simulator's log.
func written(s *simulator.Simulator) []simulator.Request {
	return slices.DeleteFunc(s.Requests(), func(r simulator.Request) bool {
		return r.Method == http.MethodGet || strings.HasSuffix(r.Path, "/graphql")
	})
}

// own is acme/gate's hook made into one of somebody's own, without and with a secret.
func own(t *testing.T, s *simulator.Simulator, d *Driver, secret string) string {
	t.Helper()
	o := model.AddHook{Target: on(d, "ok"), URL: model.Outside("https://ci.example.com/in"), Events: []string{"push"}, Active: true, ContentType: "json"}
	var secrets change.Secrets
	if secret != "" {
		o.Secret, secrets = "hook", change.Secrets{"hook": model.NewSecret(secret)}
	}
	return sent(t, d, prepared(t, d, o), secrets, change.Committed).Made
}

func TestEditEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op     model.EditHook
		body   string
		expect string
	}{
		"add":      {model.EditHook{Add: []string{"push"}}, `{"active":true,"add_events":["push"]}`, "pull_request, push; active; secret set"},
		"replace":  {model.EditHook{Add: []string{"push"}, Remove: []string{"pull_request"}}, `{"active":true,"events":["push"]}`, "push; active; secret set"},
		"set":      {model.EditHook{Set: []string{"push", "create", "push"}}, `{"active":true,"events":["create","push"]}`, "create, push; active; secret set"},
		"off":      {model.EditHook{Active: model.No}, `{"active":false}`, "pull_request; switched off; secret set"},
		"add, off": {model.EditHook{Add: []string{"push"}, Active: model.No}, `{"active":false,"add_events":["push"]}`, "pull_request, push; switched off; secret set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := demo(t, simulator.Options{})
			d := writing(t, s, "")
			c.op.Target, c.op.Hook = on(d, "web"), "4711"
			step := prepared(t, d, c.op)
			if string(step.Call.Body) != c.body || step.Expect != c.expect || step.Call.Method != http.MethodPatch || step.Call.URL != s.GitHubURL()+"/repos/acme/web/hooks/4711" {
				t.Fatalf("%s %s %s expects %s", step.Call.Method, step.Call.URL, step.Call.Body, step.Expect)
			}
			wants(t, d, step, change.Absent)
			sent(t, d, step, nil, change.Committed)
			if seen := wants(t, d, step, change.Present); seen.Warn != "" || seen.Now.Says.Raw() != c.expect {
				t.Fatalf("afterwards %s, %s", seen.Now.Says, seen.Warn)
			}
			if again, err := d.Prepare(t.Context(), c.op); err != nil || len(again) != 0 {
				t.Fatalf("again: %d steps, %v", len(again), err)
			}
			back := prepared(t, d, step.Undo[0])
			sent(t, d, back, nil, change.Committed)
			wants(t, d, back, change.Present)
			wants(t, d, step, change.Absent)
			if n := len(written(s)); n != 2 {
				t.Fatalf("%d writes", n)
			}
		})
	}
}

// TestSecretLost: whether an edit of events takes the secret along is not known; if it does, it is said at once.
func TestSecretLost(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	s.DropSecrets(true)
	d := writing(t, s, "")
	step := prepared(t, d, model.EditHook{Target: on(d, "web"), Hook: "4711", Add: []string{"push"}})
	sent(t, d, step, nil, change.Committed)
	if seen := wants(t, d, step, change.Present); !strings.Contains(seen.Warn, "secret is gone") || !strings.Contains(seen.Warn, "CircleCI") {
		t.Fatalf("warns %q", seen.Warn)
	}
}

// TestSomeoneElse: any other change of the hook is told from ours, and both versions can be shown.
func TestSomeoneElse(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(*simulator.Simulator) error{
		"events": func(s *simulator.Simulator) error {
			return s.SetHook("acme/web", 4711, true, "pull_request", "release")
		},
		"ours and more": func(s *simulator.Simulator) error {
			return s.SetHook("acme/web", 4711, true, "pull_request", "push", "release")
		},
		"switched off": func(s *simulator.Simulator) error { return s.SetHook("acme/web", 4711, false, "pull_request") },
		"address": func(s *simulator.Simulator) error {
			return s.SetURL("acme/web", 4711, "https://circleci.com/hooks/other")
		},
		"secret": func(s *simulator.Simulator) error { return s.SetSecret("acme/web", 4711, "") },
		"gone":   func(s *simulator.Simulator) error { return s.RemoveHooks("acme/web") },
	} {
		s := demo(t, simulator.Options{})
		d := writing(t, s, "")
		step := prepared(t, d, model.EditHook{Target: on(d, "web"), Hook: "4711", Add: []string{"push"}})
		if err := f(s); err != nil {
			t.Fatal(err)
		}
		if seen := wants(t, d, step, change.Other); seen.Now.Says.Raw() == step.Before.Says.Raw() {
			t.Errorf("%s: both versions say %s", name, seen.Now.Says)
		}
	}
}

func TestRefusedOperations(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	web, attic := on(d, "web"), on(d, "attic")
	circle := model.Outside("https://circleci.com/hooks/github")
	if err := s.SetHook("acme/site", siteHook(t, d), true, "*"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		op   model.Op
		want error
		said string
	}{
		{model.EditHook{Target: web, Hook: "1", Add: []string{"push"}}, model.ErrNotFound, "no such hook"},
		{model.EditHook{Target: web, Hook: "4711", Remove: []string{"pull_request"}}, model.ErrRefused, "at least one event"},
		{model.EditHook{Target: on(d, "site"), Hook: "", Remove: []string{"push"}}, model.ErrNotFound, "no such hook"},
		{model.EditHook{Target: attic, Hook: "1", Add: []string{"push"}}, model.ErrRefused, "archived"},
		{model.EditHook{Target: on(d, "nothing"), Hook: "1", Add: []string{"push"}}, model.ErrNotFound, ""},
		{model.ConfigureHook{Target: web, Hook: "4711", ContentType: "json"}, model.ErrRefused, "CircleCI's"},
		{model.RotateHookSecret{Target: web, Hook: "4711", Secret: "hook"}, model.ErrRefused, "CircleCI's"},
		{model.AddHook{Target: web, URL: circle, Events: []string{"push"}, ContentType: "form"}, model.ErrRefused, "secret that CircleCI does not know"},
		{model.AddHook{Target: web, URL: model.Outside("ftp://x"), Events: []string{"push"}, ContentType: "json"}, model.ErrRefused, "not a web address"},
		{model.AddHook{Target: web, URL: model.Outside("https://ci.example.com"), ContentType: "json"}, model.ErrRefused, "at least one event"},
		{model.TestHook{Target: web, Hook: "4711"}, model.ErrRefused, "does not ask for push"},
		{model.RedeliverHook{Target: web, Hook: "4711", Delivery: "99"}, model.ErrNotFound, "log does not have it"},
		{model.RedeliverHook{Target: web, Hook: "4711", Delivery: "../x"}, model.ErrRefused, "a number"},
	} {
		steps, err := d.Prepare(t.Context(), c.op)
		if !errors.Is(err, c.want) || len(steps) != 0 || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %d steps, %v", change.Words(c.op), len(steps), err)
		}
		if err != nil && model.CauseOf(err).Hint == "" {
			t.Errorf("%s: nothing is said about what to do next", change.Words(c.op))
		}
	}
	if n := len(written(s)); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func siteHook(t *testing.T, d *Driver) int64 {
	t.Helper()
	hooks, ok := d.c.Hooks(t.Context(), model.Repo{Ref: on(d, "site").Repo}).All()
	if !ok || len(hooks) != 1 {
		t.Fatal("acme/site has another wiring")
	}
	var id int64
	for _, c := range hooks[0].ID {
		id = id*10 + int64(c-'0')
	}
	return id
}

// TestOwnHook: a hook of one's own is made, configured, given another secret, removed, and put back where that can be.
func TestOwnHook(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	id := own(t, s, d, "")
	again := model.AddHook{Target: on(d, "ok"), URL: model.Outside("https://ci.example.com/in"), Events: []string{"push"}, ContentType: "json"}
	if _, err := d.Prepare(t.Context(), again); !errors.Is(err, model.ErrRefused) {
		t.Fatalf("a second hook for the same: %v", err)
	}

	conf := prepared(t, d, model.ConfigureHook{Target: on(d, "ok"), Hook: id, URL: model.Outside("https://ci.example.com/new"), TLSVerified: model.No})
	if string(conf.Call.Body) != `{"url":"https://ci.example.com/new","insecure_ssl":"1"}` {
		t.Fatalf("body %s", conf.Call.Body)
	}
	sent(t, d, conf, nil, change.Committed)
	wants(t, d, conf, change.Present)
	back := prepared(t, d, conf.Undo[0])
	sent(t, d, back, nil, change.Committed)
	wants(t, d, conf, change.Absent)

	remove := prepared(t, d, model.RemoveHook{Target: on(d, "ok"), Hook: id})
	if remove.Stakes != change.Destroys || remove.Final != "" || len(remove.Undo) != 1 {
		t.Fatalf("removal of a hook without secret: %+v", remove)
	}
	wants(t, d, remove, change.Absent)
	sent(t, d, remove, nil, change.Committed)
	wants(t, d, remove, change.Present)
	readd := prepared(t, d, remove.Undo[0])
	made := sent(t, d, readd, nil, change.Committed).Made
	if seen := wants(t, d, readd, change.Present); seen.Made != made {
		t.Fatalf("made %s, seen %s", made, seen.Made)
	}

	rotate := prepared(t, d, model.RotateHookSecret{Target: on(d, "ok"), Hook: made, Secret: "hook"})
	if !strings.Contains(string(rotate.Call.Body), "{secret:hook}") || rotate.Final == "" {
		t.Fatalf("%s %s", rotate.Call.Body, rotate.Final)
	}
	wants(t, d, rotate, change.Absent)
	sent(t, d, rotate, nil, change.NotCommitted) // no secret was given
	sent(t, d, rotate, change.Secrets{"hook": model.NewSecret("a real one")}, change.Committed)
	wants(t, d, rotate, change.Present)
	wants(t, d, prepared(t, d, model.RotateHookSecret{Target: on(d, "ok"), Hook: made, Secret: "hook"}), change.Unseen)
	if keep := prepared(t, d, model.RemoveHook{Target: on(d, "ok"), Hook: made}); keep.Final == "" || len(keep.Undo) != 0 {
		t.Fatalf("removal of a hook with a secret says %q", keep.Final)
	}
	if circle := prepared(t, d, model.RemoveHook{Target: on(d, "web"), Hook: "4711"}); !strings.Contains(circle.Final, "only CircleCI knows") {
		t.Fatalf("removal of CircleCI's hook says %q", circle.Final)
	}
}

// TestAddressInSlot: an address that carries a secret is in no step.
func TestAddressInSlot(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	whole := "https://chat.example.com/hooks/Qm7rT2xKp9vLs4Wn8Zb3"
	op := model.AddHook{Target: on(d, "ok"), URL: model.RedactURL(model.Outside(whole)), Address: "url", Secret: "hook", Events: []string{"push"}, Active: true, ContentType: "json"}
	step := prepared(t, d, op)
	if !slices.Equal(step.Slots, []string{"hook", "url"}) || strings.Contains(string(step.Call.Body), "Qm7r") {
		t.Fatalf("%v %s", step.Slots, step.Call.Body)
	}
	secrets := change.Secrets{"url": model.NewSecret(whole), "hook": model.NewSecret("s3cret of ours")}
	wants(t, d, step, change.Absent)
	made := sent(t, d, step, secrets, change.Committed).Made
	if seen := wants(t, d, step, change.Present); seen.Made != made {
		t.Fatalf("made %s, seen %s", made, seen.Made)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	docs := model.Repo{Ref: on(d, "docs").Repo}
	hooks, _ := d.c.Hooks(t.Context(), docs).All()
	id := hooks[0].ID
	for _, op := range []model.Op{model.PingHook{Target: on(d, "docs"), Hook: id}, model.TestHook{Target: on(d, "docs"), Hook: id}} {
		step := prepared(t, d, op)
		wants(t, d, step, change.Unseen)
		sent(t, d, step, nil, change.Committed)
		if step.Final == "" {
			t.Errorf("%s can be undone?", step.What)
		}
	}
	log, _ := d.c.Deliveries(t.Context(), docs, id, "")
	failed := slices.IndexFunc(log.Value, func(x model.Delivery) bool { return !x.OK() })
	step := prepared(t, d, model.RedeliverHook{Target: on(d, "docs"), Hook: id, Delivery: log.Value[failed].ID})
	wants(t, d, step, change.Unseen)
	if out := sent(t, d, step, nil, change.Committed); out.Status != 202 {
		t.Fatalf("status %d", out.Status)
	}
	wants(t, d, step, change.Present)
}

// TestRenamedBetween: a plan names the repository's own path; after a rename it is refused, and a new plan finds the new path.
func TestRenamed(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	op := model.EditHook{Target: on(d, "web"), Hook: "4711", Add: []string{"push"}}
	old := prepared(t, d, op)
	if err := s.Rename("acme/web", "shopfront"); err != nil {
		t.Fatal(err)
	}
	sent(t, d, old, nil, change.NotCommitted)
	step := prepared(t, d, op)
	if !strings.HasSuffix(step.Call.URL, "/repos/acme/shopfront/hooks/4711") || !strings.Contains(step.What, "acme/shopfront now") {
		t.Fatalf("%s to %s", step.What, step.Call.URL)
	}
	sent(t, d, step, nil, change.Committed)
	wants(t, d, step, change.Present)
}

// TestElsewhere: a step of another service is neither sent nor read.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	s := demo(t, simulator.Options{})
	d := writing(t, s, "")
	step := prepared(t, d, model.EditHook{Target: on(d, "web"), Hook: "4711", Add: []string{"push"}})
	for _, url := range []string{"https://api.github.com/repos/acme/web/hooks/4711", s.GitHubURL() + "/user", s.GitHubURL() + ".evil/repos/acme/web/hooks/1", s.GitHubURL() + "/repos/acme/../hooks/4711"} {
		bad := step
		bad.Call.URL = url
		if out := d.Send(t.Context(), bad, nil); out.Class != change.NotCommitted {
			t.Errorf("%s: %s", url, out.Class)
		}
		if _, err := d.Check(t.Context(), bad); err == nil {
			t.Errorf("%s was read", url)
		}
	}
	if n := len(written(s)); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// TestAnswersThatProveNothing: a success that is not the one GitHub documents leaves the outcome open.
func TestAnswersThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault simulator.Fault
		want  change.Class
	}{
		"empty 201":     {simulator.EmptyCreated(), change.Unknown},
		"a page":        {simulator.Page(200), change.Unknown},
		"another hook":  {simulator.Fault{Status: 200, Body: `{"id":1,"active":true,"events":["push"],"config":{}}`, Commit: true}, change.Unknown},
		"truncated":     {simulator.Fault{Status: 200, Body: `{"id":4711,"act`, Commit: true}, change.Unknown},
		"no content":    {simulator.Fault{Status: 204, Commit: true}, change.Unknown},
		"accepted":      {simulator.Fault{Status: 202, Body: `{}`, Commit: true}, change.Unknown},
		"server error":  {simulator.ServerError(502), change.Unknown},
		"conflict":      {simulator.Fault{Status: 409, Body: `{"message":"Conflict"}`}, change.Conflict},
		"refused":       {simulator.Fault{Status: 422, Body: `{"message":"Validation Failed"}`}, change.Rejected},
		"too many":      {simulator.TooMany(time.Minute), change.Throttled},
		"secondary":     {simulator.SecondaryLimit(time.Minute), change.Throttled},
		"not permitted": {simulator.Fault{Status: 403, Body: `{"message":"Resource not accessible by personal access token"}`}, change.Rejected},
		"hidden":        {simulator.Fault{Status: 404, Body: `{"message":"Not Found"}`}, change.Rejected},
		"unauthorised":  {simulator.Fault{Status: 401, Body: `{"message":"Bad credentials"}`}, change.Rejected},
	} {
		s := demo(t, simulator.Options{})
		d := writing(t, s, "")
		step := prepared(t, d, model.EditHook{Target: on(d, "web"), Hook: "4711", Add: []string{"push"}})
		c.fault.Method = http.MethodPatch
		s.Fault(c.fault)
		out := d.Send(t.Context(), step, nil)
		if out.Class != c.want || out.Why == nil {
			t.Errorf("%s: %s %+v", name, out.Class, out.Why)
		}
		if c.want == change.Throttled && out.Until == 0 {
			t.Errorf("%s: it does not say until when", name)
		}
	}
}
