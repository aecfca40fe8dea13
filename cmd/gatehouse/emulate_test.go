//go:build emulate

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// These tests run the built binary against the npm package emulate, started by .ci/emulate: a GitHub that nobody here wrote. It has
// repositories, hooks, collaborators and accounts; it lacks deploy keys, GraphQL, teams, invitations, memberships, ETags, request ids
// and the scopes header.

const seedToken = "tok-owner"

type emulated struct {
	Schema   string           `json:"schema"`
	Complete bool             `json:"complete"`
	Gaps     []map[string]any `json:"gaps"`
	Items    []map[string]any `json:"items"`
}

func gatehouse(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(os.Getenv("GATEHOUSE_BINARY"), args...)
	state := t.TempDir()
	cmd.Env = []string{"GATEHOUSE_GITHUB_URL=" + os.Getenv("GATEHOUSE_EMULATE_URL"), "GATEHOUSE_GITHUB_TOKEN=" + seedToken, "HOME=" + state, "XDG_STATE_HOME=" + state, "XDG_CONFIG_HOME=" + state}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if strings.Contains(out.String()+errs.String(), seedToken) {
		t.Error("the token was printed")
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func items(t *testing.T, args ...string) (emulated, string, int) {
	t.Helper()
	out, errs, code := gatehouse(t, append(args, "--json")...)
	var e emulated
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatalf("%v: %v\n%s\n%s", args, err, out, errs)
	}
	if e.Schema != "gatehouse.v1" {
		t.Errorf("%v: schema %q", args, e.Schema)
	}
	return e, errs, code
}

func post(t *testing.T, path, body string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, os.Getenv("GATEHOUSE_EMULATE_URL")+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+seedToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %d %s", path, res.StatusCode, b)
	}
}

func TestEmulate(t *testing.T) {
	post(t, "/repos/octo-owner/hello/hooks", `{"name":"web","config":{"url":"https://circleci.com/hooks/github","content_type":"form"},"events":["pull_request"]}`)

	repos, errs, code := items(t, "repo", "list")
	slugs := map[string]map[string]any{}
	for _, r := range repos.Items {
		slugs[r["slug"].(string)] = r
	}
	if len(slugs) < 2 || slugs["gh/octo-owner/hello"] == nil || slugs["gh/octo-owner/secret-plans"]["private"] != true {
		t.Fatalf("repositories: %v %s (%d)", repos.Items, errs, code)
	}
	hello := slugs["gh/octo-owner/hello"]
	if hook := hello["hook"].(map[string]any); hook["state"] != "no push" || hook["read"] != "known" {
		t.Errorf("the hook it has: %v", hook)
	}
	if keys := hello["deploy_keys"].(map[string]any); keys["read"] != "not_applicable" || keys["count"] != nil {
		t.Errorf("deploy keys it lacks: %v", keys)
	}
	if people := hello["people"].(map[string]any); people["read"] != "known" {
		t.Errorf("people it has: %v", people)
	}

	hooks, _, code := items(t, "hook", "list", "octo-owner/hello")
	if len(hooks.Items) != 1 || hooks.Items[0]["ci"] != "circleci" || hooks.Items[0]["secret_set"] != nil || code != 0 {
		t.Errorf("hooks: %v (%d); a server that does not say whether there is a secret is no server without one", hooks.Items, code)
	}

	keys, _, code := items(t, "key", "list", "octo-owner/hello")
	if len(keys.Items) != 0 || code != 0 || len(keys.Gaps) != 1 || keys.Gaps[0]["state"] != "not_applicable" {
		t.Errorf("keys: %v gaps %v (%d)", keys.Items, keys.Gaps, code)
	}
	table, errs, _ := gatehouse(t, "key", "list", "octo-owner/hello")
	if !strings.Contains(table, "not available here") || strings.Contains(table+errs, "none") || strings.Contains(table+errs, "<html") {
		t.Errorf("keys as a table: %q %q", table, errs)
	}

	people, _, code := items(t, "people", "list", "octo-owner/hello")
	if code != 0 {
		t.Errorf("people: %v gaps %v (%d)", people.Items, people.Gaps, code)
	}

	status, _, code := gatehouse(t, "auth", "status")
	if code != 0 || !strings.Contains(status, "octo-owner") || strings.Count(status, "not available here") < 2 {
		t.Errorf("auth status (%d): %s", code, status)
	}

	_, errs, code = gatehouse(t, "repo", "view", "octo-owner/nothing-here")
	if code != 5 || !strings.Contains(errs, "hint:") {
		t.Errorf("a repository that is not there: %d %s", code, errs)
	}
}
