package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/cmd/wire"
	"gatehouse/model"
)

// The exit codes (README, "Exit codes").
const (
	exitOK         = 0
	exitFindings   = 1
	exitUsage      = 2
	exitAuth       = 3
	exitNetwork    = 4
	exitNotFound   = 5
	exitCancelled  = 6
	exitRefused    = 7
	exitIncomplete = 8
)

// errFindings ends a command that found something wrong; it is no error to print.
var errFindings = errors.New("findings")

// misuse marks an error as one about how the command was called.
type misuse struct{ error }

// Unwrap gives the error itself.
func (m misuse) Unwrap() error { return m.error }

// exit says on stderr what went wrong and what to do next, and gives the exit code. It is the only place that knows both.
func (a *app) exit(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return a.exitGaps()
	case errors.Is(err, errFindings):
		return exitFindings
	case (ctx.Err() != nil || errors.Is(err, context.Canceled)) && !errors.Is(err, errServed):
		fmt.Fprintln(a.Err, "gatehouse: cancelled")
		if half, ok := errors.AsType[*changeError](err); ok {
			fmt.Fprintf(a.Err, "hint: %s\n", half.hint())
		}
		return exitCancelled
	case errors.Is(err, errServed):
		return exitOK
	}
	cause := model.CauseOf(err)
	if half, ok := errors.AsType[*changeError](err); ok {
		cause = &model.Cause{Kind: half.kind(), Hint: half.hint()}
	}
	if !a.ran && cause.Hint == "" {
		cause.Hint = "see `gatehouse --help`"
	}
	fmt.Fprintf(a.Err, "gatehouse: %s\n", model.Outside(err.Error()))
	if cause.Hint != "" {
		fmt.Fprintf(a.Err, "hint: %s\n", model.Outside(cause.Hint))
	}
	switch {
	case !a.ran || errors.As(err, &misuse{}):
		return exitUsage
	case errors.Is(err, wire.ErrNoCredential):
		return exitAuth
	}
	return codeOf(cause.Kind)
}

func codeOf(k model.CauseKind) int {
	switch k {
	case model.CauseUnauthorized:
		return exitAuth
	case model.CauseNotFound:
		return exitNotFound
	case model.CauseRefused, model.CauseConflict:
		return exitRefused
	case model.CauseCancelled:
		return exitCancelled
	case model.CauseIncomplete:
		return exitIncomplete
	default:
		return exitNetwork
	}
}

// exitGaps: everything asked for was read, or something is missing and is named, at most five times.
func (a *app) exitGaps() int {
	left := 0
	for _, g := range a.gaps {
		if g.State == model.NotApplicable || a.accepted(g) {
			continue
		}
		left++
		if left > 5 {
			continue
		}
		on := g.Fact
		if !g.Repo.IsZero() {
			on += " of " + g.Repo.String()
		}
		fmt.Fprintf(a.Err, "gatehouse: %s %s: %s\n", on, g.State, g.Why.Summary())
		if g.Why != nil && g.Why.Hint != "" {
			fmt.Fprintf(a.Err, "hint: %s\n", model.Outside(g.Why.Hint))
		}
	}
	if left > 5 {
		fmt.Fprintf(a.Err, "gatehouse: and %d more; --json lists all under gaps\n", left-5)
	}
	if left > 0 {
		return exitIncomplete
	}
	return exitOK
}

// accepted reports that the user named this blind spot: a fact ("hooks"), a repository, or both ("hooks:gh/owner/name").
func (a *app) accepted(g model.Gap) bool {
	for _, name := range a.flags.acceptGaps {
		fact, slug, both := strings.Cut(name, ":")
		if name == g.Fact || name == g.Repo.String() && name != "" || both && fact == g.Fact && slug == g.Repo.String() {
			return true
		}
	}
	return false
}
