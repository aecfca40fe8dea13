package world

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Saved is what was done to a world since it was made: enough to go on with it in another process. It holds no secret; a hook's signature
// is another one afterwards.
type Saved struct {
	LastID   int64                 `json:"last_id"`
	Repos    map[string]SavedRepo  `json:"repos"`    // by full name
	Projects map[string]CISettings `json:"projects"` // by slug
}

// SavedRepo is the wiring of a repository that was changed.
type SavedRepo struct {
	Hooks []SavedHook `json:"hooks"`
	Keys  []DeployKey `json:"keys"`
}

// SavedHook is a hook with its delivery log.
type SavedHook struct {
	Hook Hook       `json:"hook"`
	Log  []Delivery `json:"log"`
}

// Save gives what was done so far.
func (w *World) Save() Saved {
	out := Saved{LastID: w.lastID, Repos: map[string]SavedRepo{}, Projects: map[string]CISettings{}}
	for _, r := range w.sorted {
		if !r.changed {
			continue
		}
		s := SavedRepo{Hooks: []SavedHook{}, Keys: []DeployKey{}}
		for _, h := range r.Hooks {
			w.settle(h)
			copied := SavedHook{Hook: *h, Log: append([]Delivery{}, h.added...)}
			copied.Hook.Secret = masked(h.Secret)
			for i := range copied.Log {
				copied.Log[i].Secret = masked(copied.Log[i].Secret)
			}
			s.Hooks = append(s.Hooks, copied)
		}
		for _, k := range r.Keys {
			copied := *k
			copied.Token = masked(k.Token)
			s.Keys = append(s.Keys, copied)
		}
		out.Repos[r.FullName()] = s
	}
	for _, p := range w.projects {
		if p.changed {
			out.Projects[p.Slug] = p.Settings
		}
	}
	return out
}

// masked stands for a secret: as good to sign with, and no way back.
func masked(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("kept demo world\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// Restore does what was saved to a world that was just made. Repositories and projects that it does not have are left out.
func (w *World) Restore(s Saved) {
	w.lastID = max(w.lastID, s.LastID)
	for full, saved := range s.Repos {
		owner, name, _ := strings.Cut(full, "/")
		r, _ := w.Repo(owner, name)
		if r == nil {
			continue
		}
		r = w.Keep(r)
		r.Hooks, r.Keys = nil, nil
		for _, h := range saved.Hooks {
			hook := h.Hook
			hook.added, hook.Every = h.Log, 0
			r.Hooks = append(r.Hooks, &hook)
		}
		for _, k := range saved.Keys {
			r.Keys = append(r.Keys, &k)
		}
	}
	for slug, settings := range s.Projects {
		if p := w.Project(slug); p != nil {
			p.Set(settings)
		}
	}
}
