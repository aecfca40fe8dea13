package screen

import (
	"fmt"
	"strings"

	"gatehouse/model"
	"gatehouse/ui/widget"
)

func (s *Repo) hookCell(row, column int) widget.Cell {
	h, t := s.repo().Hooks.Value[row], s.env.Theme
	switch column {
	case 0:
		return widget.Cell{Text: h.ID}
	case 1:
		return widget.Cell{Text: whose(h)}
	case 2:
		if h.Active {
			return widget.Cell{Text: "✓ active", Style: &t.Good}
		}
		return widget.Cell{Text: "✗ off", Style: &t.Danger}
	case 3:
		return widget.Cell{Text: eventList(h.Events)}
	case 4:
		return tri(s.env, h.SecretSet, "set", "none")
	case 5:
		return tri(s.env, h.TLSVerified, "checked", "off")
	case 6:
		return lastCell(s.env, h.Last)
	default:
		return widget.Cell{Text: model.RedactURL(h.URL).String(), Style: &t.Faint}
	}
}

func whose(h model.Hook) string {
	switch h.Whose() {
	case model.HookOfCircleCI:
		return "CircleCI"
	case model.HookOfRetiredCI:
		return "retired CI"
	default:
		return "other"
	}
}

func tri(env *Env, v model.Tri, yes, no string) widget.Cell {
	switch v {
	case model.Yes:
		return widget.Cell{Text: "✓ " + yes, Style: &env.Theme.Good}
	case model.No:
		return widget.Cell{Text: "✗ " + no, Style: &env.Theme.Danger}
	default:
		return widget.Cell{Text: "? unknown", Style: &env.Theme.Unknown}
	}
}

func lastCell(env *Env, r *model.Response) widget.Cell {
	switch {
	case r == nil || r.Code == 0:
		return widget.Cell{Text: "– none", Style: &env.Theme.Faint}
	case r.Code < 400:
		return widget.Cell{Text: fmt.Sprintf("✓ %d %s", r.Code, r.Message), Style: &env.Theme.Good}
	default:
		return widget.Cell{Text: fmt.Sprintf("✗ %d %s", r.Code, r.Message), Style: &env.Theme.Danger}
	}
}

func (s *Repo) keyCell(row, column int) widget.Cell {
	k, t := s.repo().DeployKeys.Value[row], s.env.Theme
	switch column {
	case 0:
		return widget.Cell{Text: k.Title.String()}
	case 1:
		if k.ReadOnly {
			return widget.Cell{Text: "read"}
		}
		return widget.Cell{Text: "! write", Style: &t.Warn}
	case 2:
		return keyState(s.env, k)
	case 3:
		used, ok := k.LastUsed.All()
		if !ok {
			return widget.Cell{Text: "… not read", Style: &t.Faint}
		}
		return widget.Cell{Text: Ago(s.env.Book.Now, used)}
	case 4:
		if by, ok := k.AddedBy.All(); ok {
			return widget.Cell{Text: by.String()}
		}
		return widget.Cell{Text: "…", Style: &t.Faint}
	case 5:
		return widget.Cell{Text: fmt.Sprintf("%s %d", strings.TrimPrefix(k.Type, "ssh-"), k.Bits), Style: &t.Faint}
	default:
		return widget.Cell{Text: k.SHA256, Style: &t.Faint}
	}
}

func keyState(env *Env, k model.DeployKey) widget.Cell {
	switch {
	case k.Enabled == model.No:
		return widget.Cell{Text: "✗ disabled by policy", Style: &env.Theme.Danger}
	case k.Verified == model.No:
		return widget.Cell{Text: "✗ unverified", Style: &env.Theme.Danger}
	case k.Enabled == model.TriUnknown:
		return widget.Cell{Text: "? unknown", Style: &env.Theme.Unknown}
	}
	return widget.Cell{Text: "✓ ok", Style: &env.Theme.Good}
}

func (s *Repo) personCell(row, column int) widget.Cell {
	m := s.who[row]
	switch column {
	case 0:
		return widget.Cell{Text: m.login}
	case 1:
		return widget.Cell{Text: m.role}
	case 2:
		return widget.Cell{Text: m.through}
	default:
		switch m.state {
		case "outside", "invited":
			return widget.Cell{Text: "! " + m.state, Style: &s.env.Theme.Warn}
		case "invitation expired":
			return widget.Cell{Text: "✗ " + m.state, Style: &s.env.Theme.Danger}
		}
		return widget.Cell{Text: m.state, Style: &s.env.Theme.Faint}
	}
}

// members lists people, then teams, then invitations.
func members(now model.Unix, r *model.Repo) ([]member, []string) {
	people, words := list(r.People, "people", "nobody")
	var out []member
	for _, p := range people {
		m := member{login: p.Login.String(), role: p.Role.String(), person: true, through: through(p)}
		switch p.Outside {
		case model.Yes:
			m.state = "outside"
		case model.TriUnknown:
			m.state = "member or outside: unknown"
		case model.No:
		}
		out = append(out, m)
	}
	for _, t := range r.Teams.Value {
		out = append(out, member{login: "team " + t.Slug.String(), role: t.Role.String(), through: "team", state: t.Name.String()})
	}
	for _, i := range r.Invitations.Value {
		m := member{login: i.Login.String(), role: i.Role.String(), through: "invitation by " + i.By.String() + " " + Ago(now, i.Created), state: "invited"}
		if m.login == "" {
			m.login = "(by e-mail)"
		}
		if i.Expired == model.Yes {
			m.state = "invitation expired"
		}
		out = append(out, m)
	}
	return out, words
}

// through is where someone's access comes from, in words.
func through(p model.Person) string {
	grants, ok := p.Sources.Some()
	if !ok {
		return "? source unknown"
	}
	words := make([]string, len(grants))
	for i, g := range grants {
		switch g.Via {
		case model.ViaTeam:
			words[i] = "team " + g.Name.String()
		case model.ViaBase:
			words[i] = "base role"
		default:
			words[i] = string(g.Via)
		}
		if g.Role.Raw() != p.Role.Raw() {
			words[i] += " (" + g.Role.String() + ")"
		}
	}
	return strings.Join(words, ", ")
}
