package screen

import (
	"context"
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/widget"
)

// runsRead is the journal as it was read.
type runsRead struct {
	runs []change.Run
	err  error
}

// Journal lists what was changed, newest first.
type Journal struct {
	life
	env   *Env
	table *widget.Table
	runs  []change.Run // newest first
	back  map[string]string
	why   *model.Cause
}

// NewJournal makes the screen.
func NewJournal(env *Env) *Journal {
	s := &Journal{life: born(env.Context), env: env}
	s.table = widget.NewTable(env.Theme, []widget.Column{
		{Title: "RUN", Min: 4, Want: 5, Right: true}, {Title: "WHEN", Min: 7, Want: 8, Right: true}, {Title: "STATE", Min: 17, Want: 20}, {Title: "CHANGE", Min: 30, Want: 90}, {Title: "WHO", Min: 8, Want: 16, Rank: 1},
	})
	s.table.Cell = s.cell
	s.table.Empty = []string{"reading the journal …"}
	return s
}

// Init reads the journal.
func (s *Journal) Init() tea.Cmd { return s.load() }

func (s *Journal) load() tea.Cmd {
	c := s.env.Changes
	if c == nil {
		s.table.Empty = []string{"there is no journal, so nothing can be changed"}
		return nil
	}
	return ask(s.life, "runs", func(ctx context.Context) runsRead {
		runs, err := c.Runs(ctx)
		return runsRead{runs, err}
	})
}

// Update handles what happened.
func (s *Journal) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[runsRead]:
		if msg.ticket == s.ticket {
			s.take(msg.value)
		}
	case Changed:
		return s.load()
	case tea.KeyMsg:
		s.table.Handle(msg.String())
	}
	return nil
}

func (s *Journal) take(r runsRead) {
	s.why = nil
	s.runs = slices.Clone(r.runs)
	slices.Reverse(s.runs)
	s.back = change.UndoneBy(r.runs)
	s.table.Len = len(s.runs)
	s.table.Empty = []string{"nothing was changed yet"}
	if r.err != nil {
		s.why = model.CauseOf(r.err)
		s.table.Empty = []string{"the journal cannot be read: " + s.why.Summary(), s.why.Hint}
	}
	s.table.Go(s.table.Cursor)
}

func (s *Journal) cell(row, column int) widget.Cell {
	r, t := s.runs[row], s.env.Theme
	switch column {
	case 0:
		return widget.Cell{Text: r.ID}
	case 1:
		return widget.Cell{Text: Age(s.env.Book.Now, r.Plan.Made), Style: &t.Faint}
	case 2:
		text, style := RunState(t, r, s.back[r.ID])
		return widget.Cell{Text: text, Style: style}
	case 3:
		return widget.Cell{Text: model.Outside(r.Plan.Title).String()}
	}
	return widget.Cell{Text: whoOf(r), Style: &t.Faint}
}

func whoOf(r change.Run) string {
	for _, t := range r.Plan.Targets() {
		return model.Outside(t.Account).String()
	}
	return ""
}

// Run is the run under the cursor; false: there is none.
func (s *Journal) Run() (change.Run, bool) {
	if s.table.Cursor < len(s.runs) {
		return s.runs[s.table.Cursor], true
	}
	return change.Run{}, false
}

// View draws the table.
func (s *Journal) View(w, h int) string { return s.table.View(w, h) }

// Title counts what there is.
func (s *Journal) Title() string {
	unfinished := 0
	for _, r := range s.runs {
		if !r.Finished() {
			unfinished++
		}
	}
	words := "Journal   " + plural(len(s.runs), "change", "changes")
	if unfinished > 0 {
		words += fmt.Sprintf(" · %d unfinished", unfinished)
	}
	if s.why != nil {
		words += " · ✗ " + s.why.Summary()
	}
	return words
}

// Detail is a sentence about the run under the cursor.
func (s *Journal) Detail() string {
	r, ok := s.Run()
	if !ok {
		return ""
	}
	if by := s.back[r.ID]; by != "" {
		return "taken back by #" + by
	}
	words, ok := change.UndoWords(r)
	if !ok {
		return "cannot be undone: " + model.Outside(words).String()
	}
	return model.Outside(words).String()
}

// Command prints the same.
func (s *Journal) Command() []string { return []string{"gatehouse", "journal", "list"} }

// Actions are what a person can do here.
func (s *Journal) Actions() []Action {
	return append([]Action{{Key: "enter", Name: "open change", Bar: true, Refuse: s.need, Run: func() tea.Cmd {
		r, _ := s.Run()
		return Show(NewRun(s.env, r, s.back[r.ID]))
	}}}, append(runActions(s.env, s.Run, func(id string) string { return s.back[id] }),
		Action{Key: "r", Name: "read again", Effect: Reads, Run: s.load})...)
}

func (s *Journal) need() *model.Cause {
	if _, ok := s.Run(); !ok {
		return refuse("there is nothing selected")
	}
	return nil
}

// runActions are what can be done about a run.
func runActions(env *Env, run func() (change.Run, bool), undoneBy func(string) string) []Action {
	need := func(f func(change.Run) *model.Cause) func() *model.Cause {
		return func() *model.Cause {
			r, ok := run()
			if !ok {
				return refuse("there is nothing selected")
			}
			return f(r)
		}
	}
	do := func(f func(change.Run) tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd { r, _ := run(); return f(r) }
	}
	return []Action{
		{Key: "u", Name: "undo", Effect: Writes, Bar: true, Refuse: need(func(r change.Run) *model.Cause {
			if by := undoneBy(r.ID); by != "" {
				return refuse("it was taken back by #" + by)
			}
			if words, ok := change.UndoWords(r); !ok && r.Finished() {
				return refuse("it cannot be undone: " + model.Outside(words).String())
			}
			return nil
		}), Run: do(func(r change.Run) tea.Cmd { return ProposeUndo(env.Changes, r) })},
		{Key: "U", Name: "resume", Effect: Writes, Bar: true, Refuse: need(func(r change.Run) *model.Cause {
			switch {
			case r.Finished():
				return refuse("it is finished")
			case len(r.Rest().Slots()) > 0:
				return refuse("it needs a secret again: gatehouse journal resume " + r.ID + " asks for it")
			}
			return nil
		}), Run: do(func(r change.Run) tea.Cmd { return func() tea.Msg { return Resume{r} } })},
		{Key: "t", Name: "retry failed", Effect: Writes, Refuse: need(func(r change.Run) *model.Cause {
			if st := r.State(); st != change.RunPartly && st != change.RunUndone {
				return refuse("nothing of it failed")
			}
			return nil
		}), Run: do(func(r change.Run) tea.Cmd { return ProposeRetry(env.Changes, r) })},
	}
}
