//go:build unix

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/providers/simulator"
)

// TestMissingPushMendedWithKeys is S1 on a terminal: the hook of acme/web lacks push; the editor, the review and the undo are reached by keys
// alone. What arrives at the service is one PATCH without a configuration, and deliveries stay signed with a secret that only this test
// and the service know.
func TestMissingPushMendedWithKeys(t *testing.T) {
	t.Parallel()
	const secret = "canary-of-circleci-4711"
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	if err := sim.SetSecret("acme/web", 4711, secret); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	x := program(t, dir, sim)
	x.await(t, "no push")
	x.keys(t, ":")
	x.await(t, "enter go")
	x.keys(t, "gh/acme/web")
	x.await(t, ": gh/acme/web")
	x.keys(t, "\r", "e")
	x.await(t, "With this choice")
	x.keys(t, " ")
	x.await(t, "pull_request, push; active")
	x.keys(t, "\r")
	x.await(t, "add_events")
	x.confirm(t)
	x.await(t, "read back")
	writes := writesOf(sim)
	if len(writes) != 1 || writes[0].Method != http.MethodPatch || string(writes[0].Body) != `{"active":true,"add_events":["push"]}`+"\n" {
		t.Fatalf("%d writes: %+v", len(writes), writes)
	}
	if got := eventsOf(t, sim); !reflect.DeepEqual(got, []string{"pull_request", "push"}) {
		t.Fatalf("the hook sends %v", got)
	}
	signedWith(t, sim, secret)
	x.keys(t, "\r", "u")
	x.await(t, `undo #1: remove "push" from hook 4711`)
	x.keys(t, "\r")
	x.await(t, "remove_events")
	x.confirm(t)
	x.await(t, "#2 undo #1")
	if got := eventsOf(t, sim); !reflect.DeepEqual(got, []string{"pull_request"}) || len(writesOf(sim)) != 2 {
		t.Fatalf("after undo the hook sends %v, %d writes", got, len(writesOf(sim)))
	}
	x.keys(t, "\r", "q")
	if err := x.program.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if out := x.output(); strings.Contains(out, secret) || strings.Contains(out, sim.Token("", "")) {
		t.Error("a secret reached the terminal")
	}
}

// program opens the console of the simulated service on a terminal of its own.
func program(t *testing.T, dir string, sim *simulator.Simulator) *terminal {
	t.Helper()
	return onTerminal(t, nil, dir, "XDG_STATE_HOME="+dir+"/state", "XDG_CONFIG_HOME="+dir+"/config", "GATEHOUSE_LOOPBACK_PACE=1ms",
		"GATEHOUSE_GITHUB_URL="+sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN="+sim.Token("", ""))
}

// keys types. Letters that arrive together count as one key: wait for what a letter does before typing more.
func (x *terminal) keys(t *testing.T, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if _, err := x.master.WriteString(k); err != nil {
			t.Fatal(err)
		}
	}
}

// confirm moves to the button that applies and presses it. A dialog that has just appeared ignores keys, so the arrow is pressed until the
// button has the focus; it stays there however often.
func (x *terminal) confirm(t *testing.T) {
	t.Helper()
	seen := len(x.output())
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for late := time.After(patience); !strings.Contains(x.output()[seen:], "▸ Apply ◂"); {
		select {
		case <-again.C:
			x.keys(t, "\x1b[C")
		case <-late:
			t.Fatalf("the button never got the focus: %q", x.output()[seen:])
		}
	}
	x.keys(t, "\r")
}

func writesOf(sim *simulator.Simulator) []simulator.Request {
	var out []simulator.Request
	for _, r := range sim.Requests() {
		if r.Method != http.MethodGet && !strings.HasSuffix(r.Path, "/graphql") {
			out = append(out, r)
		}
	}
	return out
}

func eventsOf(t *testing.T, sim *simulator.Simulator) []string {
	t.Helper()
	hooks, err := sim.Hooks("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hooks {
		if h.ID == 4711 {
			return h.Events
		}
	}
	return nil
}

// signedWith has somebody push, and checks its signature as CircleCI would.
func signedWith(t *testing.T, sim *simulator.Simulator, secret string) {
	t.Helper()
	if _, err := sim.Happen("acme/web", simulator.PushDefault, "main"); err != nil {
		t.Fatal(err)
	}
	hooks := sim.GitHubURL() + "/repos/acme/web/hooks/4711"
	ask := func(method, address string, v any) {
		req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+sim.Token("", ""))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode >= 300 {
			t.Fatalf("%s %s: %d %s", method, address, res.StatusCode, b)
		}
		if v != nil {
			if err := json.Unmarshal(b, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	var log []struct {
		ID    int64
		Event string
	}
	ask(http.MethodGet, hooks+"/deliveries", &log)
	var d struct {
		Request struct {
			Headers map[string]string
			Payload json.RawMessage
		}
	}
	ask(http.MethodGet, hooks+"/deliveries/"+strconv.FormatInt(log[0].ID, 10), &d)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(url.Values{"payload": {string(d.Request.Payload)}}.Encode()))
	if got, want := d.Request.Headers["X-Hub-Signature-256"], "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Fatalf("signed %s, want %s", got, want)
	}
}
