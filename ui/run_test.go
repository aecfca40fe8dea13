//go:build unix

package ui

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/term"

	"gatehouse/model/inventory"
)

// consoleMode makes the test binary be the console on its terminal, so that tests can end it in every way.
const consoleMode = "GATEHOUSE_TEST_CONSOLE"

func TestMain(m *testing.M) {
	if mode := os.Getenv(consoleMode); mode != "" {
		os.Exit(console(mode))
	}
	goleak.VerifyTestMain(m)
}

// asked is what the console's fake service writes when it is asked for something.
const asked = "<asked>"

func console(mode string) int {
	f := newFake(all(literal()...))
	var armed atomic.Bool
	options := Options{NoColor: true}
	f.Open = func(context.Context) (inventory.Session, error) {
		_, _ = os.Stdout.WriteString(asked)
		armed.Store(mode == "panic in Update")
		return f.session, nil
	}
	f.Now = func() time.Time {
		if armed.Load() {
			panic("boom")
		}
		return noon
	}
	if mode == "panic in a command" {
		f.Browse = func(string) error { panic("boom") }
	}
	if mode == "panic in a goroutine" {
		options.beside = func() { panic("boom") }
	}
	if err := Run(context.Background(), f.Services, options); err != nil {
		return 4
	}
	return 0
}

// terminal is a terminal that answers nothing, with the console on it.
type terminal struct {
	t       *testing.T
	master  *os.File
	slave   *os.File
	before  *term.State
	cmd     *exec.Cmd
	mu      sync.Mutex
	out     bytes.Buffer
	written chan struct{}
}

func open(t *testing.T, mode string) *terminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, master: master, slave: slave, written: make(chan struct{}, 1)}
	if x.before, err = term.GetState(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // only so that a hang ends
	t.Cleanup(cancel)
	x.cmd = exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	x.cmd.Env = append(os.Environ(), consoleMode+"="+mode, "TERM=xterm-256color")
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = slave, slave, slave
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); x.listen() }()
	t.Cleanup(func() { _ = slave.Close(); _ = master.Close(); <-read })
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

// await waits until the console has written something.
func (x *terminal) await(what string) {
	x.t.Helper()
	for !strings.Contains(x.output(), what) {
		select {
		case <-x.written:
		case <-time.After(30 * time.Second): // a hang; nothing is measured
			x.t.Fatalf("the console never wrote %q, but %q", what, x.output())
		}
	}
}

// inOrder fails unless the terminal is as it was: cooked, cursor shown, the screen of before.
func (x *terminal) inOrder() {
	x.t.Helper()
	_ = x.cmd.Wait()
	x.await("\x1b[?1049l")
	after, err := term.GetState(int(x.slave.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if *after != *x.before {
		x.t.Errorf("the terminal's mode changed: %+v, was %+v", *after, *x.before)
	}
	out := x.output()
	if strings.LastIndex(out, "\x1b[?1049h") > strings.LastIndex(out, "\x1b[?1049l") {
		x.t.Error("the alternate screen was not left")
	}
	if strings.LastIndex(out, "\x1b[?25l") > strings.LastIndex(out, "\x1b[?25h") {
		x.t.Error("the cursor is hidden")
	}
}

func TestTheTerminalIsGivenBack(t *testing.T) {
	t.Parallel()
	signal := func(s os.Signal) func(*terminal) {
		return func(x *terminal) { _ = x.cmd.Process.Signal(s) }
	}
	key := func(k string) func(*terminal) {
		return func(x *terminal) { _, _ = x.master.WriteString(k) }
	}
	for _, c := range []struct {
		mode string
		end  func(*terminal)
		code int
	}{
		{"q", key("q"), 0},
		{"ctrl-c", key("\x03"), 0},
		{"SIGTERM", signal(syscall.SIGTERM), 4},
		{"SIGINT", signal(syscall.SIGINT), 4},
		{"SIGHUP", signal(syscall.SIGHUP), 4},
		{"SIGQUIT", signal(syscall.SIGQUIT), 4},
		{"panic in Update", nil, 4},
		{"panic in a command", key("o"), 4},
		{"panic in a goroutine", nil, 4},
	} {
		t.Run(c.mode, func(t *testing.T) {
			t.Parallel()
			x := open(t, c.mode)
			if c.end != nil {
				x.await("gh/acme/web")
				c.end(x)
			}
			x.inOrder()
			if got := x.cmd.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d; it wrote %q", got, c.code, x.output())
			}
		})
	}
}

// On a terminal that answers nothing the first frame comes, without a question to the terminal, before any service is asked.
func TestFirstFrameOnASilentTerminal(t *testing.T) {
	t.Parallel()
	x := open(t, "silent")
	x.await("gh/acme/web")
	_, _ = x.master.WriteString("q")
	x.inOrder()
	out := x.output()
	if frame, service := strings.Index(out, "REPOSITORY"), strings.Index(out, asked); frame < 0 || service < frame {
		t.Errorf("the service was asked at %d, the first frame came at %d", service, frame)
	}
	for name, query := range map[string]string{
		"background": "\x1b]11;?", "foreground": "\x1b]10;?", "cursor position": "\x1b[6n", "device attributes": "\x1b[c", "device attributes 0": "\x1b[0c", "terminal version": "\x1b[>q", "mode report": "$p",
	} {
		if strings.Contains(out, query) {
			t.Errorf("the terminal was asked for its %s", name)
		}
	}
}
