package wire

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/atotto/clipboard"
	"github.com/cli/browser"

	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/ui"
)

// Console is what the console may ask for. Nothing is opened before its first function is called.
func (w *Wire) Console() ui.Services {
	return ui.Services{
		Open:  w.openSession,
		Saved: w.saved,
		Save:  w.save,
		Hooks: detail(w, func(s *Services, ctx context.Context, r model.Repo) model.Reading[[]model.Hook] {
			return s.GitHub.Hooks(ctx, r)
		}),
		Keys: detail(w, func(s *Services, ctx context.Context, r model.Repo) model.Reading[[]model.DeployKey] {
			return s.GitHub.Keys(ctx, r)
		}),
		People: detail(w, func(s *Services, ctx context.Context, r model.Repo) model.Reading[[]model.Person] {
			return s.GitHub.People(ctx, r)
		}),
		Teams: detail(w, func(s *Services, ctx context.Context, r model.Repo) model.Reading[[]model.Team] {
			return s.GitHub.Teams(ctx, r)
		}),
		Invitations: detail(w, func(s *Services, ctx context.Context, r model.Repo) model.Reading[[]model.Invitation] {
			return s.GitHub.Invitations(ctx, r)
		}),
		Settings:   w.settings,
		Deliveries: w.deliveries,
		Delivery:   w.delivery,
		Changes:    w.Changes(),
		Limit:      w.limit,
		Now:        w.opts.Now,
		Copy:       copyText,
		Browse:     browse,
		Profile:    w.opts.Profile,
		Demo:       w.opts.Demo,
		ReadOnly:   w.opts.ReadOnly || w.profileReadOnly(),
		Origins:    w.origins(),
	}
}

// profileReadOnly reports that the profile forbids writes. One that cannot be read is no licence to write: whatever the console asks for then
// says why it cannot be read.
func (w *Wire) profileReadOnly() bool {
	if w.opts.Demo {
		return false
	}
	profile, _, err := w.profile()
	return err != nil || profile.ReadOnly
}

// origins are the addresses for the lines that a person copies; the demo world has none that outlives it.
func (w *Wire) origins() map[model.Forge]string {
	if w.opts.Demo {
		return nil
	}
	profile, _, err := w.profile()
	if err != nil {
		return nil
	}
	base, err := w.place().Base(wanted(profile, w.opts.Profile != ""))
	if err != nil {
		return nil
	}
	return map[model.Forge]string{model.GitHub: base}
}

func detail[T any](w *Wire, read func(*Services, context.Context, model.Repo) model.Reading[T]) func(context.Context, model.Repo) model.Reading[T] {
	return func(ctx context.Context, r model.Repo) model.Reading[T] {
		s, err := w.Services(ctx)
		if err != nil {
			return model.Unreadable[T](model.CauseOf(err))
		}
		return read(s, ctx, r)
	}
}

func (w *Wire) openSession(ctx context.Context) (inventory.Session, error) {
	s, err := w.Services(ctx)
	if err != nil {
		return nil, err
	}
	return inventory.Start(ctx, w.Reading(s)), nil
}

func (w *Wire) saved(ctx context.Context) (*model.Snapshot, error) {
	s, err := w.Services(ctx)
	if err != nil || w.store == nil {
		return nil, err
	}
	return w.store.LoadSnapshot(ctx, s.key)
}

func (w *Wire) save(ctx context.Context, snap *model.Snapshot) error {
	s, err := w.Services(ctx)
	if err != nil || w.store == nil {
		return err
	}
	return w.store.SaveSnapshot(ctx, s.key, snap)
}

func (w *Wire) settings(ctx context.Context, project model.Text) model.Reading[model.CISettings] {
	s, err := w.Services(ctx)
	switch {
	case err != nil:
		return model.Unreadable[model.CISettings](model.CauseOf(err))
	case s.CircleCI == nil:
		return model.Unreadable[model.CISettings](&model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not configured")})
	}
	return s.CircleCI.Settings(ctx, project)
}

func (w *Wire) deliveries(ctx context.Context, r model.Repo, hook, cursor string) (model.Reading[[]model.Delivery], string) {
	s, err := w.Services(ctx)
	if err != nil {
		return model.Unreadable[[]model.Delivery](model.CauseOf(err)), ""
	}
	return s.GitHub.Deliveries(ctx, r, hook, cursor)
}

func (w *Wire) delivery(ctx context.Context, r model.Repo, hook, id string) model.Reading[model.DeliveryDetail] {
	s, err := w.Services(ctx)
	if err != nil {
		return model.Unreadable[model.DeliveryDetail](model.CauseOf(err))
	}
	return s.GitHub.Delivery(ctx, r, hook, id)
}

// limit is the request budget as last seen, without asking anyone and without waiting for what is being opened.
func (w *Wire) limit() (model.Limit, bool) {
	if !w.mu.TryLock() {
		return model.Limit{}, false
	}
	defer w.mu.Unlock()
	if w.open == nil {
		return model.Limit{}, false
	}
	return w.open.GitHub.Limit()
}

func copyText(text string) error {
	if clipboard.Unsupported {
		return errors.New("no clipboard program here; the terminal was asked to copy")
	}
	return clipboard.WriteAll(text)
}

// browse opens pages of the web only: a service must not be able to start anything else (safety.md T-19).
func browse(page string) error {
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" || u.User != nil || u.Host == "" || strings.HasPrefix(page, "-") {
		return model.Refuse("open page", "", "this is no web page", "")
	}
	return browser.OpenURL(u.String())
}
