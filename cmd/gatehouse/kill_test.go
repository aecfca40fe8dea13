//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/providers/simulator"
)

// mortalDir is where it was built; TestMain removes it.
var mortalDir string

// mortal is gatehouse built so that it can be killed at a commit of its journal.
var mortal = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "gatehouse-mortal-")
	if err != nil {
		return "", err
	}
	mortalDir = dir
	path := filepath.Join(dir, "gatehouse")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-tags", "crash", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return path, nil
})

// victim is a world with one state folder, and the program that is killed on it.
type victim struct {
	t    *testing.T
	sim  *simulator.Simulator
	dir  string
	path string
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	path, err := mortal()
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return &victim{t: t, sim: sim, dir: t.TempDir(), path: path}
}

func (v *victim) command(crashAt int, args ...string) (*exec.Cmd, *bytes.Buffer) {
	c := exec.CommandContext(v.t.Context(), v.path, args...)
	c.Env = []string{
		"HOME=" + v.dir, "XDG_STATE_HOME=" + v.dir + "/state", "XDG_CONFIG_HOME=" + v.dir + "/config", "GATEHOUSE_LOOPBACK_PACE=1ms",
		"GATEHOUSE_GITHUB_URL=" + v.sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN=" + v.sim.Token("", ""), fmt.Sprint("GATEHOUSE_CRASH_AT=", crashAt),
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	return c, &out
}

// edit is S1's command. It reports what the program was killed by, if it was.
func (v *victim) edit(crashAt int) (killed bool) {
	c, out := v.command(crashAt, "hook", "edit", "gh/acme/web", "--ci", "--add", "push", "--yes")
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.ExitCode() == -1:
		return true
	}
	v.t.Fatalf("%v: %s", err, out)
	return false
}

// run runs the program to its end and gives what it printed.
func (v *victim) run(args ...string) string {
	c, out := v.command(0, args...)
	_ = c.Run() // the exit code of a resumed run is that of what became of it
	return out.String()
}

func (v *victim) writes() int {
	return len(slices.DeleteFunc(v.sim.Requests(), func(r simulator.Request) bool {
		return r.Method == http.MethodGet || strings.HasSuffix(r.Path, "/graphql")
	}))
}

func (v *victim) events() []string {
	hooks, err := v.sim.Hooks("acme/web")
	if err != nil {
		v.t.Fatal(err)
	}
	for _, h := range hooks {
		if h.ID == 4711 {
			return h.Events
		}
	}
	return nil
}

var unchanged, changed = []string{"pull_request"}, []string{"pull_request", "push"}

// settled resumes, once or ten times, and wants an end: done or undone, nothing sent twice, and no more when asked again.
func (v *victim) settled(when string, times int) {
	v.t.Helper()
	var listed struct {
		Items []struct{ ID, State string }
	}
	if err := json.Unmarshal([]byte(v.run("journal", "list", "--json")), &listed); err != nil {
		v.t.Fatalf("%s: %v", when, err)
	}
	if len(listed.Items) == 0 {
		if v.writes() != 0 || !reflect.DeepEqual(v.events(), unchanged) {
			v.t.Errorf("%s: %d writes, %v, and the journal knows nothing", when, v.writes(), v.events())
		}
		return
	}
	for range times {
		v.run("journal", "resume", "1")
	}
	if err := json.Unmarshal([]byte(v.run("journal", "list", "--json")), &listed); err != nil {
		v.t.Fatal(err)
	}
	want, state := changed, listed.Items[0].State
	if state == "undone" {
		want = unchanged
	}
	if state != "done" && state != "undone" || !reflect.DeepEqual(v.events(), want) || v.writes() > 1 {
		v.t.Errorf("%s: %s with %v after %d writes", when, state, v.events(), v.writes())
	}
}

// TestKilled kills the program at every request of an edit, the simulator holding its answer before or after it took effect, and before and
// after every commit of the journal. How many there are is counted in a run that nobody kills.
func TestKilled(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	if v.edit(0) {
		t.Fatal("an undisturbed run was killed")
	}
	requests := len(v.sim.Requests())
	for k := 1; k <= requests; k++ {
		for name, f := range map[string]simulator.Fault{"before": {Delay: time.Hour}, "after": {Cut: simulator.CutNever}} {
			killedAtRequest(t, k, fmt.Sprintf("request %d of %d, held %s it took effect", k, requests, name), f)
		}
	}
	commits := 0
	for n := 1; ; n++ {
		v := newVictim(t)
		if !v.edit(n) {
			break
		}
		commits++
		v.settled(fmt.Sprintf("commit point %d", n), 1+9*(n%2))
	}
	if requests < 5 || commits < 10 {
		t.Errorf("%d requests, %d commit points: the run that was counted did less than an edit does", requests, commits)
	}
	t.Logf("killed at %d requests, before and after each took effect, and at %d points around the journal's commits", requests, commits)
}

func killedAtRequest(t *testing.T, k int, when string, f simulator.Fault) {
	t.Helper()
	v := newVictim(t)
	arrived := make(chan struct{})
	f.Nth = k
	if f.Delay > 0 {
		n := 0
		f.Nth, f.Where = 0, func(*http.Request, []byte) bool {
			if n++; n == k {
				close(arrived)
			}
			return n == k
		}
	} else {
		n := 0
		v.sim.Watch(func(simulator.Request) {
			if n++; n == k {
				close(arrived)
			}
		})
	}
	v.sim.Fault(f)
	c, out := v.command(0, "hook", "edit", "gh/acme/web", "--ci", "--add", "push", "--yes")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-arrived:
	case <-time.After(patience):
		t.Errorf("%s: it never came: %s", when, out)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	v.sim.Watch(nil)
	v.sim.Mend()
	v.settled(when, 1+9*(k%2))
}
