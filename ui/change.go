package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/screen"
	"gatehouse/ui/widget"
)

// planning is a plan that is being made.
type planning struct {
	ticket uint64
	cancel context.CancelFunc
}

type (
	planned struct {
		ticket  uint64
		title   string
		plan    change.Plan
		secrets change.Secrets
		err     error
	}
	stepped struct {
		run    uint64
		result change.StepResult
		more   bool
	}
	ended struct {
		ticket uint64
		run    change.Run
		err    error
	}
	reread  struct{ repos []model.Repo }
	pending struct {
		unfinished int
		err        error
	}
)

// refuseWrites is why nothing may be written; nil: it may. Whatever asks for a change passes here, whichever screen it came from.
func (a *App) refuseWrites() *model.Cause {
	switch {
	case a.services.ReadOnly:
		return &model.Cause{Kind: model.CauseRefused, Hint: "gatehouse is in read-only mode"}
	case a.services.Changes == nil:
		return &model.Cause{Kind: model.CauseUnsupported, Hint: "there is no journal, and nothing is changed without one"}
	case a.running != nil:
		return &model.Cause{Kind: model.CauseRefused, Hint: "a change is under way: " + a.running.counts()}
	}
	return nil
}

// change takes over what happened to plans and changes; false: the message is about something else.
func (a *App) change(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case screen.Propose:
		return a.propose(msg), true
	case screen.Resume:
		a.resume(msg.Run)
	case planned:
		return a.reviewPlan(msg), true
	case stepped:
		return a.step(msg), true
	case ended:
		return a.finish(msg), true
	case reread:
		return a.putHooks(msg), true
	case pending:
		a.remind(msg)
	default:
		return nil, false
	}
	return nil, true
}

// propose makes a plan in a command; its review opens when it is there.
func (a *App) propose(msg screen.Propose) tea.Cmd {
	if why := a.refuseWrites(); why != nil {
		a.flash = screen.Flash{Text: model.Outside(msg.Title).String() + ": " + why.Hint, Bad: true}
		return nil
	}
	a.drop()
	ctx, cancel := context.WithCancel(a.env.Context)
	a.tickets++
	a.planning = &planning{a.tickets, cancel}
	a.flash = screen.Flash{Text: "reading what is there now, for the plan … esc leaves it"}
	ticket, make := a.tickets, msg.Plan
	return func() tea.Msg {
		p, err := make(ctx)
		return planned{ticket, msg.Title, p, msg.Secrets, err}
	}
}

// drop gives up a plan that is being made.
func (a *App) drop() {
	if a.planning != nil {
		a.planning.cancel()
		a.planning = nil
	}
}

// reviewPlan opens the review, or says why there is none.
func (a *App) reviewPlan(msg planned) tea.Cmd {
	if a.planning == nil || a.planning.ticket != msg.ticket {
		return nil
	}
	a.drop()
	a.flash = screen.Flash{}
	t := a.theme
	switch {
	case msg.err != nil:
		a.dialog = a.unchanged(msg.title, msg.err)
	case len(msg.plan.Steps) == 0:
		a.dialog = &notice{title: model.Outside(msg.plan.Title).String(), foot: t.Faint.Render("  enter closes"), lines: func(w int) []string {
			return append([]string{"", "  nothing to do"}, screen.PlanLines(t, msg.plan, w)...)
		}}
	default:
		changes := a.services.Changes
		a.dialog = newReview(a, "Apply", msg.plan, msg.secrets, func(ctx context.Context, g change.Go) (change.Run, error) { return changes.Apply(ctx, msg.plan, g) })
	}
	return nil
}

// unchanged says why nothing was changed, and what to do.
func (a *App) unchanged(title string, err error) *notice {
	t, hint := a.theme, model.CauseOf(err).Hint
	return &notice{title: model.Outside(title).String(), foot: t.Faint.Render("  enter closes"), lines: func(w int) []string {
		out := []string{"", "  " + t.Danger.Render("✗ nothing was changed"), ""}
		out = append(out, indent(widget.Wrap(model.Outside(err.Error()).String(), w-4))...)
		if hint != "" {
			out = append(out, indent(widget.Wrap("→ "+model.Outside(hint).String(), w-4))...)
		}
		return out
	}}
}

func indent(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// resume asks before a run is taken up again.
func (a *App) resume(r change.Run) {
	if why := a.refuseWrites(); why != nil {
		a.flash = screen.Flash{Text: "resume: " + why.Hint, Bad: true}
		return
	}
	rest := r.Rest()
	rest.Title = "resume #" + r.ID + ": " + r.Plan.Title
	open := 0
	for _, s := range r.Results() {
		if s.State == change.Open {
			open++
		}
	}
	if open > 0 {
		rest.Already = []string{fmt.Sprintf("%d was sent and not answered: that is settled by reading, it is not sent again", open)}
	}
	changes := a.services.Changes
	a.dialog = newReview(a, "Resume", rest, nil, func(ctx context.Context, g change.Go) (change.Run, error) { return changes.Resume(ctx, r.ID, g) })
}

// running is a change that is under way.
type running struct {
	ticket  uint64
	title   string
	total   int
	results []change.StepResult
	steps   chan change.StepResult
	cancel  context.CancelFunc
	stopped bool // after the step that is under way
	asked   bool // whether the console is to be left over it
	leaving bool // the console is left when it has stopped
}

func (r *running) failed() int {
	n := 0
	for _, s := range r.results {
		if s.State == change.NotDone || s.State == change.Unproven {
			n++
		}
	}
	return n
}

// counts are for example: changing 12/60, 1 not done.
func (r *running) counts() string {
	words := fmt.Sprintf("changing %d/%d", len(r.results), r.total)
	if n := r.failed(); n > 0 {
		words += fmt.Sprintf(", %d not done", n)
	}
	return words
}

// apply starts what a review has confirmed. Its context is its own: closing a screen does not stop a change half-way.
func (a *App) apply(r *review) tea.Cmd {
	ctx, cancel := context.WithCancel(context.Background())
	a.tickets++
	run := &running{ticket: a.tickets, title: r.plan.Title, total: len(r.plan.Steps), steps: make(chan change.StepResult, 2*len(r.plan.Steps)+8), cancel: cancel}
	a.running = run
	ticket, steps, start := run.ticket, run.steps, r.start
	g := change.Go{Confirm: r.phrase, Secrets: r.secrets, Progress: func(s change.StepResult) {
		select {
		case steps <- s:
		default: // the end says it all
		}
	}}
	apply := func() tea.Msg {
		defer close(steps)
		got, err := start(ctx, g)
		return ended{ticket, got, err}
	}
	show := func() tea.Msg { return stepped{run: ticket, more: true} }
	return tea.Batch(apply, show)
}

func nextStep(ticket uint64, steps <-chan change.StepResult) tea.Cmd {
	return func() tea.Msg {
		s, ok := <-steps
		return stepped{ticket, s, ok}
	}
}

// step takes over one step's result.
func (a *App) step(msg stepped) tea.Cmd {
	r := a.running
	if r == nil || r.ticket != msg.run || !msg.more {
		return nil
	}
	if msg.result.Step.Op == nil { // the first: it has just begun
		a.dialog = &progress{app: a, run: r}
	} else {
		r.results = append(r.results, msg.result)
	}
	return nextStep(r.ticket, r.steps)
}

// stopRun ends the run after the step that is under way.
func (a *App) stopRun() {
	if a.running != nil {
		a.running.stopped = true
		a.running.cancel()
	}
}

// finish shows what became of a run, and reads again what it touched.
func (a *App) finish(msg ended) tea.Cmd {
	r := a.running
	if r == nil || r.ticket != msg.ticket {
		return nil
	}
	r.cancel()
	a.running = nil
	if r.leaving {
		return a.quit()
	}
	if msg.run.ID == "" {
		a.dialog = a.unchanged(r.title, msg.err)
		return nil
	}
	a.dialog = newResults(a, msg.run, msg.err)
	return tea.Batch(a.tell(screen.Changed{Run: msg.run, Err: msg.err}), a.rereadHooks(msg.run), a.countUnfinished())
}

// rereadHooks reads the hooks of the repositories that a run touched.
func (a *App) rereadHooks(run change.Run) tea.Cmd {
	var repos []model.Repo
	for _, t := range run.Plan.Targets() {
		if r := a.book.Snap.Repo(t.Repo); r != nil {
			repos = append(repos, *r)
		}
	}
	read, ctx := a.services.Hooks, a.env.Context
	if len(repos) == 0 || read == nil {
		return nil
	}
	return func() tea.Msg {
		for i, r := range repos {
			repos[i].Hooks = read(ctx, r).Or(r.Hooks)
		}
		return reread{repos}
	}
}

// putHooks puts what was read again into the book; everything else of the copies may be older than what the book has.
func (a *App) putHooks(msg reread) tea.Cmd {
	var refs []model.RepoRef
	for _, r := range msg.repos {
		if have := a.book.Snap.Repo(r.Ref); have != nil {
			fresh := *have
			fresh.Hooks = r.Hooks
			a.book.Put(fresh)
			refs = append(refs, r.Ref)
		}
	}
	return a.tell(screen.BookChanged{Refs: refs})
}

// countUnfinished asks the journal what was not brought to an end.
func (a *App) countUnfinished() tea.Cmd {
	changes, ctx := a.services.Changes, a.env.Context
	if changes == nil {
		return nil
	}
	return func() tea.Msg {
		runs, err := changes.Runs(ctx)
		n := 0
		for _, r := range runs {
			if !r.Finished() {
				n++
			}
		}
		return pending{n, err}
	}
}

// remind says what is unfinished; a journal that cannot be trusted is said, too.
func (a *App) remind(msg pending) {
	a.unfinished = msg.unfinished
	if msg.err != nil {
		a.flash = screen.Flash{Text: "the journal of changes: " + model.CauseOf(msg.err).Summary(), Bad: true}
	}
}

// undoMenu lists the newest runs, each with what undoing it would do. Nothing happens before one is chosen and its review confirmed.
func (a *App) undoMenu() tea.Cmd {
	changes, ctx, now := a.services.Changes, a.env.Context, a.book.Now
	return func() tea.Msg {
		runs, err := changes.Runs(ctx)
		if err != nil {
			return screen.Flash{Text: "the journal cannot be read: " + model.CauseOf(err).Summary(), Bad: true}
		}
		back := change.UndoneBy(runs)
		var choices []screen.Choice
		for _, r := range slices.Backward(runs) {
			if len(choices) == undoLast {
				break
			}
			choices = append(choices, undoChoice(changes, r, back[r.ID], screen.Ago(now, r.Plan.Made)))
		}
		return screen.Choose{Title: "Undo", Choices: choices}
	}
}

const undoLast = 10

func undoChoice(changes screen.Changes, r change.Run, by, when string) screen.Choice {
	words, ok := change.UndoWords(r)
	if by != "" {
		words, ok = "it was taken back by #"+by, false
	}
	if !ok {
		why := "#" + r.ID + " cannot be undone: " + model.Outside(words).String()
		return screen.Choice{Name: "⊘ " + why, Note: when, Run: func() tea.Cmd {
			return func() tea.Msg { return screen.Flash{Text: why, Bad: true} }
		}}
	}
	return screen.Choice{Name: model.Outside(words).String(), Note: when, Run: func() tea.Cmd { return screen.ProposeUndo(changes, r) }}
}

// leaveOrWait quits, but not over a change that is under way: asked a second time it stops that first, and its last step is recorded.
func (a *App) leaveOrWait() tea.Cmd {
	r := a.running
	switch {
	case r == nil || r.leaving:
		return a.quit()
	case !r.asked:
		r.asked = true
		a.flash = screen.Flash{Text: r.counts() + ": once more stops after the step that is under way and leaves; resume it later", Bad: true}
		return nil
	}
	r.leaving = true
	a.stopRun()
	a.flash = screen.Flash{Text: "stopping after the step that is under way …"}
	return nil
}

// summary is one line about a run that has ended or stopped.
func summary(run change.Run, err error) string {
	counts := map[change.StepState]int{}
	for _, s := range run.Results() {
		counts[s.State]++
	}
	parts := []string{fmt.Sprintf("%d of %d done", counts[change.Stands]+counts[change.Already], len(run.Plan.Steps))}
	if n := counts[change.NotDone]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d not done", n))
	}
	if n := counts[change.Unproven]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d unproven", n))
	}
	if !run.Finished() {
		words := "unfinished: resume or undo it in the journal (J)"
		if u := run.Until(); u > 0 {
			words = "a limit holds it until " + u.Time().Format("15:04:05 UTC") + "; resume it in the journal (J)"
		} else if err != nil && model.CauseOf(err).Kind != model.CauseCancelled {
			words += ": " + model.CauseOf(err).Summary()
		}
		parts = append(parts, words)
	}
	return strings.Join(parts, ", ")
}
