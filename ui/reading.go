package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/ui/screen"
)

// load gets the last snapshot from the store. One that cannot be read is none.
func (a *App) load() tea.Cmd {
	if a.services.Saved == nil {
		return nil
	}
	ctx, get := a.env.Context, a.services.Saved
	return func() tea.Msg {
		snap, err := get(ctx)
		if err != nil {
			return saved{}
		}
		return saved{snap}
	}
}

// open starts reading.
func (a *App) open() tea.Cmd {
	if a.services.Open == nil {
		return nil
	}
	ctx, start := a.env.Context, a.services.Open
	return func() tea.Msg {
		s, err := start(ctx)
		return opened{s, err}
	}
}

// begin takes over a session; one that was stopped, or overtaken by another, before it had begun is closed.
func (a *App) begin(msg opened) tea.Cmd {
	if !a.book.Reading || a.session != nil {
		if msg.session != nil {
			msg.session.Close()
		}
		return nil
	}
	if msg.err != nil {
		a.book.Problem, a.book.Reading = model.CauseOf(msg.err), false
		a.book.Snap.Listing = model.Unreadable[int](a.book.Problem).Or(a.book.Snap.Listing)
		return a.tell(screen.BookChanged{})
	}
	a.session, a.book.Problem = msg.session, nil
	return next(msg.session)
}

// next waits for the session's next batch.
func next(s inventory.Session) tea.Cmd {
	updates := s.Updates()
	return func() tea.Msg {
		b, ok := <-updates
		return read{b, ok}
	}
}

// take merges a batch of the session that is open; one of an older session no longer matches.
func (a *App) take(msg read) tea.Cmd {
	if a.session == nil || msg.more && msg.batch.Ticket != a.session.Ticket() {
		return nil
	}
	if !msg.more {
		a.book.Reading = false
		return nil
	}
	cmds := []tea.Cmd{a.tell(screen.BookChanged{Refs: a.book.Merge(msg.batch)})}
	if msg.batch.Final {
		cmds = append(cmds, a.keep())
	} else {
		cmds = append(cmds, next(a.session))
	}
	return tea.Batch(cmds...)
}

// keep saves a copy of what was read, in a command.
func (a *App) keep() tea.Cmd {
	if a.services.Save == nil || a.book.Snap.Listing.State != model.Known {
		return nil
	}
	ctx, save, snap := a.env.Context, a.services.Save, a.book.Copy()
	return func() tea.Msg { return kept{save(ctx, snap)} }
}

// refresh reads repositories again: in the session that is open, or in a new one.
func (a *App) refresh(refs []model.RepoRef) tea.Cmd {
	if a.session != nil && a.book.Reading {
		a.session.Refresh(refs...)
		return nil
	}
	if a.session != nil {
		a.session.Close()
		a.session = nil
	}
	a.book.Reading, a.book.Stopped = true, false
	a.flash = screen.Flash{Text: "reading again …"}
	return a.open()
}

// stop ends the reading; what was read stays, and the title says that it is not all.
func (a *App) stop() tea.Cmd {
	if a.session != nil {
		a.session.Close()
		a.session = nil
	}
	a.book.Reading, a.book.Stopped = false, true
	a.flash = screen.Flash{Text: "stopped reading; r reads again"}
	return a.tell(screen.BookChanged{})
}

// focus tells the session what is in sight, when that has changed.
func (a *App) focus() {
	f, ok := a.Top().(screen.Focuser)
	if a.session == nil || !ok {
		return
	}
	if refs := f.InSight(); !slices.Equal(refs, a.focused) {
		a.focused = refs
		a.session.Focus(refs...)
	}
}
