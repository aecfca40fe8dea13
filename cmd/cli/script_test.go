package cli_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/cmd/cli"
	"gatehouse/providers/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gatehouse": func() { os.Exit(cli.Main(os.Args[1:], cli.System())) },
	})
}

type worldKey struct{}

// TestScripts runs the program as a person does: each script has a demo world of its own, whose tokens are in the variables TOKEN,
// TOKEN_LIMITED, TOKEN_FINE and TOKEN_EXPIRED, and an empty home.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			sim, err := simulator.Start(simulator.Options{})
			if err != nil {
				return err
			}
			env.Defer(sim.Close)
			env.Values[worldKey{}], env.Values[printedKey{}] = sim, &strings.Builder{}
			env.Setenv("HOME", env.WorkDir+"/home")
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/home/config")
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/home/state")
			env.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+env.WorkDir+"/no-keychain")
			env.Setenv("LONG", "acme/"+strings.Repeat("x", 300))
			env.Setenv("GATEHOUSE_LOOPBACK_PACE", "1ms")
			env.Setenv("WORLD", sim.GitHubURL())
			env.Setenv("WORLD_ELSEWHERE", strings.Replace(sim.GitHubURL(), "127.0.0.1", "localhost", 1))
			env.Setenv("TOKEN", sim.Token("", ""))
			env.Setenv("WORLD_CI", sim.CircleCIURL())
			env.Setenv("TOKEN_CI", sim.CircleCIToken(""))
			env.Setenv("TOKEN_SAM", sim.Token("sam", ""))
			for name, kind := range map[string]string{"LIMITED": simulator.KindLimited, "FINE": simulator.KindFineGrained, "EXPIRED": simulator.KindExpired} {
				env.Setenv("TOKEN_"+name, sim.Token("dana", kind))
			}
			return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o700)
		},
		Cmds: both(map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "fault": fault, "requests": requests, "private": private, "files": files, "canary": canary, "interrupt": interrupt,
		}, changing),
	})
}

func both[V any](a, b map[string]V) map[string]V {
	maps.Copy(a, b)
	return a
}

func world(ts *testscript.TestScript) *simulator.Simulator {
	return ts.Value(worldKey{}).(*simulator.Simulator)
}

// exits CODE ARG… runs gatehouse and wants that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG…")
	}
	err := ts.Exec("gatehouse", args[1:]...)
	printed(ts).WriteString(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("gatehouse %s: exit code %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// fault PATH STATUS BODY arms a fault in the demo world; fault PATH makes it never answer; fault alone mends it.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case len(args) == 0:
		world(ts).Mend()
		return
	case len(args) == 1: // it never answers
		world(ts).Fault(simulator.Fault{Path: args[0], Delay: time.Hour})
		return
	}
	var status int
	if _, err := fmt.Sscan(args[1], &status); err != nil || neg || len(args) != 3 {
		ts.Fatalf("usage: fault PATH STATUS BODY")
	}
	world(ts).Fault(simulator.Fault{Path: args[0], Status: status, Body: args[2], Header: http.Header{"Content-Type": {"application/json"}}})
}

// interrupt SIGNAL CODE LINES ARG… runs gatehouse until it has printed that many lines, signals it, and wants that exit code.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: interrupt SIGNAL CODE LINES ARG…")
	}
	cmd := exec.Command("gatehouse", args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "GATEHOUSE_GITHUB_URL", "GATEHOUSE_GITHUB_TOKEN"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	var n int
	_, err = fmt.Sscan(args[2], &n)
	ts.Check(err)
	for ; n > 0 && lines.Scan(); n-- {
		fmt.Fprintln(ts.Stdout(), lines.Text())
	}
	if n == 0 && args[2] == "0" { // it prints nothing before its end: wait until it has asked for something
		for len(world(ts).Requests()) == 0 {
			runtime.Gosched()
		}
	}
	ts.Check(cmd.Process.Signal(map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[args[0]]))
	_ = cmd.Wait()
	if got := fmt.Sprint(cmd.ProcessState.ExitCode()); got != args[1] || n != 0 {
		ts.Fatalf("exit code %s, want %s; %d lines short", got, args[1], n)
	}
}

// requests N wants that the demo world has been asked N times.
func requests(ts *testscript.TestScript, neg bool, args []string) {
	got := fmt.Sprint(len(world(ts).Requests()))
	if (got == args[0]) == neg {
		ts.Fatalf("%s requests were sent; want %s", got, args[0])
	}
}

// private PATH… wants that nobody else can read or write these.
func private(ts *testscript.TestScript, neg bool, args []string) {
	for _, path := range args {
		st, err := os.Stat(ts.MkAbs(path))
		ts.Check(err)
		if (st.Mode().Perm()&0o077 == 0) == neg {
			ts.Fatalf("%s has mode %v", path, st.Mode())
		}
	}
}

// files DIR NAME… wants that exactly these are below DIR; the store's own companions count as the store.
func files(ts *testscript.TestScript, _ bool, args []string) {
	var got []string
	root := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			rel, _ := filepath.Rel(root, path)
			got = append(got, rel)
		}
		return err
	}))
	if strings.Join(got, " ") != strings.Join(args[1:], " ") {
		ts.Fatalf("below %s: %v; want %v", args[0], got, args[1:])
	}
}

// canary wants that no token of the demo world was printed or is in any file.
func canary(ts *testscript.TestScript, neg bool, args []string) {
	where := map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")}
	for _, dir := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				text, rerr := os.ReadFile(path)
				where[path], err = string(text), rerr
			}
			return err
		}))
	}
	found := ""
	for _, t := range world(ts).Tokens() {
		for place, text := range where {
			if strings.Contains(text, t.Token) {
				found = place
			}
		}
	}
	if (found == "") == neg {
		ts.Fatalf("a token in %q", found)
	}
}
