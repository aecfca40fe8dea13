package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"syscall"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/term"
)

// ErrHangUp ends the console when its terminal is gone or it is told to dump and die.
var ErrHangUp = errors.New("the terminal hung up")

// Run runs the console until it is left, and gives the terminal back in order whatever ends it: a key, a panic in Update, in a
// command or in a goroutine of ours, SIGTERM, SIGHUP, SIGQUIT.
func Run(ctx context.Context, s Services, o Options) error {
	frame := &frameWriter{File: os.Stdout, drawn: make(chan struct{})}
	o.Output, o.Drawn = frame, frame.drawn
	if w, h, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		o.Width, o.Height = w, h
	}
	app := New(s, o)
	defer app.Close()
	p := tea.NewProgram(app, tea.WithAltScreen(), tea.WithContext(ctx), tea.WithOutput(frame), tea.WithoutSignalHandler())
	guard := &guarded{program: p}
	ended := make(chan struct{})
	defer close(ended)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, dyingSignals...)
	defer signal.Stop(signals)
	guard.safego(func() {
		select {
		case sig := <-signals:
			guard.die(ending(sig), isDump(sig))
		case <-ended:
		}
	})
	if o.beside != nil {
		guard.safego(o.beside)
	}
	_, err := p.Run()
	return guard.outcome(ctx, err)
}

// ending is the error for a signal: an ordinary cancelling, or a terminal that is lost.
func ending(sig os.Signal) error {
	if sig == os.Interrupt || sig == syscall.SIGTERM {
		return fmt.Errorf("told to end (%s): %w", sig, context.Canceled)
	}
	return fmt.Errorf("%w (%s)", ErrHangUp, sig)
}

// guarded starts goroutines whose panics end the program in order instead of leaving the terminal raw.
type guarded struct {
	program *tea.Program

	mu   sync.Mutex
	why  error
	dump bool
}

// safego is the only way a goroutine is started in package ui.
func (g *guarded) safego(f func()) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				g.die(fmt.Errorf("gatehouse broke: %v\n%s", p, debug.Stack()), false)
			}
		}()
		f()
	}()
}

// die ends the program; Bubble Tea gives the terminal back before Run returns.
func (g *guarded) die(why error, dump bool) {
	g.mu.Lock()
	if g.why == nil {
		g.why, g.dump = why, dump
	}
	g.mu.Unlock()
	g.program.Quit()
}

// outcome is what ended the program. A dump is printed only now, on a terminal that is in order again.
func (g *guarded) outcome(ctx context.Context, err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.dump {
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
	}
	switch {
	case g.why != nil:
		return g.why
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, tea.ErrInterrupted):
		return nil
	}
	return err
}

// frameWriter tells when the first frame has reached the terminal. It stays a file, so that Bubble Tea sees a terminal.
type frameWriter struct {
	*os.File
	drawn chan struct{}
	once  sync.Once
}

// Write passes everything on.
func (f *frameWriter) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	if bytes.Contains(b, []byte("gatehouse")) {
		f.once.Do(func() { close(f.drawn) })
	}
	return n, err
}
