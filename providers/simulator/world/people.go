package world

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// User is a person's or a machine's account.
type User struct {
	ID      int64
	Login   string
	Name    string
	Email   string
	Created time.Time
	Keys    []*UserKey
}

// UserKey is an SSH key of an account.
type UserKey struct {
	ID       int64
	Title    string
	Pair     Pair
	Created  time.Time
	LastUsed time.Time // zero: never, as far as is remembered
}

// Org is an organisation.
type Org struct {
	ID      int64
	Login   string
	Name    string
	Created time.Time
	Owners  []string
	Members []string // the owners are not repeated here
	Teams   []*Team
	Base    Role // what every member may do on every repository

	DeployKeys   bool            // the policy: deploy keys are allowed
	RestrictApps bool            // OAuth apps need approval
	Approved     map[string]bool // OAuth apps by name
	SAML         bool            // tokens need single sign-on authorisation
	TwoFactor    bool
}

// Team is a team of an organisation. Members are direct members.
type Team struct {
	ID      int64
	Slug    string
	Name    string
	Secret  bool
	Members []string
}

// Owns reports that the person is an owner of the organisation.
func (o *Org) Owns(login string) bool { return holds(o.Owners, login) }

// Has reports that the person is a member or an owner.
func (o *Org) Has(login string) bool { return o.Owns(login) || holds(o.Members, login) }

// Team finds a team by its slug, or nil.
func (o *Org) Team(slug string) *Team {
	for _, t := range o.Teams {
		if same(t.Slug, slug) {
			return t
		}
	}
	return nil
}

// All are the logins of owners and members, sorted.
func (o *Org) All() []string {
	out := slices.Concat(o.Owners, o.Members)
	sort.Strings(out)
	return out
}

// Has reports that the person is in the team.
func (t *Team) Has(login string) bool { return holds(t.Members, login) }

// User finds an account by login, or nil.
func (w *World) User(login string) *User { return w.users[fold(login)] }

// UserByID finds an account by its number, or nil.
func (w *World) UserByID(id int64) *User {
	for _, u := range w.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// Org finds an organisation by login, or nil.
func (w *World) Org(login string) *Org { return w.orgs[fold(login)] }

// OrgByID finds an organisation by its number, or nil.
func (w *World) OrgByID(id int64) *Org {
	for _, o := range w.orgs {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// OrgsOf are the organisations of which the person is a member, by login.
func (w *World) OrgsOf(login string) []*Org {
	var out []*Org
	for _, o := range w.orgs {
		if o.Has(login) {
			out = append(out, o)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Login < out[j].Login })
	return out
}

// Spelled is the login as its owner spells it; a login nobody has stays as it is.
func (w *World) Spelled(login string) string {
	if u := w.User(login); u != nil {
		return u.Login
	}
	return login
}

func same(a, b string) bool { return strings.EqualFold(a, b) }

func holds(logins []string, login string) bool {
	return slices.ContainsFunc(logins, func(l string) bool { return same(l, login) })
}

func sortedKeys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// SetDirect gives a person a role on the repository itself, in place of the one they had; None takes it.
func (w *World) SetDirect(r *Repo, login string, role Role) {
	r.Direct = slices.DeleteFunc(slices.Clone(r.Direct), func(d Direct) bool { return same(d.Login, login) })
	if role > None {
		r.Direct = append(r.Direct, Direct{w.Spelled(login), role})
	}
}

// Stranger is the i-th generated person; they belong to no organisation.
func (w *World) Stranger(i int) *User {
	login := "person-" + strconv.Itoa(i)
	if u := w.User(login); u != nil {
		return u
	}
	u := &User{ID: w.newID(), Login: login, Name: "Person " + strconv.Itoa(i), Email: login + "@example.com", Created: w.ago(day)}
	w.users[login] = u
	return u
}
