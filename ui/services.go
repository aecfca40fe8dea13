// Package ui is the Bubble Tea console: App, dialogs and the one global key table. It computes nothing of its own: it shows
// the values that the model packages make, and asks for more through [Services].
package ui

import (
	"context"
	"time"

	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/ui/screen"
)

// Services is all the console may ask for. cmd/wire fills it in; every function may be called from a command's goroutine
// and returns early when its context is cancelled. None is called before the first frame is drawn.
type Services struct {
	// Open starts reading everything.
	Open func(context.Context) (inventory.Session, error)
	// Saved gives the last snapshot from the store; nil when there is none.
	Saved func(context.Context) (*model.Snapshot, error)

	// Details, read when looked at.
	Hooks       func(context.Context, model.Repo) model.Reading[[]model.Hook]
	Deliveries  func(ctx context.Context, r model.Repo, hook, cursor string) (model.Reading[[]model.Delivery], string)
	Delivery    func(ctx context.Context, r model.Repo, hook, id string) model.Reading[model.DeliveryDetail]
	Keys        func(context.Context, model.Repo) model.Reading[[]model.DeployKey]
	People      func(context.Context, model.Repo) model.Reading[[]model.Person]
	Teams       func(context.Context, model.Repo) model.Reading[[]model.Team]
	Invitations func(context.Context, model.Repo) model.Reading[[]model.Invitation]
	Settings    func(ctx context.Context, project model.Text) model.Reading[model.CISettings]

	// Changes plans and carries out writes; nil: there is no journal, so nothing can be written.
	Changes screen.Changes

	// Save keeps what was read for the next start.
	Save func(context.Context, *model.Snapshot) error
	// Limit is the request budget as last seen; it asks nobody and never waits.
	Limit func() (model.Limit, bool)

	Now    func() time.Time
	Copy   func(string) error // to the clipboard, OSC 52 included
	Browse func(string) error // opens an https page

	Profile  string // the profile that acts; empty: the environment
	Demo     bool   // the built-in simulator
	ReadOnly bool
	// Origins maps a forge to its API root, for the curl lines of the copy menu.
	Origins map[model.Forge]string
}
