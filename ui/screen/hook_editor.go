package screen

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/ui/widget"
)

// HookEditor chooses the events of one hook, or of the CircleCI hooks of many repositories, and shows what the choice does while it is made.
type HookEditor struct {
	life
	env    *Env
	choice eventChoice
	groups []model.EventGroup
	cursor int // into the events of all groups
	top    int // first line in sight
	cols   int // events beside each other, as last drawn
	left   []leftOut
	preset string
}

// leftOut is a repository that was marked and whose hook cannot be edited.
type leftOut struct {
	ref model.RepoRef
	why string
}

// NewHookEditor makes the screen.
func NewHookEditor(env *Env, hooks []wired, left []leftOut) *HookEditor {
	s := &HookEditor{life: born(env.Context), env: env, choice: eventChoice{hooks: hooks, chosen: map[string]bool{}}, left: left, cols: 2}
	s.groups = append(s.groups, model.HookEvents...)
	known := s.events()
	other := model.EventGroup{Name: "Other"}
	for _, w := range hooks {
		for _, e := range w.hook.Events {
			if !slices.Contains(known, e.Raw()) && !slices.Contains(other.Events, e.Raw()) {
				other.Events = append(other.Events, e.Raw())
			}
		}
	}
	if len(other.Events) > 0 {
		s.groups = append(s.groups, other)
	}
	return s
}

// events are all there are to choose from, in order.
func (s *HookEditor) events() []string {
	var out []string
	for _, g := range s.groups {
		out = append(out, g.Events...)
	}
	return out
}

// Update moves the cursor; a hook that was read again is taken over when nothing was chosen yet.
func (s *HookEditor) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		s.move(msg.String())
	case Changed:
		if msg.Err == nil {
			clear(s.choice.chosen)
			s.choice.active = model.TriUnknown
		}
	case BookChanged:
		if len(s.choice.ops()) == 0 {
			s.fresh()
		}
	}
	return nil
}

// fresh takes the hooks from the book again.
func (s *HookEditor) fresh() {
	for i, w := range s.choice.hooks {
		r := s.env.Book.Snap.Repo(w.ref)
		if r == nil {
			continue
		}
		for _, h := range r.Hooks.Value {
			if h.ID == w.hook.ID {
				s.choice.hooks[i].hook = h
			}
		}
	}
}

// place is a line of the grid: a group's events, cols at a time.
type place struct {
	group string // on the group's first line
	from  int    // index of the first event
	n     int
}

func (s *HookEditor) places() []place {
	var out []place
	at := 0
	for _, g := range s.groups {
		for i := 0; i < len(g.Events); i += s.cols {
			name := ""
			if i == 0 {
				name = g.Name
			}
			n := min(s.cols, len(g.Events)-i)
			out = append(out, place{name, at, n})
			at += n
		}
	}
	return out
}

// lineOf is the line and column of an event.
func lineOf(all []place, event int) (line, column int) {
	for i, p := range all {
		if event < p.from+p.n {
			return i, event - p.from
		}
	}
	return 0, 0
}

func (s *HookEditor) move(key string) {
	all := s.places()
	total := len(s.events())
	line, column := lineOf(all, s.cursor)
	switch key {
	case "left", "h":
		s.cursor = max(s.cursor-1, 0)
		return
	case "right", "l":
		s.cursor = min(s.cursor+1, total-1)
		return
	case "up", "k":
		line--
	case "down", "j":
		line++
	case "pgup", "ctrl+u":
		line -= 8
	case "pgdown", "ctrl+d":
		line += 8
	case "home", "g":
		s.cursor = 0
		return
	case "end", "G":
		s.cursor = total - 1
		return
	default:
		return
	}
	p := all[max(min(line, len(all)-1), 0)]
	s.cursor = p.from + min(column, p.n-1)
}

// Title names the hook, or counts them.
func (s *HookEditor) Title() string {
	if len(s.choice.hooks) == 1 {
		w := s.choice.hooks[0]
		return fmt.Sprintf("Events of hook %s (%s) on %s   %s", w.hook.ID, ownerWords(w.hook.Whose()), w.ref, activeWords(s.choice.activeState()))
	}
	words := fmt.Sprintf("Events of %s   CircleCI's, on %s", plural(len(s.choice.hooks), "hook", "hooks"), plural(len(s.choice.hooks), "repository", "repositories"))
	if len(s.left) > 0 {
		words += fmt.Sprintf(" · %d left out", len(s.left))
	}
	return words
}

func ownerWords(o model.HookOwner) string {
	switch o {
	case model.HookOfCircleCI:
		return "CircleCI"
	case model.HookOfRetiredCI:
		return "retired CI"
	case model.HookOfOther:
	}
	return "own"
}

func activeWords(a model.Tri) string {
	switch a {
	case model.Yes:
		return "active"
	case model.No:
		return "switched off"
	case model.TriUnknown:
	}
	return "active on some"
}

// Detail says what is left out, or which preset was taken.
func (s *HookEditor) Detail() string {
	switch {
	case s.preset != "":
		return "preset: " + s.preset
	case len(s.left) > 0:
		return "left out: " + s.left[0].ref.String() + " (" + s.left[0].why + ")"
	}
	return ""
}

// Command does the same without the console.
func (s *HookEditor) Command() []string {
	out := []string{"gatehouse", "hook", "edit"}
	for _, w := range s.choice.hooks {
		out = append(out, w.ref.String())
	}
	if len(s.choice.hooks) == 1 {
		out = append(out, s.choice.hooks[0].hook.ID)
	} else {
		out = append(out, "--ci")
	}
	var add, remove []string
	for _, e := range sortedKeys(s.choice.chosen) {
		if s.choice.chosen[e] {
			add = append(add, e)
		} else {
			remove = append(remove, e)
		}
	}
	if len(add) > 0 {
		out = append(out, "--add", strings.Join(add, ","))
	}
	if len(remove) > 0 {
		out = append(out, "--remove", strings.Join(remove, ","))
	}
	if s.choice.active != model.TriUnknown {
		out = append(out, fmt.Sprintf("--active=%v", s.choice.active == model.Yes))
	}
	return out
}

// Page is the hook's settings page.
func (s *HookEditor) Page() string {
	w := s.choice.hooks[0]
	if r := s.env.Book.Snap.Repo(w.ref); r != nil && !r.Page.Empty() {
		return r.Page.Raw() + "/settings/hooks/" + w.hook.ID
	}
	return ""
}

// InSight is the repositories whose hooks are edited.
func (s *HookEditor) InSight() []model.RepoRef {
	out := make([]model.RepoRef, len(s.choice.hooks))
	for i, w := range s.choice.hooks {
		out[i] = w.ref
	}
	return out
}

// Actions are what a person can do here.
func (s *HookEditor) Actions() []Action {
	return []Action{
		{Key: "enter", Name: "review", Effect: Writes, Bar: true, Refuse: s.refuse, Run: s.review},
		{Key: " ", Name: "toggle", Bar: true, Refuse: s.all, Run: func() tea.Cmd { s.preset = ""; s.choice.toggle(s.events()[s.cursor]); return nil }},
		{Key: "p", Name: "preset", Bar: true, Run: func() tea.Cmd { s.preset = s.choice.usePreset(append(s.events(), "*")); return nil }},
		{Key: "a", Name: "on or off", Bar: true, Run: func() tea.Cmd { s.choice.toggleActive(); return nil }},
		{Key: "*", Name: "all events", Run: func() tea.Cmd { s.choice.toggle("*"); return nil }},
	}
}

// all refuses to toggle single events of a hook that asks for every one.
func (s *HookEditor) all() *model.Cause {
	if s.choice.state("*") == model.Yes && s.events()[s.cursor] != "*" {
		return &model.Cause{Kind: model.CauseRefused, Hint: "the hook asks for every event: * chooses single ones"}
	}
	return nil
}

func (s *HookEditor) refuse() *model.Cause {
	if why := s.env.mayWrite(); why != nil {
		return why
	}
	if len(s.choice.ops()) == 0 {
		return &model.Cause{Kind: model.CauseRefused, Hint: "nothing is changed yet: space toggles an event"}
	}
	for _, w := range s.choice.hooks {
		if len(s.choice.after(w)) == 0 {
			return &model.Cause{Kind: model.CauseRefused, Hint: w.ref.String() + " would ask for no event: switch the hook off instead (a)"}
		}
	}
	return nil
}

func (s *HookEditor) review() tea.Cmd {
	ops := s.choice.ops()
	title := "edit the events of " + plural(len(ops), "hook", "hooks")
	if len(ops) == 1 {
		title = change.Words(ops[0])
	}
	return Suggest(s.env, title, nil, ops...)
}

// View draws the groups, the consequences beside or below them, and what is before and after.
func (s *HookEditor) View(w, h int) string {
	foot := s.footLines(w)
	wide := w >= 146 // two columns of whole names beside the consequences
	gridWidth, gridHeight := w, h-len(foot)
	right := s.consequenceLines(w)
	switch {
	case wide:
		gridWidth = w - paneCells - 2
		right = s.consequenceLines(paneCells)
	case gridHeight-len(right)-1 < 3: // too low for both: what is being chosen comes first
		right = nil
	default:
		gridHeight -= len(right) + 1
	}
	if gridHeight < 1 {
		foot, gridHeight = nil, h
	}
	grid := s.grid(gridWidth, max(gridHeight, 1))
	var lines []string
	for i, l := range grid {
		if wide {
			r := ""
			if i < len(right) {
				r = right[i]
			}
			l = widget.CutStyled(l, gridWidth-1)
			l += widget.Spaces(gridWidth-widget.Width(l)) + s.env.Theme.Faint.Render("│ ") + r
		}
		lines = append(lines, l)
	}
	if !wide && len(right) > 0 {
		lines = append(append(lines, ""), right...)
	}
	return strings.Join(append(lines, foot...), "\n")
}

const (
	nameCells = 11 // of a group's name
	paneCells = 56 // of the consequences beside the grid
)

// grid is exactly h lines of checkboxes, scrolled to the cursor.
func (s *HookEditor) grid(w, h int) []string {
	longest := 0
	for _, e := range s.events() {
		longest = max(longest, widget.Width(model.Outside(e).String()))
	}
	cell := min(longest+6, max((w-nameCells-2)/2, 20)) // two beside each other, if some long names must be cut for it
	s.cols = max((w-nameCells-2)/cell, 1)
	all := s.places()
	line, _ := lineOf(all, s.cursor)
	s.top = max(min(s.top, line), line-h+1)
	s.top = max(min(s.top, len(all)-h), 0)
	out := make([]string, 0, h)
	events := s.events()
	for _, p := range all[s.top:min(s.top+h, len(all))] {
		out = append(out, s.gridLine(p, events, cell))
	}
	if below := len(all) - s.top - h; below > 0 && h > 1 {
		out[h-1] = "  " + s.env.Theme.Faint.Render(fmt.Sprintf("↓ %d more lines", below+1))
		if line == s.top+h-1 {
			s.top++
			return s.grid(w, h)
		}
	}
	for len(out) < h {
		out = append(out, "")
	}
	return out
}

func (s *HookEditor) gridLine(p place, events []string, cell int) string {
	t := s.env.Theme
	var b strings.Builder
	b.WriteString("  " + t.Heading.Render(widget.Fit(p.group, nameCells)))
	for i := p.from; i < p.from+p.n; i++ {
		e := events[i]
		box, style := "[ ]", &t.Plain
		state := s.choice.state(e)
		switch {
		case s.choice.state("*") == model.Yes:
			box, style = "[*]", &t.Faint
		case state == model.Yes:
			box = "[x]"
		case state == model.TriUnknown:
			box = "[-]"
		}
		if _, touched := s.choice.chosen[e]; touched {
			style = &t.Title
		}
		text := widget.Fit(box+" "+model.Outside(e).String(), cell-2)
		if i == s.cursor {
			style = &t.Selected
		}
		b.WriteString(style.Render(text) + "  ")
	}
	return b.String()
}

func (s *HookEditor) consequenceLines(w int) []string {
	t := s.env.Theme
	first := s.choice.hooks[0]
	sends := func(e string) model.Tri {
		if s.choice.state("*") == model.Yes {
			return model.Yes
		}
		return s.choice.state(e)
	}
	out := []string{"  " + t.Title.Render("With this choice")}
	for _, c := range consequences(first.hook.Whose(), sends, s.choice.activeState() != model.No) {
		mark, style := "?", &t.Unknown
		switch c.state {
		case model.Yes:
			mark, style = "✓", &t.Good
		case model.No:
			mark, style = "✗", &t.Danger
		case model.TriUnknown:
		}
		out = append(out, "  "+widget.Fit(c.what, 27)+style.Render(mark+" "+widget.Cut(c.why, max(w-32, 8))))
	}
	return out
}

// footLines are what is before and after, for one hook in full, for many in counts.
func (s *HookEditor) footLines(w int) []string {
	t := s.env.Theme
	row := func(name, text string) []string {
		var out []string
		for i, l := range widget.Wrap(text, max(w-12, 10)) {
			if i > 0 {
				name = ""
			}
			out = append(out, "  "+t.Faint.Render(widget.Fit(name, 8))+l)
		}
		if len(out) > 2 {
			out = out[:2]
			out[1] = widget.CutStyled(out[1], w-3) + "…"
		}
		return out
	}
	if len(s.choice.hooks) > 1 {
		ops := s.choice.ops()
		return append([]string{""}, row("change", fmt.Sprintf("%s of %d; what is not touched stays as each has it (secrets kept)", plural(len(ops), "hook", "hooks"), len(s.choice.hooks)))...)
	}
	x := s.choice.hooks[0]
	out := append([]string{""}, row("before", eventList(x.hook.Events)+"; "+activeWords(model.Is(x.hook.Active)))...)
	after := strings.Join(visible(s.choice.after(x)), ", ") + "; " + activeWords(s.choice.activeState())
	if len(s.choice.ops()) == 0 {
		return append(out, row("after", "unchanged")...)
	}
	if x.hook.SecretSet == model.Yes {
		after += "   (secret kept)"
	}
	return append(out, row("after", after)...)
}

func visible(events []string) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = model.Outside(e).String()
	}
	return out
}
