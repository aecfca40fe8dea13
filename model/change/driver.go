package change

import (
	"context"
	"time"

	"gatehouse/model"
)

// Driver knows how one service is written to, as one account. Drivers are used by one goroutine at a time.
type Driver interface {
	// Prepare reads afresh and gives the steps that make op true: none when it is true already. Step ids and Needs are its own; the
	// engine makes them unique. An op that cannot be done is an error that says why (ErrRefused, ErrForbidden, …).
	Prepare(ctx context.Context, op model.Op) ([]Step, error)
	// Send makes at most one request, with a time limit of its own; it never tries again. Nothing but its Outcome is believed.
	Send(ctx context.Context, s Step, secrets Secrets) Outcome
	// Check reads what the step would change. An error means that nothing is known, never that nothing is there.
	Check(ctx context.Context, s Step) (Seen, error)
}

// Seen is what a Driver read back.
type Seen struct {
	Effect Effect  `json:"effect"`
	Now    Version `json:"now"`
	Made   string  `json:"made,omitempty"` // the id of what the step created, when Present
	Warn   string  `json:"warn,omitempty"` // what else is wrong now, and the repair: "the secret is gone: …"
}

// Secrets are the values of the slots that steps name. They live in memory only.
type Secrets map[string]model.Secret

// Clock is the time, injected.
type Clock interface {
	Now() time.Time
	// Wait returns after d, or earlier with the context's error.
	Wait(ctx context.Context, d time.Duration) error
}

// Place is a service and the account acting there: what a Target has besides its repository.
type Place struct{ Origin, Account string }

// PlaceOf is the target's place.
func PlaceOf(t model.Target) Place { return Place{t.Origin, t.Account} }

// String is for example: dana on https://api.github.com.
func (p Place) String() string { return p.Account + " on " + p.Origin }
