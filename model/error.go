package model

import (
	"errors"
	"strings"
	"time"
)

// The sentinels every provider error is one of (errors.Is). They follow from the Cause's kind.
var (
	ErrUnauthorized = errors.New("unauthorized")
	ErrForbidden    = errors.New("forbidden")
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("conflict")
	ErrRateLimited  = errors.New("rate limited")
	ErrUnsupported  = errors.New("unsupported")
	ErrIncomplete   = errors.New("incomplete")
	ErrRefused      = errors.New("refused")
)

var sentinels = map[CauseKind]error{
	CauseUnauthorized: ErrUnauthorized,
	CauseForbidden:    ErrForbidden,
	CauseNotFound:     ErrNotFound,
	CauseConflict:     ErrConflict,
	CauseRateLimited:  ErrRateLimited,
	CauseUnsupported:  ErrUnsupported,
	CauseIncomplete:   ErrIncomplete,
	CauseRefused:      ErrRefused,
}

// Error is what a provider returns: what was tried, on what, why it did not work, and when it may be tried again.
type Error struct {
	Op    string // "list hooks"
	On    string // "gh/acme/web", a host, an account; may be empty
	Cause Cause
	Retry time.Time // when trying again can help; zero: no such time is known
	Err   error     // the error below, if any; never holds a secret
}

// Error is one line, lower case, without a full stop: what was tried, on what, what was said.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.On != "" {
		b.WriteString(" of " + e.On)
	}
	switch {
	case !e.Cause.Said.Empty():
		b.WriteString(": " + e.Cause.Said.String())
	case e.Err != nil:
		b.WriteString(": " + Outside(e.Err.Error()).String())
	default:
		b.WriteString(": " + string(e.Cause.Kind))
	}
	if e.Cause.Missing != "" {
		b.WriteString(" (needs " + e.Cause.Missing + ")")
	}
	return b.String()
}

// Unwrap gives the sentinel of the cause and the error below.
func (e *Error) Unwrap() []error {
	var out []error
	if s, ok := sentinels[e.Cause.Kind]; ok {
		out = append(out, s)
	}
	if e.Err != nil {
		out = append(out, e.Err)
	}
	return out
}

// CauseOf is the cause inside err; an error that carries none becomes a network cause with its text as Said.
// A nil error gives nil.
func CauseOf(err error) *Cause {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		c := e.Cause
		if c.Op == "" {
			c.Op = strings.TrimSuffix(e.Op+" of "+e.On, " of ")
		}
		return &c
	}
	return &Cause{Kind: CauseNetwork, Said: Outside(err.Error())}
}

// Refuse is an error of gatehouse's own making: what was asked is not done, and hint says what to do instead.
func Refuse(op, on, said, hint string) *Error {
	return &Error{Op: op, On: on, Cause: Cause{Kind: CauseRefused, Said: Outside(said), Hint: hint}}
}
