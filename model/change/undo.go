package change

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/model"
)

// Undo plans taking a run back: the Undo ops of every step that stands and was not taken back yet, last step first, prepared from
// fresh reads. What cannot be undone is in Plan.Refused with its reason. A plan without steps means that nothing is left to undo. An
// unfinished run is abandoned first, which sends nothing. Errors are Resume's.
func (e *Engine) Undo(ctx context.Context, id string) (Plan, error) {
	r, err := e.Abandon(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	if err := e.reachable(r.Plan); err != nil {
		return Plan{}, err
	}
	back, err := e.takenBack(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Made: e.now(), Undoes: id}
	results := r.Results()
	var which []StepResult
	for i := len(results) - 1; i >= 0; i-- {
		s := results[i]
		switch {
		case s.State == Unproven:
			p.refuse(s.Step.Op, model.Refuse("undo", s.Step.What, "it is not known whether it happened", "look at it and change it if need be"))
		case s.State != Stands || back[s.Step.ID]:
			continue
		case len(s.Step.Undo) == 0:
			p.refuse(s.Step.Op, model.Refuse("undo", s.Step.What, s.Step.Final, ""))
		default:
			which = append(which, s)
		}
	}
	for _, s := range which {
		for i, op := range s.Step.Undo {
			if m, ok := op.(model.MadeLater); ok {
				op = m.WithMade(s.Made)
			}
			if err := e.prepare(ctx, &p, op, "undo "+s.Step.ID+" "+strconv.Itoa(i+1), s.Step.ID); err != nil {
				return Plan{}, err
			}
		}
	}
	p.Title = e.undoTitle(r, which)
	return p, p.Valid()
}

// takenBack are the steps of a run that other runs have taken back for good.
func (e *Engine) takenBack(ctx context.Context, id string) (map[string]bool, error) {
	runs, err := e.Journal.Runs(ctx, RunFilter{})
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	back := map[string]bool{}
	for _, u := range runs {
		if u.Plan.Undoes != id {
			continue
		}
		whole := map[string]bool{}
		for _, s := range u.Results() {
			ok, known := whole[s.Step.Reverts]
			whole[s.Step.Reverts] = (ok || !known) && (s.State == Stands || s.State == Already)
		}
		for step, ok := range whole {
			back[step] = back[step] || ok
		}
	}
	return back, nil
}

// UndoneBy maps each run that was taken back whole to the run that did it.
func UndoneBy(runs []Run) map[string]string {
	out := map[string]string{}
	for _, r := range runs {
		if r.Plan.Undoes != "" && r.State() == RunDone {
			out[r.Plan.Undoes] = r.ID
		}
	}
	return out
}

// UndoWords say what undoing a run would do, without asking anyone: undo #41: remove "push" from hook 4711 on gh/acme/web. When nothing can
// be undone, ok is false and the words say why.
func UndoWords(r Run) (words string, ok bool) {
	var which []StepResult
	why := "nothing of it stands"
	for _, s := range r.Results() {
		switch {
		case s.State == Unproven:
			why = "it is not known whether it happened"
		case s.State != Stands:
		case len(s.Step.Undo) == 0:
			why = s.Step.Final
		default:
			which = append(which, s)
		}
	}
	if len(which) == 0 {
		return why, false
	}
	return "undo #" + r.ID + ": " + undoWhat(which), true
}

func undoWhat(which []StepResult) string {
	if len(which) == 1 {
		var words []string
		for _, op := range which[0].Step.Undo {
			words = append(words, Words(op))
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("take back %d steps on %d repositories", len(which), len(Plan{Steps: stepsOf(which)}.Targets()))
}

// undoTitle is for example: undo #41: remove "push" from hook 4711 on gh/acme/web (added 10:02 by dana@github).
func (e *Engine) undoTitle(r Run, which []StepResult) string {
	title := "undo #" + r.ID + ": "
	if len(which) == 0 {
		return title + "nothing is left to undo"
	}
	first := which[0].Step
	by := e.when(which[0].At) + " by " + whose(first.Op.On())
	title += undoWhat(which)
	if len(which) == 1 {
		return title + " (" + past(Words(first.Op)) + " " + by + ")"
	}
	return title + " (" + r.Plan.Title + ", " + by + ")"
}

func stepsOf(rs []StepResult) []Step {
	out := make([]Step, len(rs))
	for i, r := range rs {
		out[i] = r.Step
	}
	return out
}

// when is the time of day, with the date unless it was today, in the clock's own zone.
func (e *Engine) when(at model.Unix) string {
	now := e.Clock.Now()
	t := at.Time().In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// whose is for example: dana@github.
func whose(t model.Target) string {
	return model.Outside(t.Account).String() + "@" + strings.ToLower(t.Repo.Forge.Title())
}

var pastOf = map[string]string{"add": "added", "remove": "removed", "set": "set", "switch": "switched", "configure": "configured", "change": "changed"}

// past turns the first word of an op's words into what was done; words that it does not know become "done".
func past(words string) string {
	first, _, _ := strings.Cut(words, " ")
	if p, ok := pastOf[first]; ok {
		return p
	}
	return "done"
}

// Retry plans what a finished run did not do, and only that, from fresh reads. A plan without steps means that nothing is left. The
// error is ErrRefused for a run that is unfinished: resume it first.
func (e *Engine) Retry(ctx context.Context, id string) (Plan, error) {
	r, err := e.find(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	if !r.Finished() {
		return Plan{}, model.Refuse("retry", "#"+r.ID, "the run is unfinished", "gatehouse journal resume "+r.ID)
	}
	p := Plan{Title: "retry #" + r.ID + ": " + r.Plan.Title, Made: e.now(), Retries: id}
	results := r.Results()
	asked := map[string]bool{}
	for i, s := range results {
		saved, err := model.SavedOp{Op: s.Step.Op}.MarshalJSON()
		if err != nil {
			return Plan{}, fmt.Errorf("retry #%s: %w", r.ID, err)
		}
		if s.State != NotDone || asked[string(saved)] {
			continue
		}
		asked[string(saved)] = true // one op may have several steps
		if err := e.prepare(ctx, &p, s.Step.Op, strconv.Itoa(i+1), s.Step.Reverts); err != nil {
			return Plan{}, err
		}
	}
	if r.Plan.Undoes != "" {
		p.Undoes = r.Plan.Undoes
	}
	return p, p.Valid()
}
