package cli

import (
	"context"
	"strings"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/inventory"
)

// todo is what a command wants to be changed.
type todo struct {
	title   string
	ops     []model.Op
	left    []change.Refused // what was asked for and cannot be planned
	secrets change.Secrets
}

// leave notes a repository that was named and cannot be changed.
func (t *todo) leave(r model.RepoRef, why model.Cause) {
	t.left = append(t.left, change.Refused{Target: model.Target{Repo: r}, What: t.title + " on " + r.String(), Why: why})
}

// change plans, shows, asks and applies.
func (a *app) change(ctx context.Context, t todo) error {
	p, err := a.open().Changes().Plan(ctx, t.title, t.ops)
	if err != nil {
		return err
	}
	p.Refused = append(t.left, p.Refused...)
	return a.carry(ctx, p, t.secrets)
}

// carry takes a plan to its end: shown only, with --dry-run; otherwise confirmed and applied.
func (a *app) carry(ctx context.Context, p change.Plan, secrets change.Secrets) error {
	structured := a.flags.json || a.flags.jq != ""
	if a.flags.dryRun || len(p.Steps) == 0 {
		err := a.item(ctx, "plan", print.PlanOf(p), func() { a.planPage(p) })
		if err != nil {
			return err
		}
		if len(p.Refused) > 0 {
			return &changeError{refused: p.Refused, planned: len(p.Steps) > 0}
		}
		return nil
	}
	if !structured {
		a.planPage(p)
	}
	g, err := a.confirm(ctx, p)
	if err != nil {
		return err
	}
	if g.Secrets, err = a.fillSlots(ctx, p.Slots(), secrets); err != nil {
		return err
	}
	step, done := a.progress("changing")
	n := 0
	g.Progress = func(change.StepResult) { n++; step(n, len(p.Steps)) }
	run, err := a.wire.Changes().Apply(ctx, p, g)
	done()
	return a.ended(ctx, run, err)
}

// ended prints what became of a run and says so in the error.
func (a *app) ended(ctx context.Context, run change.Run, err error) error {
	if run.ID == "" {
		return err
	}
	if e := a.item(ctx, "change", print.RunOf(run, "", true), func() { a.runPage(run) }); e != nil && err == nil {
		return e
	}
	return outcomeOf(run, err)
}

// confirm takes --yes and --confirm for a person, or asks one.
func (a *app) confirm(ctx context.Context, p change.Plan) (change.Go, error) {
	if s, err := a.wire.Services(ctx); err != nil {
		return change.Go{}, err
	} else if s.ReadOnly {
		return change.Go{}, model.Refuse("apply plan", p.Title, "gatehouse is in read-only mode", "leave out --read-only, or use a profile that may write; --dry-run shows the plan")
	}
	phrase := p.Phrase()
	if phrase == "" {
		return change.Go{}, a.agreed(ctx, p)
	}
	if err := a.braked(ctx, p); err != nil {
		return change.Go{}, err
	}
	return change.Go{Confirm: phrase}, a.typed(ctx, p, phrase)
}

// agreed is nil when a plan that only writes may be applied.
func (a *app) agreed(ctx context.Context, p change.Plan) error {
	switch {
	case a.flags.yes:
		return nil
	case !a.asks():
		return unasked(p, "say --yes")
	}
	answer, err := a.ask(ctx, "Apply? [y/N] ")
	if err != nil || strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes") {
		return err
	}
	return declined(p)
}

// typed is nil when the phrase of a plan that destroys was given.
func (a *app) typed(ctx context.Context, p change.Plan, phrase string) error {
	switch {
	case a.flags.confirm == phrase:
		return nil
	case a.flags.confirm != "":
		return model.Refuse("apply plan", p.Title, "--confirm says "+model.Outside(a.flags.confirm).String()+", not "+phrase, "look at the plan with --dry-run first")
	case !a.asks():
		return unasked(p, "say --confirm "+phrase)
	}
	answer, err := a.ask(ctx, "This destroys. Type "+phrase+" to confirm: ")
	if err != nil || answer == phrase {
		return err
	}
	return declined(p)
}

func unasked(p change.Plan, how string) error {
	return model.Refuse("apply plan", p.Title, "it was not confirmed, and there is no terminal to ask on", "look at it with --dry-run, then "+how)
}

func declined(p change.Plan) error {
	return model.Refuse("apply plan", p.Title, "it was not confirmed", "nothing was changed")
}

// braked refuses to destroy on a large share of everything.
func (a *app) braked(ctx context.Context, p change.Plan) error {
	if len(p.Targets()) <= 1 {
		return nil
	}
	s, err := a.wire.Services(ctx)
	if err != nil {
		return err
	}
	cfg := a.wire.Reading(s)
	cfg.Hooks, cfg.Access, cfg.CI = false, false, nil
	all, err := inventory.ReadAll(ctx, cfg, func(int, int) {})
	if err != nil {
		return err
	}
	if all.Listing.State != model.Known {
		return &model.Error{Op: "count repositories", Cause: model.Cause{Kind: model.CauseIncomplete, Said: model.Outside("not all could be listed, so the share that this destroys is not known"), Hint: "name the repositories one by one"}}
	}
	return p.Brake(len(all.Repos))
}
