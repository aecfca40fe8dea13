//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// beProgram makes the test binary be gatehouse, so that these tests run the real main without building it a second time.
const beProgram = "GATEHOUSE_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beProgram) != "" {
		main()
	}
	code := m.Run()
	if mortalDir != "" {
		_ = os.RemoveAll(mortalDir)
	}
	os.Exit(code)
}

const (
	enterScreen, leaveScreen = "\x1b[?1049h", "\x1b[?1049l"
	hideCursor, showCursor   = "\x1b[?25l", "\x1b[?25h"
	patience                 = time.Minute // only so that a hang ends; nothing is measured by it
)

// terminal is an 80×24 terminal that answers nothing, with the whole program on it.
type terminal struct {
	master, slave *os.File
	before        *term.State
	program       *exec.Cmd
	closeMaster   func()

	mu      sync.Mutex
	out     bytes.Buffer
	written chan struct{}
}

// console opens `gatehouse demo` on a terminal of its own.
func console(tb testing.TB) *terminal {
	tb.Helper()
	home := tb.TempDir()
	return onTerminal(tb, []string{"demo"}, home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
}

// onTerminal runs the program on a terminal of its own, as a login shell would: the leader of a session.
func onTerminal(tb testing.TB, args []string, home string, env ...string) *terminal {
	tb.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		tb.Fatal(err)
	}
	x := &terminal{master: master, slave: slave, written: make(chan struct{}, 1)}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		tb.Fatal(err)
	}
	if x.before, err = term.GetState(int(slave.Fd())); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	x.program = exec.CommandContext(ctx, os.Args[0], args...)
	x.program.Env = append([]string{beProgram + "=1", "TERM=xterm-256color", "HOME=" + home}, env...)
	x.program.Dir = home
	x.program.Stdin, x.program.Stdout, x.program.Stderr = slave, slave, slave
	x.program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.program.Start(); err != nil {
		tb.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); x.listen() }()
	x.closeMaster = sync.OnceFunc(func() { _ = master.Close(); <-read })
	tb.Cleanup(func() { cancel(); _ = slave.Close(); x.closeMaster() })
	return x
}

func (x *terminal) listen() {
	buf := make([]byte, 1<<16)
	for {
		n, err := x.master.Read(buf)
		x.mu.Lock()
		x.out.Write(buf[:n])
		x.mu.Unlock()
		select {
		case x.written <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (x *terminal) output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.out.String()
}

func (x *terminal) await(tb testing.TB, what string) {
	tb.Helper()
	for late := time.After(patience); !strings.Contains(x.output(), what); {
		select {
		case <-x.written:
		case <-late:
			tb.Fatalf("the program never wrote %q, but %q", what, x.output())
		}
	}
}

func TestTheTerminalIsGivenBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		key    string
		signal syscall.Signal
		code   int
	}{
		{name: "q", key: "q", code: 0},
		{name: "ctrl-c", key: "\x03", code: 0},
		{name: "SIGINT", signal: syscall.SIGINT, code: 6},
		{name: "SIGTERM", signal: syscall.SIGTERM, code: 6},
		{name: "SIGHUP", signal: syscall.SIGHUP, code: 4},
		{name: "SIGQUIT", signal: syscall.SIGQUIT, code: 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := console(t)
			x.await(t, "gh/acme/web")
			if raw, err := term.GetState(int(x.slave.Fd())); err != nil || *raw == *x.before {
				t.Fatalf("the terminal is not raw while the console is open, so nothing here would be proven (%v)", err)
			}
			if c.key != "" {
				if _, err := x.master.WriteString(c.key); err != nil {
					t.Fatal(err)
				}
			} else if err := x.program.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = x.program.Wait() // what it exits with is looked at below
			x.await(t, leaveScreen)
			after, err := term.GetState(int(x.slave.Fd()))
			if err != nil || *after != *x.before {
				t.Errorf("the terminal's mode is %+v, was %+v (%v)", after, x.before, err)
			}
			out := x.output()
			if strings.LastIndex(out, enterScreen) > strings.LastIndex(out, leaveScreen) {
				t.Error("the alternate screen was not left")
			}
			if strings.LastIndex(out, hideCursor) > strings.LastIndex(out, showCursor) {
				t.Error("the cursor is hidden")
			}
			if got := x.program.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d; it wrote %q", got, c.code, out)
			}
		})
	}
}

// A window that is closed takes its terminal with it: the program ends instead of reading from nothing for ever.
func TestAClosedWindowEndsTheProgram(t *testing.T) {
	t.Parallel()
	x := console(t)
	x.await(t, "gh/acme/web")
	x.closeMaster()
	_ = x.program.Wait()
	if s := x.program.ProcessState; !s.Exited() {
		t.Errorf("the program was ended by force: %s", s)
	}
}

// BenchmarkFirstFrame starts the program on a terminal that answers nothing and waits for its first frame; the budget is 150 ms.
func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		x := console(b)
		x.await(b, "REPOSITORY")
		b.StopTimer()
		_ = x.program.Process.Kill()
		_ = x.program.Wait()
		b.StartTimer()
	}
}
