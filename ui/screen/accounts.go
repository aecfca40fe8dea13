package screen

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/model"
	"gatehouse/ui/widget"
)

// Accounts shows who gatehouse is at each service: credential, scopes, expiry, limit, and the role in each organisation.
type Accounts struct {
	life
	env   *Env
	pager widget.Pager
	width int
}

// NewAccounts makes the screen.
func NewAccounts(env *Env) *Accounts {
	s := &Accounts{life: born(env.Context), env: env, width: 80}
	s.fill()
	return s
}

func (s *Accounts) fill() {
	t := s.env.Theme
	lines := []string{""}
	seen := map[model.Service]bool{}
	for _, a := range s.env.Book.Snap.Accounts {
		seen[a.Service] = true
		lines = append(append(lines, s.account(a)...), "")
	}
	for _, service := range []model.Service{model.ServiceGitHub, model.ServiceBitbucket, model.ServiceCircleCI} {
		if !seen[service] {
			lines = append(lines, "  "+t.Faint.Render("– "+string(service)+": not configured"))
		}
	}
	if orgs := s.env.Book.Snap.Orgs; len(orgs) > 0 {
		lines = append(lines, "", t.Title.Render("  Organisations"))
		for _, o := range orgs {
			role := o.MyRole.Value.String()
			if role == "admin" {
				role = "owner"
			}
			lines = append(lines, field(t, o.Login, role, s.width))
		}
	}
	s.pager.Lines = lines
}

func (s *Accounts) account(a model.Account) []string {
	t := s.env.Theme
	head := "  " + t.Good.Render("✓ "+string(a.Service)+": ") + t.Title.Render(a.Login.Value.String())
	if a.Login.State != model.Known {
		head = "  " + t.Danger.Render("✗ "+string(a.Service)+": "+a.Login.Why.Summary())
	}
	out := []string{head, field(t, "credential", a.Source+" ("+a.Kind+")", s.width), field(t, "at", a.Origin, s.width)}
	if a.Login.State != model.Known {
		return append(out, field(t, "do", a.Login.Why.Hint, s.width))
	}
	scopes := "not available here"
	switch a.Scopes.State {
	case model.Known:
		if scopes = eventList(a.Scopes.Value); scopes == "" {
			scopes = "none"
		}
	default:
		if a.Scopes.Why != nil && a.Scopes.Why.Said.Empty() {
			scopes = a.Scopes.Why.Hint
		}
	}
	out = append(out, field(t, "scopes", scopes, s.width), field(t, "expires", s.expires(a), s.width))
	if l, ok := a.Limit.All(); ok {
		out = append(out, field(t, "limit", fmt.Sprintf("%d of %d requests left until %s UTC", l.Remaining, l.Limit, l.Reset.Time().Format("15:04")), s.width))
	}
	return out
}

func (s *Accounts) expires(a model.Account) string {
	at, ok := a.Expires.All()
	switch {
	case !ok:
		return "not available here"
	case at == 0:
		return "never, as far as GitHub says"
	case at <= s.env.Book.Now:
		return "expired " + Ago(s.env.Book.Now, at)
	}
	return fmt.Sprintf("%s (in %d days)", at.Time().Format("2006-01-02"), (at-s.env.Book.Now)/86400)
}

// Update handles what happened.
func (s *Accounts) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case BookChanged, Repaint:
		s.fill()
	case tea.KeyMsg:
		s.pager.Handle(msg.String())
	}
	return nil
}

// View draws the page.
func (s *Accounts) View(w, h int) string {
	if s.width != w {
		s.width = w
		s.fill()
	}
	return s.pager.View(w, h)
}

// Title is the screen's name.
func (s *Accounts) Title() string {
	names := make([]string, 0, 3)
	for _, a := range s.env.Book.Snap.Accounts {
		names = append(names, string(a.Service))
	}
	return "Accounts   " + strings.Join(names, " · ")
}

// Command prints the same.
func (s *Accounts) Command() []string { return []string{"gatehouse", "auth", "status"} }

// Actions are what a person can do here.
func (s *Accounts) Actions() []Action { return nil }
