package world

import (
	"errors"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// DeployKey is a key that opens one repository.
type DeployKey struct {
	ID       int64
	Title    string
	Pair     Pair
	ReadOnly bool
	AddedBy  string
	Created  time.Time
	LastUsed time.Time // zero: never, as far as is remembered
	Token    string    // the token that made it: it dies with it; empty: made in the browser
}

// ErrKeysDisabled is the organisation's policy against deploy keys.
var ErrKeysDisabled = errors.New("deploy keys are disabled")

// Key finds a deploy key by its number, or nil.
func (r *Repo) Key(id int64) *DeployKey {
	for _, k := range r.Keys {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// KeysEnabled reports that the owner's policy lets deploy keys work.
func (w *World) KeysEnabled(r *Repo) bool {
	o := w.Org(r.Owner)
	return o == nil || o.DeployKeys
}

// AddKey makes a deploy key, dated now. The key must be on no other repository or account, this one included.
func (w *World) AddKey(r *Repo, k DeployKey) (*DeployKey, error) {
	switch {
	case r.Archived:
		return nil, ErrArchived
	case !w.KeysEnabled(r):
		return nil, ErrKeysDisabled
	case w.inUse(w.Public(k.Pair)):
		return nil, ErrKeyInUse
	}
	r = w.Keep(r)
	k.ID, k.Created = w.newID(), w.Now()
	if k.Title == "" {
		k.Title = w.Public(k.Pair)[:30]
	}
	r.Keys = append(r.Keys, &k)
	return &k, nil
}

// RemoveKey deletes a deploy key.
func (w *World) RemoveKey(r *Repo, id int64) {
	r = w.Keep(r)
	r.Keys = slices.DeleteFunc(r.Keys, func(k *DeployKey) bool { return k.ID == id })
}

// PublicOf is a deploy key's line, and remembers that it was given out.
func (w *World) PublicOf(r *Repo, k *DeployKey) string {
	l := w.Public(k.Pair)
	if r.fresh {
		w.shown.note(hashLine(l), r.ID)
	}
	return l
}

// inUse looks through every account and repository. Generated repositories count as far as their keys were shown.
func (w *World) inUse(public string) bool {
	for _, u := range w.users {
		if slices.ContainsFunc(u.Keys, func(k *UserKey) bool { return w.Public(k.Pair) == public }) {
			return true
		}
	}
	w.shown.Lock()
	id, ok := w.shown.by[hashLine(public)]
	w.shown.Unlock()
	if ok && w.holds(w.RepoByID(id), public) {
		return true
	}
	return slices.ContainsFunc(w.sorted, func(r *Repo) bool { return w.holds(r, public) })
}

func (w *World) holds(r *Repo, public string) bool {
	kind, _, _ := strings.Cut(public, " ")
	return slices.ContainsFunc(r.Keys, func(k *DeployKey) bool {
		return (k.Pair.RSA == 0) == (kind != "ssh-rsa") && w.Public(k.Pair) == public || k.Pair.Given == public
	})
}

func hashLine(l string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(l))
	return h.Sum64()
}
