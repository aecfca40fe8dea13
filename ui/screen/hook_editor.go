package screen

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/change"
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
	spared string // what is left out, by reason
	preset string

	project  *model.CIProject // of the one repository; nil: of many, or CircleCI's side is not known
	settings model.Reading[model.CISettings]
}

// leftOut is a repository that was marked and whose hook cannot be edited.
type leftOut struct {
	ref model.RepoRef
	why string
}

// NewHookEditor makes the screen.
func NewHookEditor(env *Env, hooks []wired, left []leftOut) *HookEditor {
	s := &HookEditor{life: born(env.Context), env: env, choice: eventChoice{hooks: hooks, chosen: map[string]bool{}}, left: left, spared: leftWords(left), cols: 2}
	if len(hooks) == 1 {
		if r := env.Book.Snap.Repo(hooks[0].ref); r != nil {
			s.project, _ = r.CI.All()
		}
	}
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

// Init reads what the project builds, where there is one project and CircleCI says.
func (s *HookEditor) Init() tea.Cmd {
	if s.project == nil || s.env.Details == nil {
		return nil
	}
	d, slug := s.env.Details, s.project.Slug
	return ask(s.life, "settings", func(ctx context.Context) model.Reading[model.CISettings] { return d.Settings(ctx, slug) })
}

// Update moves the cursor; a hook that was read again is taken over when nothing was chosen yet.
func (s *HookEditor) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[model.Reading[model.CISettings]]:
		if msg.ticket == s.ticket {
			s.settings = msg.value
		}
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

// Detail says which preset was taken.
func (s *HookEditor) Detail() string {
	if s.preset != "" {
		return "preset: " + s.preset
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
	for _, e := range slices.Sorted(maps.Keys(s.choice.chosen)) {
		switch {
		case e == "*" && s.choice.chosen[e]:
			out = append(out, "--events", e)
		case s.choice.chosen[e]:
			add = append(add, e)
		default:
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
	if w, ok := s.choice.beyond(); ok {
		return refuse(w.ref.String() + " asks for every event, so single ones cannot be taken away: * chooses for all")
	}
	for _, w := range s.choice.hooks {
		if len(s.choice.after(w)) == 0 {
			return refuse(w.ref.String() + " would ask for no event: choose one, or switch the hook off (a)")
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
