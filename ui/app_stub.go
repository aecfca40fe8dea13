package ui

import "context"

// Options are how the console is drawn.
type Options struct {
	NoColor bool
	Version string
}

// Run runs the console until it is left.
func Run(context.Context, Services, Options) error { return nil }
