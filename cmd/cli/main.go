// Package cli holds gatehouse's commands, one file for each noun. Results go to stdout, everything else to stderr; what a command
// exits with is decided in one place, exit.go.
package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"gatehouse/cmd/wire"
	"gatehouse/model"
)

// version is set when a release is built.
var version = ""

// Streams is what a command knows of the world outside.
type Streams struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Getenv func(string) string
	Home   string
	Dir    string // the folder it was started in
}

// System is the real world.
func System() Streams {
	home, _ := os.UserHomeDir()
	dir, _ := os.Getwd()
	return Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Home: home, Dir: dir}
}

// app is one run of the program.
type app struct {
	Streams
	flags flags
	wire  *wire.Wire
	ran   bool // past the reading of flags: errors are no longer about usage
	gaps  []model.Gap
	lines *bufio.Reader // of In, once something was read line by line
}

type flags struct {
	demo       bool
	demoState  string
	profile    string
	settings   string
	readOnly   bool
	json       bool
	jq         string
	noColor    bool
	verbose    bool
	acceptGaps []string
	dryRun     bool
	yes        bool
	confirm    string
}

// Main runs one command and gives the exit code.
func Main(args []string, s Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once, whatever it waits for
	a := &app{Streams: s}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if a.wire != nil {
		for _, note := range a.wire.Notes() {
			fmt.Fprintf(s.Err, "gatehouse: %s\n", model.Outside(note))
		}
		if sent, unchanged, ok := a.wire.Requests(); ok && a.flags.verbose {
			fmt.Fprintf(s.Err, "gatehouse: %d requests, %d of them unchanged\n", sent, unchanged)
		}
		if closing := a.wire.Close(); err == nil && closing != nil {
			err = closing
		}
	}
	return a.exit(ctx, err)
}

// Version is the release, or what the build knows of itself.
func Version() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" && b.Main.Version != "(devel)" {
		return b.Main.Version
	}
	return "dev"
}

// terminal is the width of stdout when it is a terminal that can be drawn on; 0 otherwise.
func (a *app) terminal() int {
	f, ok := a.Out.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil || w < 20 {
		return 80
	}
	return w
}

// interactive reports that the console can be opened: a terminal on both sides that is more than a printer.
func (a *app) interactive() bool {
	in, ok := a.In.(*os.File)
	return ok && isatty.IsTerminal(in.Fd()) && a.terminal() > 0 && !strings.EqualFold(a.Getenv("TERM"), "dumb")
}

// progress writes one line on stderr that is drawn anew, only for people who watch; done ends it.
func (a *app) progress(what string) (step func(done, total int), done func()) {
	f, ok := a.Err.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || a.flags.json {
		return func(int, int) {}, func() {}
	}
	return func(n, total int) { fmt.Fprintf(f, "\r\x1b[K%s %d/%d", what, n, total) }, func() { fmt.Fprint(f, "\r\x1b[K") }
}
