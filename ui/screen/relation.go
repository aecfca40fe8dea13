package screen

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/ui/widget"
)

// Relation lists the repositories that a person reaches or that hold a key, among those that were read.
type Relation struct {
	life
	env     *Env
	title   string
	note    string
	tab     int // of the repository screen that enter opens
	command []string
	copies  []Copy
	table   *widget.Table
	rows    []related
	find    func(*model.Repo) (role, detail string, ok bool)
	gap     func(*model.Repo) bool
	unseen  int
}

type related struct {
	ref          model.RepoRef
	role, detail string
}

// NewPerson lists what a person reaches.
func NewPerson(env *Env, login string) *Relation {
	s := newRelation(env, "ROLE", "THROUGH")
	s.title, s.tab = "What "+login+" reaches", TabPeople
	s.command = []string{"gatehouse", "people", "list", "--all", "--json", "--jq", `.items[] | select(.login == "` + login + `") | .repo`}
	s.copies = []Copy{{"login", login}}
	s.find = func(r *model.Repo) (string, string, bool) {
		for _, p := range r.People.Value {
			if p.Login.String() == login {
				return p.Role.String(), through(p), true
			}
		}
		return "", "", false
	}
	s.gap = func(r *model.Repo) bool { return r.People.State != model.Known }
	s.fill()
	return s
}

// NewKey lists the repositories that hold a key, matched by fingerprint.
func NewKey(env *Env, k model.DeployKey) *Relation {
	s := newRelation(env, "ACCESS", "TITLE THERE")
	s.title, s.tab = "Where key "+k.SHA256+" is", TabKeys
	s.command = []string{"gatehouse", "key", "list", "--all", "--json", "--jq", `.items[] | select(.sha256 == "` + k.SHA256 + `") | .repo`}
	s.copies = []Copy{{"SHA256 fingerprint", k.SHA256}, {"MD5 fingerprint", k.MD5}, {"public key", k.Public.String()}}
	s.find = func(r *model.Repo) (string, string, bool) {
		for _, have := range r.DeployKeys.Value {
			if have.SHA256 == k.SHA256 && k.SHA256 != "" {
				if have.ReadOnly {
					return "read", have.Title.String(), true
				}
				return "write", have.Title.String(), true
			}
		}
		return "", "", false
	}
	s.gap = func(r *model.Repo) bool { return r.DeployKeys.State != model.Known }
	s.fill()
	return s
}

func newRelation(env *Env, role, detail string) *Relation {
	s := &Relation{life: born(env.Context), env: env}
	s.table = widget.NewTable(env.Theme, []widget.Column{{Title: "REPOSITORY", Min: 24, Want: 44}, {Title: role, Min: 9, Want: 12}, {Title: detail, Min: 20, Want: 60}})
	s.table.Cell = func(row, column int) widget.Cell {
		r := s.rows[row]
		return widget.Cell{Text: [...]string{r.ref.String(), r.role, r.detail}[column]}
	}
	return s
}

// fill looks through the book; it runs when something was read, never in View.
func (s *Relation) fill() {
	s.rows, s.unseen = s.rows[:0], 0
	for _, r := range s.env.Book.Snap.Repos {
		if role, detail, ok := s.find(r); ok {
			s.rows = append(s.rows, related{r.Ref, role, detail})
		}
		if s.gap(r) {
			s.unseen++
		}
	}
	s.table.Len = len(s.rows)
	s.table.Empty = []string{"none among the repositories that were read"}
	s.note = plural(len(s.rows), "repository", "repositories")
	if s.unseen > 0 {
		s.note += fmt.Sprintf(" · at least: %d could not be looked into", s.unseen)
	}
}

// Update handles what happened.
func (s *Relation) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BookChanged:
		s.fill()
	case tea.KeyMsg:
		s.table.Handle(msg.String())
	}
	return nil
}

// View draws the list.
func (s *Relation) View(w, h int) string { return s.table.View(w, h) }

// Title says whose or what, and how much is not known.
func (s *Relation) Title() string { return s.title + "   " + s.note }

// Command prints the same.
func (s *Relation) Command() []string { return s.command }

// Copies is what can be copied here.
func (s *Relation) Copies() []Copy { return s.copies }

// Actions are what a person can do here.
func (s *Relation) Actions() []Action {
	return []Action{{Key: "enter", Name: "open repository", Bar: true, Refuse: func() *model.Cause {
		if s.table.Len == 0 {
			return &model.Cause{Kind: model.CauseRefused, Hint: "there is none"}
		}
		return nil
	}, Run: func() tea.Cmd { return Show(NewRepo(s.env, s.rows[s.table.Cursor].ref, s.tab)) }}}
}
