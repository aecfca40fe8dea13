package screen

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/ui/widget"
)

// Repo is one repository: overview, hooks, keys, people.
type Repo struct {
	life
	env    *Env
	ref    model.RepoRef
	tab    int
	asked  map[string]bool
	pager  widget.Pager
	hooks  *widget.Table
	keys   *widget.Table
	people *widget.Table
	who    []member
	width  int
}

// The tabs.
const (
	TabOverview = iota
	TabHooks
	TabKeys
	TabPeople
	tabs
)

var tabNames = [tabs]string{"Overview", "Hooks", "Keys", "People"}

// member is a row of the people tab: a person, a team or an invitation.
type member struct {
	login, role, through, state string
	person                      bool
}

// NewRepo makes the screen and shows the tab.
func NewRepo(env *Env, ref model.RepoRef, tab int) *Repo {
	s := &Repo{life: born(env.Context), env: env, ref: ref, tab: tab, asked: map[string]bool{}}
	s.hooks = widget.NewTable(env.Theme, []widget.Column{
		{Title: "HOOK", Min: 8, Want: 12}, {Title: "WHOSE", Min: 10, Want: 12}, {Title: "STATE", Min: 9, Want: 10}, {Title: "EVENTS", Min: 16, Want: 40},
		{Title: "SECRET", Min: 7, Want: 8, Rank: 1}, {Title: "TLS", Min: 7, Want: 8, Rank: 2}, {Title: "LAST", Min: 10, Want: 24, Rank: 1}, {Title: "POSTS TO", Min: 24, Want: 60, Rank: 3},
	})
	s.keys = widget.NewTable(env.Theme, []widget.Column{
		{Title: "TITLE", Min: 16, Want: 28}, {Title: "ACCESS", Min: 7, Want: 8}, {Title: "STATE", Min: 10, Want: 18}, {Title: "LAST USED", Min: 10, Want: 12},
		{Title: "ADDED BY", Min: 10, Want: 14, Rank: 1}, {Title: "TYPE", Min: 12, Want: 18, Rank: 2}, {Title: "FINGERPRINT", Min: 20, Want: 52, Rank: 3},
	})
	s.people = widget.NewTable(env.Theme, []widget.Column{
		{Title: "PERSON", Min: 18, Want: 30}, {Title: "ROLE", Min: 9, Want: 12}, {Title: "THROUGH", Min: 20, Want: 40}, {Title: "STATE", Min: 14, Want: 24, Rank: 1},
	})
	s.hooks.Cell, s.keys.Cell, s.people.Cell = s.hookCell, s.keyCell, s.personCell
	s.fill()
	return s
}

func (s *Repo) repo() *model.Repo { return s.env.Book.Snap.Repo(s.ref) }

// Init reads what the tab shows and the list does not have.
func (s *Repo) Init() tea.Cmd { return s.look() }

// look asks for what the tab in sight needs, once.
func (s *Repo) look() tea.Cmd {
	r := s.repo()
	if r == nil || s.env.Details == nil {
		return nil
	}
	d, repo := s.env.Details, *r
	var cmds []tea.Cmd
	once := func(what string, cmd tea.Cmd) {
		if !s.asked[what] {
			s.asked[what] = true
			cmds = append(cmds, cmd)
		}
	}
	switch s.tab {
	case TabHooks:
		if r.Hooks.State == model.Unread {
			once("hooks", ask(s.life, "hooks", func(ctx context.Context) model.Repo { repo.Hooks = d.Hooks(ctx, repo); return repo }))
		}
	case TabKeys:
		once("keys", ask(s.life, "keys", func(ctx context.Context) model.Repo { repo.DeployKeys = d.Keys(ctx, repo); return repo }))
	case TabPeople:
		if r.People.State == model.Unread {
			once("people", ask(s.life, "people", func(ctx context.Context) model.Repo { repo.People = d.People(ctx, repo); return repo }))
		}
		once("invitations", ask(s.life, "invitations", func(ctx context.Context) model.Repo { repo.Invitations = d.Invitations(ctx, repo); return repo }))
		once("teams", ask(s.life, "teams", func(ctx context.Context) model.Repo { repo.Teams = d.Teams(ctx, repo); return repo }))
	}
	return tea.Batch(cmds...)
}

// Update handles what happened.
func (s *Repo) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[model.Repo]:
		if msg.ticket != s.ticket {
			return nil
		}
		s.take(msg.what, msg.value)
		ref := s.ref
		return func() tea.Msg { return BookChanged{[]model.RepoRef{ref}} }
	case BookChanged:
		s.fill()
	case tea.KeyMsg:
		if key := msg.String(); !s.list().Handle(key) && s.tab == TabOverview {
			s.pager.Handle(key)
		}
	}
	return nil
}

// take merges one detail reading; everything else of the copy may be older than what the book has.
func (s *Repo) take(what string, v model.Repo) {
	r := s.repo()
	if r == nil {
		return
	}
	fresh := *r
	switch what {
	case "hooks":
		fresh.Hooks = v.Hooks
	case "keys":
		fresh.DeployKeys = v.DeployKeys
	case "people":
		fresh.People = v.People
	case "invitations":
		fresh.Invitations = v.Invitations
	case "teams":
		fresh.Teams = v.Teams
	}
	s.env.Book.Put(fresh)
	s.fill()
}

func (s *Repo) list() handler {
	switch s.tab {
	case TabHooks:
		return s.hooks
	case TabKeys:
		return s.keys
	case TabPeople:
		return s.people
	}
	return &s.pager
}

type handler interface{ Handle(string) bool }

// fill makes the tables anew from the book.
func (s *Repo) fill() {
	r := s.repo()
	if r == nil {
		s.pager.Lines = []string{"", "  " + s.ref.String() + " is not among the repositories that were read"}
		return
	}
	hooks, words := list(r.Hooks, "hooks", "no webhook: pushes tell nobody")
	s.hooks.Len, s.hooks.Empty = len(hooks), words
	keys, words := list(r.DeployKeys, "deploy keys", "no deploy key")
	s.keys.Len, s.keys.Empty = len(keys), words
	s.who, s.people.Empty = members(s.env.Book.Now, r)
	s.people.Len = len(s.who)
	s.pager.Lines = s.overview(r, max(s.width, 60))
}

// View draws the tabs and the one in sight.
func (s *Repo) View(w, h int) string {
	if s.width != w {
		s.width = w
		s.fill()
	}
	t := s.env.Theme
	var bar strings.Builder
	bar.WriteString("  ")
	for i, name := range tabNames {
		label := fmt.Sprintf(" %d %s ", i+1, name)
		if i == s.tab {
			bar.WriteString(t.Selected.Render(label))
		} else {
			bar.WriteString(t.Faint.Render(label))
		}
		bar.WriteString(" ")
	}
	body := ""
	switch s.tab {
	case TabHooks:
		body = s.hooks.View(w, h-2)
	case TabKeys:
		body = s.keys.View(w, h-2)
	case TabPeople:
		body = s.people.View(w, h-2)
	default:
		body = s.pager.View(w, h-2)
	}
	return widget.CutStyled(bar.String(), w) + "\n\n" + body
}

// Title is the repository with its plain facts.
func (s *Repo) Title() string {
	r := s.repo()
	if r == nil {
		return s.ref.String()
	}
	parts := []string{"public"}
	if r.Private {
		parts[0] = "private"
	}
	if r.Archived {
		parts = append(parts, "archived")
	}
	parts = append(parts, r.MyRole.String(), "branch "+r.DefaultBranch.String(), "pushed "+Ago(s.env.Book.Now, r.Pushed))
	switch s.tab {
	case TabHooks:
		parts[len(parts)-1] += stale(r.Hooks, s.env.Book.Now)
	case TabKeys:
		parts[len(parts)-1] += stale(r.DeployKeys, s.env.Book.Now)
	case TabPeople:
		parts[len(parts)-1] += stale(r.People, s.env.Book.Now)
	}
	return s.ref.String() + "   " + strings.Join(parts, " · ")
}

// Detail is a sentence about what the cursor is on.
func (s *Repo) Detail() string {
	r := s.repo()
	if r == nil {
		return ""
	}
	switch {
	case s.tab == TabHooks && s.hooks.Len > 0:
		h := r.Hooks.Value[s.hooks.Cursor]
		return "hook " + h.ID + " → " + model.RedactURL(h.URL).String() + "   " + eventList(h.Events)
	case s.tab == TabKeys && s.keys.Len > 0:
		k := r.DeployKeys.Value[s.keys.Cursor]
		return k.SHA256 + "   MD5 " + k.MD5
	case s.tab == TabPeople:
		for _, gap := range r.Gaps() {
			if gap.Fact != "hooks" && gap.Fact != "deploy_keys" {
				return strings.ReplaceAll(gap.Fact, "_", " ") + ": " + gap.Why.Summary()
			}
		}
	}
	if row := s.env.Book.Row(s.ref); row != nil && row.Worst != "" {
		return row.Worst
	}
	return ""
}

// Command prints the tab in sight.
func (s *Repo) Command() []string {
	switch s.tab {
	case TabHooks:
		return []string{"gatehouse", "hook", "list", s.ref.String()}
	case TabKeys:
		return []string{"gatehouse", "key", "list", s.ref.String()}
	case TabPeople:
		return []string{"gatehouse", "people", "list", s.ref.String()}
	}
	return []string{"gatehouse", "repo", "view", s.ref.String()}
}

// InSight is the repository itself.
func (s *Repo) InSight() []model.RepoRef { return []model.RepoRef{s.ref} }

// Page is the page of the forge that belongs to the tab.
func (s *Repo) Page() string {
	r := s.repo()
	if r == nil || r.Page.Empty() {
		return ""
	}
	switch s.tab {
	case TabHooks:
		return r.Page.Raw() + "/settings/hooks"
	case TabKeys:
		return r.Page.Raw() + "/settings/keys"
	case TabPeople:
		return r.Page.Raw() + "/settings/access"
	}
	return r.Page.Raw()
}

// Actions are what a person can do here.
func (s *Repo) Actions() []Action {
	out := []Action{
		{Key: "tab", Name: "next tab", Bar: true, Run: func() tea.Cmd { return s.turn(s.tab + 1) }},
		{Key: "shift+tab", Name: "tab before", Run: func() tea.Cmd { return s.turn(s.tab + tabs - 1) }},
		{Key: "w", Name: "what is wrong", Bar: true, Run: func() tea.Cmd { return Show(NewFindings(s.env, s.ref)) }},
		{Key: "r", Name: "read again", Effect: Reads, Bar: true, Run: func() tea.Cmd {
			clear(s.asked)
			ref := s.ref
			return tea.Batch(s.look(), func() tea.Msg { return Refresh{[]model.RepoRef{ref}} })
		}},
	}
	if s.tab != TabHooks {
		out = append(out, editEvents(s.env, func() []model.RepoRef { return []model.RepoRef{s.ref} }))
	}
	for i := range tabs {
		out = append(out, Action{Key: fmt.Sprint(i + 1), Name: strings.ToLower(tabNames[i]), Run: func() tea.Cmd { return s.turn(i) }})
	}
	switch s.tab {
	case TabHooks:
		out = append([]Action{{Key: "enter", Name: "delivery log", Bar: true, Refuse: s.need(s.hooks), Run: func() tea.Cmd {
			return Show(NewDeliveries(s.env, s.ref, s.repo().Hooks.Value[s.hooks.Cursor]))
		}}}, append(s.hookActions(), out...)...)
	case TabKeys:
		out = append([]Action{{Key: "enter", Name: "where this key is", Bar: true, Refuse: s.need(s.keys), Run: func() tea.Cmd {
			return Show(NewKey(s.env, s.repo().DeployKeys.Value[s.keys.Cursor]))
		}}}, out...)
	case TabPeople:
		out = append([]Action{{Key: "enter", Name: "all of this person", Bar: true, Refuse: s.needPerson, Run: func() tea.Cmd {
			return Show(NewPerson(s.env, s.who[s.people.Cursor].login))
		}}}, out...)
	}
	return out
}

func (s *Repo) need(t *widget.Table) func() *model.Cause {
	return func() *model.Cause {
		if t.Len == 0 {
			return &model.Cause{Kind: model.CauseRefused, Hint: "there is nothing selected"}
		}
		return nil
	}
}

func (s *Repo) needPerson() *model.Cause {
	if s.people.Len == 0 || !s.who[s.people.Cursor].person {
		return &model.Cause{Kind: model.CauseRefused, Hint: "this row is no person"}
	}
	return nil
}

func (s *Repo) turn(tab int) tea.Cmd {
	s.tab = tab % tabs
	return s.look()
}

// Copies is what can be copied here.
func (s *Repo) Copies() []Copy {
	r := s.repo()
	if r == nil {
		return nil
	}
	out := repoCopies(s.env, r)
	switch {
	case s.tab == TabHooks && s.hooks.Len > 0:
		out = append([]Copy{{"hook id", r.Hooks.Value[s.hooks.Cursor].ID}}, out...)
	case s.tab == TabKeys && s.keys.Len > 0:
		k := r.DeployKeys.Value[s.keys.Cursor]
		out = append([]Copy{{"SHA256 fingerprint", k.SHA256}, {"MD5 fingerprint", k.MD5}, {"public key", k.Public.String()}, {"add_ssh_keys snippet", "- add_ssh_keys:\n    fingerprints:\n      - \"" + k.SHA256 + "\"\n"}}, out...)
	case s.tab == TabPeople && s.people.Len > 0:
		out = append([]Copy{{"login", s.who[s.people.Cursor].login}}, out...)
	}
	return out
}

func (s *Repo) overview(r *model.Repo, w int) []string {
	t, row := s.env.Theme, s.env.Book.Row(s.ref)
	if row == nil {
		return nil
	}
	cell := func(c check.Cell) string { return markStyle(t, c.Mark).Render(c.Text) }
	lines := []string{
		t.Title.Render("  Wiring"),
		field(t, "CircleCI", cell(row.CI), w), field(t, "CI hook", cell(row.Hook), w), field(t, "checkout key", cell(row.Checkout), w), field(t, "deploy keys", cell(row.Keys), w), field(t, "people", cell(row.People), w), field(t, "findings", cell(row.Verdict), w),
		"",
	}
	lines = append(lines, findingLines(s.env, s.ref, w, false)...)
	for _, g := range r.Gaps() {
		lines = append(lines, "  "+t.Unknown.Render("⊘ "+strings.ReplaceAll(g.Fact, "_", " ")+" "+g.State.String()), "    "+widget.Cut(g.Why.Summary(), w-4))
		if g.Why != nil && g.Why.Hint != "" {
			lines = append(lines, "    "+t.Faint.Render("→ "+widget.Cut(g.Why.Hint, w-6)))
		}
	}
	return append(lines, "", t.Title.Render("  Repository"),
		field(t, "name", r.Spelled.String(), w), field(t, "id", r.ID, w), field(t, "page", r.Page.String(), w), field(t, "branch", r.DefaultBranch.String(), w), field(t, "last push", Ago(s.env.Book.Now, r.Pushed), w))
}

// repoCopies are what every repository offers to copy.
func repoCopies(env *Env, r *model.Repo) []Copy {
	if r == nil {
		return nil
	}
	out := []Copy{{"slug", r.Ref.String()}, {"web page", r.Page.String()}}
	if origin := env.Origins[r.Ref.Forge]; origin != "" {
		out = append(out, Copy{"curl for its hooks", fmt.Sprintf(`curl -H "Authorization: Bearer $GATEHOUSE_GITHUB_TOKEN" %s/repos/%s/hooks`, strings.TrimSuffix(origin, "/"), r.Ref.Owner+"/"+r.Ref.Name)})
	}
	return out
}
