package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/filter"
	"gatehouse/ui/widget"
)

// inlineSort is how many rows are sorted at once in Update; more are sorted in a command.
const inlineSort = 5000

// Repositories is the first screen: every repository with its health.
type Repositories struct {
	life
	env     *Env
	table   *widget.Table
	visible []*check.Row
	order   check.Order
	filter  filter.Filter
	problem string // why the filter as typed is none
	input   textinput.Model
	typing  bool
	marks   map[model.RepoRef]bool
	sorting bool
	ci      bool // CircleCI's columns are shown: it is configured
	again   bool // rows changed while they were being sorted
}

type sorted struct {
	ticket uint64
	rows   []*check.Row
}

const (
	colRepo = iota
	colCI
	colHook
	colCheckout
	colKeys
	colPeople
	colRole
	colPushed
	colBuilt
	colFindings
)

// NewRepositories makes the screen.
func NewRepositories(env *Env) *Repositories {
	s := &Repositories{life: born(env.Context), env: env, order: check.ByFindings, marks: map[model.RepoRef]bool{}}
	s.table = widget.NewTable(env.Theme, []widget.Column{
		{Title: "REPOSITORY", Min: 22, Want: 44},
		{Title: "CI", Min: 14, Want: 20, Rank: 5},
		{Title: "HOOK", Min: 17, Want: 26},
		{Title: "CHECKOUT KEY", Min: 16, Want: 18, Rank: 2},
		{Title: "DEPLOY KEYS", Min: 17, Want: 20, Rank: 4},
		{Title: "PEOPLE", Min: 12, Want: 14, Rank: 6},
		{Title: "MY ROLE", Min: 8, Want: 8, Rank: 8},
		{Title: "PUSHED", Min: 7, Want: 7, Rank: 7, Right: true},
		{Title: "LAST BUILD", Min: 10, Want: 10, Rank: 3},
		{Title: "FINDINGS", Min: 14, Want: 24, Rank: 1},
	})
	s.table.Cell = s.cell
	s.table.Marked = func(row int) bool { return s.marks[s.visible[row].Ref] }
	s.input = textinput.New()
	s.input.Prompt = "/"
	s.columns()
	s.input.CharLimit = 200
	s.rebuild()
	return s
}

// columns shows CircleCI's columns where it is configured, and hides them where it is not. What a person has chosen since stays.
func (s *Repositories) columns() {
	ci := slices.ContainsFunc(s.env.Book.Snap.Accounts, func(a model.Account) bool { return a.Service == model.ServiceCircleCI && a.Configured })
	if ci == s.ci && s.table.Len > 0 {
		return
	}
	s.ci = ci
	for _, c := range []int{colCI, colCheckout, colBuilt} {
		s.table.Columns[c].Off = !ci
	}
	s.table.Relayout()
}

func (s *Repositories) cell(row, column int) widget.Cell {
	r, t := s.visible[row], s.env.Theme
	switch column {
	case colRepo:
		if r.Archived {
			return widget.Cell{Text: r.Slug, Style: &t.Faint}
		}
		return widget.Cell{Text: r.Slug}
	case colHook:
		return widget.Cell{Text: r.Hook.Text, Style: markStyle(t, r.Hook.Mark)}
	case colCI:
		return widget.Cell{Text: r.CI.Text, Style: markStyle(t, r.CI.Mark)}
	case colCheckout:
		return widget.Cell{Text: r.Checkout.Text, Style: markStyle(t, r.Checkout.Mark)}
	case colBuilt:
		if r.Built == 0 {
			return widget.Cell{Text: r.Build.Glyph(), Style: &t.Faint}
		}
		return widget.Cell{Text: r.Build.Glyph() + " " + Age(s.env.Book.Now, r.Built), Style: markStyle(t, r.Build)}
	case colKeys:
		return widget.Cell{Text: r.Keys.Text, Style: markStyle(t, r.Keys.Mark)}
	case colPeople:
		return widget.Cell{Text: r.People.Text, Style: markStyle(t, r.People.Mark)}
	case colRole:
		return widget.Cell{Text: r.Role, Style: &t.Faint}
	case colPushed:
		return widget.Cell{Text: Age(s.env.Book.Now, r.Pushed), Style: &t.Faint}
	default:
		return widget.Cell{Text: r.Verdict.Text, Style: markStyle(t, r.Verdict.Mark)}
	}
}

// rebuild filters and sorts the rows again and keeps the cursor on its repository.
func (s *Repositories) rebuild() tea.Cmd {
	if len(s.env.Book.Rows) > inlineSort {
		return s.later()
	}
	s.show(pick(s.env.Book.Rows, s.filter, s.order))
	return nil
}

func pick(rows []*check.Row, f filter.Filter, order check.Order) []*check.Row {
	out := make([]*check.Row, 0, len(rows))
	for _, r := range rows {
		if f.Match(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, order.Compare)
	return out
}

// later filters and sorts in a command: Update never works longer for more rows. Rows are never written to, so only the list
// of them is copied.
func (s *Repositories) later() tea.Cmd {
	if s.sorting {
		s.again = true
		return nil
	}
	s.sorting, s.again = true, false
	ticket, f, order, rows := s.ticket, s.filter, s.order, slices.Clone(s.env.Book.Rows)
	return func() tea.Msg { return sorted{ticket, pick(rows, f, order)} }
}

// show takes over the rows and keeps the cursor where it was.
func (s *Repositories) show(rows []*check.Row) {
	var at model.RepoRef
	if r := s.Row(); r != nil && s.table.Cursor > 0 {
		at = r.Ref
	}
	s.visible = rows
	s.table.Len = len(rows)
	s.table.Empty = s.emptyWords()
	if !at.IsZero() {
		if i := slices.IndexFunc(rows, func(r *check.Row) bool { return r.Ref == at }); i >= 0 {
			s.table.Go(i)
			return
		}
	}
	s.table.Go(s.table.Cursor)
}

func (s *Repositories) emptyWords() []string {
	b := s.env.Book
	switch {
	case !s.filter.Empty() && len(b.Rows) > 0:
		return []string{"no repository matches the filter", "press / to change it, esc to drop it"}
	case b.Stopped && len(b.Rows) == 0:
		return []string{"the reading was stopped", "press r to read"}
	case b.Reading:
		return []string{"reading the list of repositories …"}
	}
	if words := unread(b.Snap.Listing, "the list of repositories"); words != nil {
		return words
	}
	return []string{"this account administers no repository", "GitHub lists what the token may see: see the accounts with :accounts"}
}

// Row is the row under the cursor; nil when there is none.
func (s *Repositories) Row() *check.Row {
	if s.table.Cursor < len(s.visible) {
		return s.visible[s.table.Cursor]
	}
	return nil
}

// Slugs is every row in order, for the parity test.
func (s *Repositories) Slugs() []string {
	out := make([]string, len(s.visible))
	for i, r := range s.visible {
		out[i] = r.Slug
	}
	return out
}

// Update handles what happened.
func (s *Repositories) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BookChanged:
		s.columns()
		return s.rebuild()
	case sorted:
		if msg.ticket != s.ticket {
			return nil
		}
		s.sorting = false
		s.show(msg.rows)
		if s.again {
			return s.later()
		}
	case tea.KeyMsg:
		if s.typing {
			return s.typed(msg)
		}
		s.table.Handle(msg.String())
	}
	return nil
}

// typed edits the filter; every key narrows at once.
func (s *Repositories) typed(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		s.typing = false
		s.input.Blur()
		return nil
	case "esc":
		s.typing = false
		s.input.Blur()
		s.input.SetValue("")
	case "up", "down":
		s.table.Handle(msg.String())
		return nil
	default:
		s.input, _ = s.input.Update(msg)
	}
	f, err := filter.Parse(s.input.Value())
	if err != nil {
		s.problem = model.CauseOf(err).Said.String() + "; " + model.CauseOf(err).Hint
		return nil
	}
	s.problem = ""
	if f.Narrows(s.filter) && !s.sorting {
		s.filter = f
		s.show(slices.DeleteFunc(slices.Clone(s.visible), func(r *check.Row) bool { return !f.Match(r) }))
		return nil
	}
	s.filter = f
	return s.rebuild()
}

// Typing reports that keys go into the filter.
func (s *Repositories) Typing() bool { return s.typing }

// View draws the table, and the filter below it while there is one.
func (s *Repositories) View(w, h int) string {
	if !s.typing && s.filter.Empty() && s.problem == "" {
		return s.table.View(w, h)
	}
	t := s.env.Theme
	line := t.Key.Render("/" + widget.Cut(model.Outside(s.input.Value()).String(), w-20))
	if s.typing {
		line += t.Selected.Render(" ")
	}
	if s.problem != "" {
		line += "  " + t.Warn.Render(widget.Cut(s.problem, w-widget.Width(s.input.Value())-6))
	} else {
		line += "  " + t.Faint.Render(fmt.Sprintf("%d of %d", len(s.visible), len(s.env.Book.Rows)))
	}
	return s.table.View(w, h-1) + "\n" + line
}

// Title says how many there are, how many could not be read, how they are sorted.
func (s *Repositories) Title() string {
	b := s.env.Book
	parts := []string{plural(len(b.Rows), "repository", "repositories")}
	if b.Broken > 0 {
		parts = append(parts, fmt.Sprintf("%d broken", b.Broken))
	}
	if b.Unseen > 0 {
		parts = append(parts, fmt.Sprintf("%d not all readable", b.Unseen))
	}
	if len(s.marks) > 0 {
		parts = append(parts, fmt.Sprintf("%d marked", len(s.marks)))
	}
	if b.Stopped {
		parts = append(parts, fmt.Sprintf("stopped at %d of %d", b.Done, b.Total))
	}
	if b.Stale {
		parts = append(parts, "as of "+Ago(b.Now, b.Snap.Taken))
	}
	parts = append(parts, s.order.Title())
	if b.Snap.Listing.State == model.Partial {
		parts = append(parts, "the list is not complete")
	}
	return "Repositories   " + strings.Join(parts, " · ")
}

// Detail is the worst finding of the row under the cursor, in a sentence.
func (s *Repositories) Detail() string {
	r := s.Row()
	switch {
	case r == nil:
		return ""
	case r.Worst != "":
		return r.Slug + ": " + r.Worst
	case r.Findings.NotAssessed > 0:
		return r.Slug + ": " + plural(int(r.Findings.NotAssessed), "check", "checks") + " could not be made, because something could not be read"
	case r.Verdict.Mark == check.MarkWaiting:
		return r.Slug + ": reading …"
	}
	return r.Slug + ": nothing wrong found"
}

// Command prints the same.
func (s *Repositories) Command() []string {
	c := []string{"gatehouse", "repo", "list"}
	if s.order != check.ByFindings {
		c = append(c, "--sort", string(s.order))
	}
	if v := strings.TrimSpace(s.input.Value()); v != "" {
		c = append(c, "--match", v)
	}
	return c
}

// InSight is the rows in the window.
func (s *Repositories) InSight() []model.RepoRef {
	from, to := s.table.Window()
	out := make([]model.RepoRef, 0, to-from)
	for _, r := range s.visible[min(from, len(s.visible)):min(to, len(s.visible))] {
		out = append(out, r.Ref)
	}
	return out
}

// Targets is what an action acts on: the marked rows, or the one under the cursor.
func (s *Repositories) Targets() []model.RepoRef {
	if len(s.marks) == 0 {
		if r := s.Row(); r != nil {
			return []model.RepoRef{r.Ref}
		}
		return nil
	}
	out := make([]model.RepoRef, 0, len(s.marks))
	for _, r := range s.visible {
		if s.marks[r.Ref] {
			out = append(out, r.Ref)
		}
	}
	return out
}

// Copies is what can be copied here.
func (s *Repositories) Copies() []Copy {
	r := s.Row()
	if r == nil {
		return nil
	}
	return repoCopies(s.env, s.env.Book.Snap.Repo(r.Ref))
}

// Page is the repository's web page.
func (s *Repositories) Page() string {
	if r := s.Row(); r != nil {
		return s.env.Book.Snap.Repo(r.Ref).Page.Raw()
	}
	return ""
}

func (s *Repositories) selected() (model.RepoRef, bool) {
	if r := s.Row(); r != nil {
		return r.Ref, true
	}
	return model.RepoRef{}, false
}

func (s *Repositories) needRow() *model.Cause {
	if s.Row() == nil {
		return &model.Cause{Kind: model.CauseRefused, Hint: "no repository is selected"}
	}
	return nil
}

func (s *Repositories) needReading() *model.Cause {
	if !s.env.Book.Reading {
		return &model.Cause{Kind: model.CauseRefused, Hint: "nothing is being read"}
	}
	return nil
}

// Actions are what a person can do here.
func (s *Repositories) Actions() []Action {
	return []Action{
		{Key: "enter", Name: "open", Bar: true, Refuse: s.needRow, Run: func() tea.Cmd { return Show(NewRepo(s.env, s.Row().Ref, 0)) }},
		{Key: "w", Name: "what is wrong", Bar: true, Refuse: s.needRow, Run: func() tea.Cmd { return Show(NewFindings(s.env, s.Row().Ref)) }},
		editEvents(s.env, s.Targets),
		fix(s.env, s.selected),
		{Key: "/", Name: "filter", Bar: true, Run: func() tea.Cmd { s.typing = true; return s.input.Focus() }},
		{Key: "s", Name: "sort", Bar: true, Run: s.chooseOrder},
		{Key: "c", Name: "columns", Run: s.chooseColumns},
		{Key: " ", Name: "mark", Refuse: s.needRow, Run: s.mark},
		{Key: "*", Name: "mark all shown", Run: s.markAll},
		{Key: "r", Name: "read again", Effect: Reads, Run: func() tea.Cmd {
			refs := s.Targets()
			return func() tea.Msg { return Refresh{refs} }
		}},
		{Key: "X", Name: "stop reading", Refuse: s.needReading, Run: func() tea.Cmd { return func() tea.Msg { return Stop{} } }},
		{Key: "esc", Name: "drop filter, marks", Run: s.drop},
	}
}

func (s *Repositories) mark() tea.Cmd {
	ref := s.Row().Ref
	if s.marks[ref] {
		delete(s.marks, ref)
	} else {
		s.marks[ref] = true
	}
	s.table.Move(1)
	return nil
}

func (s *Repositories) markAll() tea.Cmd {
	if len(s.marks) >= len(s.visible) {
		clear(s.marks)
		return nil
	}
	for _, r := range s.visible {
		s.marks[r.Ref] = true
	}
	return nil
}

func (s *Repositories) drop() tea.Cmd {
	if !s.filter.Empty() || s.input.Value() != "" {
		s.input.SetValue("")
		s.filter, s.problem = filter.Filter{}, ""
		return s.rebuild()
	}
	clear(s.marks)
	return nil
}

func (s *Repositories) chooseOrder() tea.Cmd {
	var choices []Choice
	for _, o := range check.Orders {
		note := ""
		if o == s.order {
			note = "now"
		}
		choices = append(choices, Choice{Name: o.Title(), Note: note, Run: func() tea.Cmd {
			s.order = o
			s.table.Go(0)
			return s.rebuild()
		}})
	}
	return func() tea.Msg { return Choose{"Sort repositories", choices} }
}

func (s *Repositories) chooseColumns() tea.Cmd {
	var choices []Choice
	for i := 1; i < len(s.table.Columns); i++ {
		c := &s.table.Columns[i]
		note := "shown"
		if c.Off {
			note = "hidden"
		}
		choices = append(choices, Choice{Name: strings.ToLower(c.Title), Note: note, Run: func() tea.Cmd {
			c.Off = !c.Off
			s.table.Relayout()
			return nil
		}})
	}
	return func() tea.Msg { return Choose{"Show or hide a column", choices} }
}
