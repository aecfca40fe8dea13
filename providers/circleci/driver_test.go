package circleci

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/transport"
)

// writable answers GET with the settings that are held at the moment, and PATCH as told.
type writable struct {
	held   string
	status int    // of PATCH
	answer string // of PATCH
	sent   []string
}

func (x *writable) driver(t *testing.T) *Driver {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, x.held)
			return
		}
		body, _ := io.ReadAll(r.Body)
		x.sent = append(x.sent, r.Method+" "+r.URL.Path+" "+string(body))
		w.WriteHeader(x.status)
		_, _ = io.WriteString(w, x.answer)
	}))
	t.Cleanup(s.Close)
	tr, err := transport.New(transport.Options{
		Service: model.ServiceCircleCI, Base: s.URL, Auth: transport.CircleToken(model.NewSecret("secret")), Loopback: true,
		Policy: transport.Policy{PerMinute: -1, Retries: -1, WritePace: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return NewDriver(New(Options{Transport: tr, Base: s.URL}), "dana", "")
}

const (
	off   = `{"advanced":{"build_prs_only":false,"build_fork_prs":false,"set_github_status":true}}`
	on    = `{"advanced":{"build_prs_only":true,"build_fork_prs":false,"set_github_status":true}}`
	other = `{"advanced":{"build_prs_only":false,"build_fork_prs":true,"set_github_status":true}}`
	both  = `{"advanced":{"build_prs_only":true,"build_fork_prs":true,"set_github_status":true}}`
)

func edit(d *Driver, set map[string]bool) model.EditSettings {
	ref, _ := model.NewRepoRef(model.GitHub, "acme", "web")
	return model.EditSettings{Target: model.Target{Origin: d.Place().Origin, Account: "dana", Repo: ref}, Project: model.Outside("gh/acme/web"), Set: set}
}

func plan(t *testing.T, d *Driver) change.Step {
	t.Helper()
	steps, err := d.Prepare(t.Context(), edit(d, map[string]bool{"build_prs_only": true, "set_github_status": true}))
	if err != nil || len(steps) != 1 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	return steps[0]
}

// TestSettingsPlan: the keys that differ and no others, and the way back.
func TestSettingsPlan(t *testing.T) {
	t.Parallel()
	d := (&writable{held: off}).driver(t)
	s := plan(t, d)
	if string(s.Call.Body) != `{"advanced":{"build_prs_only":true}}` || s.Before.Says.Raw() != "build_prs_only off" || s.Expect != "build_prs_only on" {
		t.Errorf("%s %s %s", s.Call.Body, s.Before.Says, s.Expect)
	}
	if back, ok := s.Undo[0].(model.EditSettings); !ok || len(back.Set) != 1 || back.Set["build_prs_only"] {
		t.Errorf("back is %v", s.Undo)
	}
	if steps, err := d.Prepare(t.Context(), edit(d, map[string]bool{"build_prs_only": false})); err != nil || len(steps) != 0 {
		t.Errorf("%d steps for what is so already, %v", len(steps), err)
	}
	for _, name := range []string{"oss", "autocancel_builds"} { // one cannot be set, of the other CircleCI does not say what it is
		if _, err := d.Prepare(t.Context(), edit(d, map[string]bool{name: false})); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSettingsCheck: what is read tells before from after, and both from what somebody else did.
func TestSettingsCheck(t *testing.T) {
	t.Parallel()
	x := &writable{held: off}
	d := x.driver(t)
	s := plan(t, d)
	for held, want := range map[string]change.Effect{off: change.Absent, on: change.Present, other: change.Other, both: change.Other} {
		x.held = held
		if seen, err := d.Check(t.Context(), s); err != nil || seen.Effect != want {
			t.Errorf("%s is %v, %v", held, seen.Effect, err)
		}
	}
	for _, held := range []string{"", "null", `{}`, `{"advanced":{}}`, "<html>"} {
		x.held = held
		if seen, err := d.Check(t.Context(), s); err == nil {
			t.Errorf("%q is taken for %v", held, seen.Effect)
		}
	}
}

// TestSettingsSent: one request, and only the documented answer proves that it happened.
func TestSettingsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		answer string
		class  change.Class
	}{
		"done":         {200, on, change.Committed},
		"empty":        {200, "", change.Unknown},
		"a login page": {200, "<html>", change.Unknown},
		"another 2xx":  {202, on, change.Unknown},
		"refused":      {403, `{"message":"Permission denied"}`, change.Rejected},
		"bad request":  {400, `{"message":"Unexpected field"}`, change.Rejected},
		"broken":       {500, `{}`, change.Unknown},
		"limited":      {429, `{}`, change.Throttled},
	} {
		x := &writable{held: off, status: c.status, answer: c.answer}
		d := x.driver(t)
		out := d.Send(t.Context(), plan(t, d), nil)
		if out.Class != c.class || (out.Why == nil) != (c.class == change.Committed) {
			t.Errorf("%s: %v %v", name, out.Class, out.Why)
		}
		if len(x.sent) != 1 || x.sent[0] != `PATCH /api/v2/project/gh/acme/web/settings {"advanced":{"build_prs_only":true}}` {
			t.Errorf("%s: sent %q", name, x.sent)
		}
	}
	x := &writable{held: off}
	d := x.driver(t)
	s := plan(t, d)
	s.Call.URL = strings.Replace(s.Call.URL, "http://", "http://other.", 1)
	if out := d.Send(t.Context(), s, nil); out.Class != change.NotCommitted || len(x.sent) > 0 {
		t.Errorf("a call of another place is %v, sent %q", out.Class, x.sent)
	}
}
