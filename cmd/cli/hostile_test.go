package cli_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/cmd/cli"
	"gatehouse/model"
	"gatehouse/model/hostile"
	"gatehouse/providers/simulator"
)

// rig runs commands in this process, against a demo world, in a home of its own.
type rig struct {
	sim  *simulator.Simulator
	home string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return &rig{sim, t.TempDir()}
}

func (r *rig) run(args ...string) (stdout, stderr string, code int) {
	env := map[string]string{
		"GATEHOUSE_GITHUB_URL": r.sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": r.sim.Token("", ""),
		"GATEHOUSE_CIRCLECI_URL": r.sim.CircleCIURL(), "GATEHOUSE_CIRCLECI_TOKEN": r.sim.CircleCIToken(""), "XDG_STATE_HOME": r.home, "XDG_CONFIG_HOME": r.home,
	}
	var out, errs bytes.Buffer
	code = cli.Main(args, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(k string) string { return env[k] }, Home: r.home, Dir: r.home})
	return out.String(), errs.String(), code
}

// steers finds a character that a terminal would obey or an eye would not see; lists may hold tabs and line feeds, and the brackets
// of marks are ours.
func steers(text string) (rune, bool) {
	for i, r := range text {
		if r == '\n' || r == '\t' || r == '‹' || r == '›' {
			continue
		}
		if r == 0xfffd || !model.Outside(text[i:i+len(string(r))]).Clean() {
			return r, true
		}
	}
	return 0, false
}

// attacked are commands whose answers are full of text from outside, and how many cells a row has.
var attacked = []struct {
	args  []string
	cells int
}{
	{[]string{"repo", "list", "gh/acme/web", "gh/acme/ok"}, 10},
	{[]string{"hook", "list", "gh/acme/web"}, 9},
	{[]string{"hook", "deliveries", "gh/acme/web", "4711", "--limit", "5"}, 9},
	{[]string{"key", "list", "gh/acme/web", "gh/acme/lint"}, 10},
	{[]string{"people", "list", "gh/acme/mobile"}, 6},
	{[]string{"repo", "view", "gh/acme/web"}, 0},
	{[]string{"auth", "status"}, 0},
}

// TestHostileText: whatever text the service sends, in whichever field, nothing of it steers the terminal, rows keep their count and
// cells, and JSON parses back to the same text (safety.md T-01, T-02, T-03).
func TestHostileText(t *testing.T) {
	t.Parallel()
	if len(hostile.Payloads) < 60 {
		t.Fatalf("%d payloads, want at least 60", len(hostile.Payloads))
	}
	tame := newRig(t)
	rows := make([]int, len(attacked))
	for i, c := range attacked {
		out, _, _ := tame.run(c.args...)
		if rows[i] = strings.Count(out, "\n"); rows[i] == 0 {
			t.Fatalf("%v prints nothing", c.args)
		}
	}
	for _, p := range hostile.Payloads {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.sim.Hostile(func(field string) string {
				if field == "X-OAuth-Scopes" && strings.ContainsFunc(p.Text, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
					return "" // no HTTP client takes a header with these
				}
				return p.Text
			})
			for i, c := range attacked {
				out, errs, code := r.run(c.args...)
				if bad, ok := steers(out + errs); ok {
					t.Errorf("%v lets %U through:\n%q\n%q", c.args, bad, out, errs)
				}
				if c.cells > 0 {
					checkRows(t, out, rows[i], c.cells)
				}
				if code != 0 && code != 8 {
					t.Errorf("%v: exit code %d: %s", c.args, code, errs)
				}
				if c.args[1] == "list" && c.args[0] != "repo" { // one pass writes all JSON
					checkJSON(t, r, c.args, p.Text)
				}
			}
		})
	}
}

func checkRows(t *testing.T, out string, rows, cells int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != rows {
		t.Errorf("%d rows, want %d:\n%s", len(lines), rows, out)
	}
	for _, line := range lines {
		if n := strings.Count(line, "\t") + 1; n != cells {
			t.Errorf("%d cells, want %d: %s", n, cells, line)
		}
	}
}

func checkJSON(t *testing.T, r *rig, args []string, payload string) {
	t.Helper()
	out, errs, _ := r.run(append([]string{"--json"}, args...)...)
	if bad, ok := steers(out + errs); ok || strings.ContainsAny(out, "‹›") {
		t.Errorf("%v --json lets %U through:\n%q\n%q", args, bad, out, errs)
	}
	var doc any
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Errorf("%v --json: %v", args, err)
	}
	if args[0] != "key" || payload == "" { // an empty payload leaves the field as it is
		return
	}
	var keys struct {
		Items []struct{ Title string }
	}
	_ = json.Unmarshal([]byte(out), &keys)
	if len(keys.Items) == 0 || keys.Items[0].Title != string([]rune(payload)) { // bytes that are no text are U+FFFD in every JSON
		t.Errorf("title %q, want %q", keys.Items, payload)
	}
	raw, _, _ := r.run(append([]string{"--jq", ".items[].title"}, args...)...)
	if bad, ok := steers(raw); ok {
		t.Errorf("%v --jq lets %U through: %q", args, bad, raw)
	}
}

// TestHostileErrors: what the service says when it refuses is text from outside, too.
func TestHostileErrors(t *testing.T) {
	t.Parallel()
	for _, p := range hostile.Payloads {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			body, err := json.Marshal(map[string]string{"message": p.Text, "documentation_url": p.Text})
			if err != nil {
				t.Fatal(err)
			}
			r.sim.Fault(simulator.Fault{Path: "/repos/*/*/hooks", Status: 403, Body: string(body), Header: http.Header{"Content-Type": {"application/json"}, "X-Accepted-Oauth-Scopes": {"evil\u202e"}}})
			out, errs, code := r.run("hook", "list", "gh/acme/web", "gh/acme/ok")
			if bad, ok := steers(out + errs); ok || code != 8 {
				t.Errorf("lets %U through (exit code %d):\n%q\n%q", bad, code, out, errs)
			}
			if n := strings.Count(errs, "\ngatehouse: ") + 1; n != 2 {
				t.Errorf("%d messages, want 2:\n%s", n, errs)
			}
		})
	}
}

// TestHostileArguments: what was typed is not trusted either; it may have been pasted.
func TestHostileArguments(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, p := range hostile.Payloads {
		for _, args := range [][]string{
			{p.Text + "x"}, {"repo", "list", "--" + p.Text}, {"repo", "view", "acme/" + p.Text}, {"repo", "list", "--match", "x:" + p.Text}, {"repo", "list", "--sort", p.Text},
			{"repo", "list", "--columns", p.Text}, {"repo", "list", "--jq", p.Text + "["}, {"repo", "list", "--profile", p.Text + "x"}, {"hook", p.Text}, {"repo", "list", "--settings", p.Text},
		} {
			out, errs, code := r.run(args...)
			if bad, ok := steers(out + errs); ok {
				t.Errorf("%q lets %U through:\n%q", args, bad, errs)
			}
			if !slices.Contains([]int{0, 2, 4, 7}, code) {
				t.Errorf("%q: exit code %d", args, code)
			}
		}
	}
}
