package world

// Role is what someone may do on a repository; the zero value is nothing.
type Role int

// GitHub's built-in roles, weakest first. Source: GitHub "Repository roles for an organization".
const (
	None Role = iota
	Read
	Triage
	Write
	Maintain
	Admin
)

var roleNames = [...]string{"none", "read", "triage", "write", "maintain", "admin"}

// String is the role's name as GitHub's role_name gives it: read, triage, write, maintain, admin.
func (r Role) String() string { return roleNames[r] }

// RoleOf reads a role by either of its names: GitHub's requests say pull and push, its answers read and write.
func RoleOf(name string) (Role, bool) {
	switch name {
	case "pull":
		return Read, true
	case "push":
		return Write, true
	}
	for i, n := range roleNames {
		if n == name {
			return Role(i), true
		}
	}
	return None, false
}

// Source says what a grant comes from.
type Source int

// The sources of a grant. GraphQL's PermissionGranter has the first three; FromOwning is a personal repository's owner.
const (
	FromOrg Source = iota
	FromTeam
	FromRepo
	FromOwning
)

// Grant is one way a person reaches a repository.
type Grant struct {
	From Source
	Team *Team // of FromTeam
	Role Role
}

// Grants are all the ways a person reaches a repository, the organisation's first; none: no access of their own.
func (w *World) Grants(login string, r *Repo) []Grant {
	var out []Grant
	if o := w.Org(r.Owner); o != nil {
		switch {
		case o.Owns(login):
			out = append(out, Grant{From: FromOrg, Role: Admin})
		case o.Has(login) && o.Base > None:
			out = append(out, Grant{From: FromOrg, Role: o.Base})
		}
		for _, g := range r.Teams {
			if t := o.Team(g.Slug); t != nil && t.Has(login) {
				out = append(out, Grant{From: FromTeam, Team: t, Role: g.Role})
			}
		}
	} else if same(r.Owner, login) {
		out = append(out, Grant{From: FromOwning, Role: Admin})
	}
	for _, d := range r.Direct {
		if same(d.Login, login) {
			out = append(out, Grant{From: FromRepo, Role: d.Role})
		}
	}
	return out
}

// Role is the strongest of a person's grants; on a public repository everyone may read.
func (w *World) Role(login string, r *Repo) Role {
	role := None
	if !r.Private {
		role = Read
	}
	for _, g := range w.Grants(login, r) {
		role = max(role, g.Role)
	}
	return role
}

// People are the logins that reach a repository by a grant of their own, sorted; an organisation's owners and, with a base role,
// its members among them.
func (w *World) People(r *Repo) []string {
	set := map[string]bool{}
	add := func(logins ...string) {
		for _, l := range logins {
			set[w.Spelled(l)] = true
		}
	}
	if o := w.Org(r.Owner); o != nil {
		add(o.Owners...)
		if o.Base > None {
			add(o.Members...)
		}
		for _, g := range r.Teams {
			if t := o.Team(g.Slug); t != nil {
				add(t.Members...)
			}
		}
	} else {
		add(r.Owner)
	}
	for _, d := range r.Direct {
		add(d.Login)
	}
	return sortedKeys(set)
}

// Outside reports a person with direct access to an organisation's repository who is no member of it.
func (w *World) Outside(login string, r *Repo) bool {
	o := w.Org(r.Owner)
	return o != nil && !o.Has(login) && w.IsDirect(login, r)
}

// IsDirect reports a grant on the repository itself, whatever else there is.
func (w *World) IsDirect(login string, r *Repo) bool {
	for _, d := range r.Direct {
		if same(d.Login, login) {
			return true
		}
	}
	return false
}
