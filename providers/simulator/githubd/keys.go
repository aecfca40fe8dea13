package githubd

import (
	"net/http"
	"time"

	"gatehouse/providers/simulator/world"
)

type deployKey struct {
	ID        int64      `json:"id"`
	Key       string     `json:"key"`
	URL       string     `json:"url"`
	Title     string     `json:"title"`
	Verified  bool       `json:"verified"`
	CreatedAt time.Time  `json:"created_at"`
	ReadOnly  bool       `json:"read_only"`
	AddedBy   string     `json:"added_by"`
	LastUsed  *time.Time `json:"last_used"`
	Enabled   bool       `json:"enabled"`
}

func (c *call) keyURL(id int64) string {
	return c.base + "/repos/" + c.repo.FullName() + "/keys/" + itoa(id)
}

func (c *call) deployKey(k *world.DeployKey) deployKey {
	return deployKey{
		ID: k.ID, Key: c.world.PublicOf(c.repo, k), URL: c.keyURL(k.ID), Title: k.Title, Verified: true, CreatedAt: k.Created,
		ReadOnly: k.ReadOnly, AddedBy: k.AddedBy, LastUsed: optional(k.LastUsed), Enabled: c.world.KeysEnabled(c.repo),
	}
}

// optional is null for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (c *call) listKeys() answer { return listed(c, c.repo.Keys, c.deployKey) }

func (c *call) onKey(show func(*world.DeployKey) answer) answer {
	k := c.repo.Key(number(c.r.PathValue("key_id")))
	if k == nil {
		return c.notFound()
	}
	return show(k)
}

func (c *call) getKey() answer {
	return c.onKey(func(k *world.DeployKey) answer { return answer{status: http.StatusOK, body: c.deployKey(k)} })
}

// createKey is POST /repos/{owner}/{repo}/keys. Without read_only the key can write.
func (c *call) createKey() answer {
	var in struct {
		Title    string `json:"title"`
		Key      string `json:"key"`
		ReadOnly bool   `json:"read_only"`
	}
	if a, ok := c.read(&in); !ok {
		return a
	}
	pair, err := world.ParsePublic(in.Key)
	if err != nil {
		return c.keyError(err)
	}
	k, err := c.world.AddKey(c.repo, world.DeployKey{Title: in.Title, Pair: pair, ReadOnly: in.ReadOnly, AddedBy: c.login(), Token: c.token.Value})
	if err != nil {
		return c.keyError(err)
	}
	return answer{status: http.StatusCreated, body: c.deployKey(k), header: http.Header{"Location": {c.keyURL(k.ID)}}}
}

func (c *call) deleteKey() answer {
	return c.onKey(func(k *world.DeployKey) answer {
		c.world.RemoveKey(c.repo, k.ID)
		return answer{status: http.StatusNoContent}
	})
}

// userKey is GitHub's key: one of an account.
type userKey struct {
	ID        int64      `json:"id"`
	Key       string     `json:"key"`
	URL       string     `json:"url"`
	Title     string     `json:"title"`
	CreatedAt time.Time  `json:"created_at"`
	Verified  bool       `json:"verified"`
	ReadOnly  bool       `json:"read_only"`
	LastUsed  *time.Time `json:"last_used"`
}

func (c *call) listUserKeys() answer {
	return listed(c, c.user.Keys, func(k *world.UserKey) userKey {
		return userKey{
			ID: k.ID, Key: c.world.Public(k.Pair), URL: c.base + "/user/keys/" + itoa(k.ID), Title: k.Title, CreatedAt: k.Created, Verified: true,
			LastUsed: optional(k.LastUsed),
		}
	})
}

// keySimple is what anyone may know of an account's key.
type keySimple struct {
	ID        int64      `json:"id"`
	Key       string     `json:"key"`
	CreatedAt time.Time  `json:"created_at"`
	LastUsed  *time.Time `json:"last_used"`
}

func (c *call) listKeysOf() answer {
	u := c.world.User(c.r.PathValue("username"))
	if u == nil {
		return c.notFound()
	}
	return listed(c, u.Keys, func(k *world.UserKey) keySimple {
		return keySimple{k.ID, c.world.Public(k.Pair), k.Created, optional(k.LastUsed)}
	})
}
