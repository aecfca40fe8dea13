//go:build unix

package main

import (
	"errors"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/term"

	"gatehouse/providers/simulator"
)

// TestAskedOnATerminal: without --yes a person is asked, and no is the default; what destroys is typed; a secret that is typed is not echoed;
// an interrupt at a prompt gives the terminal back.
func TestAskedOnATerminal(t *testing.T) {
	t.Parallel()
	const secret = "canary-typed-secret"
	for _, c := range []struct {
		name    string
		args    []string
		dialog  [][2]string // wait for the first, type the second
		signal  syscall.Signal
		code    int
		changed bool
	}{
		{name: "yes", args: []string{"hook", "edit", "gh/acme/web", "--ci", "--add", "push"}, dialog: [][2]string{{"Apply? [y/N]", "y\r"}}, changed: true},
		{name: "no", args: []string{"hook", "edit", "gh/acme/web", "--ci", "--add", "push"}, dialog: [][2]string{{"Apply? [y/N]", "n\r"}}, code: 7},
		{name: "enter", args: []string{"hook", "edit", "gh/acme/web", "--ci", "--add", "push"}, dialog: [][2]string{{"Apply? [y/N]", "\r"}}, code: 7},
		{name: "typed", args: []string{"hook", "remove", "gh/acme/web", "--ci"}, dialog: [][2]string{{"Type gh/acme/web to confirm", "gh/acme/web\r"}}, changed: true},
		{name: "mistyped", args: []string{"hook", "remove", "gh/acme/web", "--ci"}, dialog: [][2]string{{"Type gh/acme/web to confirm", "gh/acme/we\r"}}, code: 7},
		{name: "secret", args: []string{"hook", "edit", "gh/acme/web", "500201", "--secret", "ask"}, dialog: [][2]string{{"secret (not shown)", secret + "\r"}, {"Apply? [y/N]", "y\r"}}, changed: true},
		{name: "corrected secret", args: []string{"hook", "edit", "gh/acme/web", "500201", "--secret", "ask"}, dialog: [][2]string{{"secret (not shown)", "wrong\x15" + secret + "é\x7f\r"}, {"Apply? [y/N]", "y\r"}}, changed: true},
		{name: "ctrl-c at a secret", args: []string{"hook", "edit", "gh/acme/web", "500201", "--secret", "ask"}, dialog: [][2]string{{"secret (not shown)", "abc\x03"}}, code: 6},
		{name: "interrupted", args: []string{"hook", "edit", "gh/acme/web", "--ci", "--add", "push"}, dialog: [][2]string{{"Apply? [y/N]", ""}}, signal: syscall.SIGINT, code: 6},
		{name: "interrupted at a secret", args: []string{"hook", "edit", "gh/acme/web", "500201", "--secret", "ask"}, dialog: [][2]string{{"secret (not shown)", ""}}, signal: syscall.SIGTERM, code: 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, err := simulator.Start(simulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(sim.Close)
			before, err := sim.Hooks("acme/web")
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			x := onTerminal(t, c.args, dir, "XDG_STATE_HOME="+dir+"/state", "XDG_CONFIG_HOME="+dir+"/config", "GATEHOUSE_LOOPBACK_PACE=1ms",
				"GATEHOUSE_GITHUB_URL="+sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN="+sim.Token("", ""))
			for _, d := range c.dialog {
				x.await(t, d[0])
				x.keys(t, d[1])
			}
			if c.signal != 0 {
				if err := x.program.Process.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
			}
			err = x.program.Wait()
			code := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				code = exit.ExitCode()
			}
			after, err := sim.Hooks("acme/web")
			if err != nil {
				t.Fatal(err)
			}
			if code != c.code || reflect.DeepEqual(before, after) == c.changed {
				t.Errorf("exit code %d, want %d; changed %v: %s", code, c.code, !reflect.DeepEqual(before, after), x.output())
			}
			for _, h := range after {
				if c.changed && h.ID == 500201 && strings.Contains(c.name, "secret") && h.Secret != secret {
					t.Errorf("the service was given %q", h.Secret)
				}
			}
			if strings.Contains(x.output(), secret) {
				t.Error("the secret was echoed")
			}
			if now, err := term.GetState(int(x.slave.Fd())); err != nil || !reflect.DeepEqual(now, x.before) {
				t.Errorf("the terminal was not given back: %v", err)
			}
		})
	}
}
