package world

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Repo is a repository.
type Repo struct {
	ID          int64
	Owner, Name string // as spelled
	Private     bool
	Archived    bool
	Fork        bool
	About       string
	Language    string
	Branch      string
	Created     time.Time
	Pushed      time.Time
	Updated     time.Time

	Hooks       []*Hook
	Keys        []*DeployKey
	Direct      []Direct
	Teams       []TeamRole
	Invitations []*Invitation

	fresh   bool // generated for this look only: keep it before changing it
	changed bool // since the world was made
}

// Direct is a role given to a person on the repository itself.
type Direct struct {
	Login string
	Role  Role
}

// TeamRole is a role given to a team.
type TeamRole struct {
	Slug string
	Role Role
}

// Invitation is access offered and not yet taken.
type Invitation struct {
	ID      int64
	Login   string
	By      string
	Role    Role
	Created time.Time
}

// Expired reports that an invitation is over seven days old. Source: GitHub "Inviting collaborators to a personal repository".
func (i *Invitation) Expired(now time.Time) bool { return now.Sub(i.Created) > 7*day }

// FullName is owner/name as spelled.
func (r *Repo) FullName() string { return r.Owner + "/" + r.Name }

// Repo finds a repository by name; moved reports that the name is a former one. Nil: there is none.
func (w *World) Repo(owner, name string) (r *Repo, moved bool) {
	full := fold(owner + "/" + name)
	if id, ok := w.names[full]; ok {
		return w.repos[id], false
	}
	if i, ok := w.generatedIndex(full); ok {
		return w.generate(i), false
	}
	if id, ok := w.moved[full]; ok {
		return w.RepoByID(id), true
	}
	return nil, false
}

// RepoByID finds a repository by its number, or nil.
func (w *World) RepoByID(id int64) *Repo {
	if r, ok := w.repos[id]; ok {
		return r
	}
	if i := int(id - firstGenerated); i >= 0 && i < w.generated {
		return w.generate(i)
	}
	return nil
}

// Keep makes sure that a change to the repository stays; it returns the repository to change.
func (w *World) Keep(r *Repo) *Repo {
	if r.fresh {
		r.fresh = false
		w.add(r)
	}
	r.changed = true
	return r
}

// add puts a repository where it is found by id, by name and in lists.
func (w *World) add(r *Repo) {
	w.repos[r.ID] = r
	w.names[fold(r.FullName())] = r.ID
	at, _ := slices.BinarySearchFunc(w.sorted, r, byName)
	w.sorted = slices.Insert(w.sorted, at, r)
}

func byName(a, b *Repo) int { return strings.Compare(fold(a.FullName()), fold(b.FullName())) }

// Rename gives a repository another name; the old one leads to it until someone takes it.
func (w *World) Rename(r *Repo, name string) {
	r = w.Keep(r)
	old := fold(r.FullName())
	w.sorted = slices.DeleteFunc(w.sorted, func(x *Repo) bool { return x == r })
	delete(w.names, old)
	r.Name = name
	w.moved[old] = r.ID
	w.add(r)
}

// Touch dates a change of the repository's settings.
func (w *World) Touch(r *Repo) { r.Updated = w.Now() }

// ErrArchived is the refusal of every change to an archived repository.
var ErrArchived = errors.New("the repository is archived")

// Offer is an invitation and what it is to.
type Offer struct {
	Repo       *Repo
	Invitation *Invitation
}

// InvitationsOf are the invitations that a person still can take.
func (w *World) InvitationsOf(login string) []Offer {
	var out []Offer
	for _, r := range w.sorted {
		for _, i := range r.Invitations {
			if same(i.Login, login) && !i.Expired(w.Now()) {
				out = append(out, Offer{r, i})
			}
		}
	}
	return out
}
