package github

import (
	"context"
	"strconv"
	"time"

	gh "github.com/google/go-github/v60/github"

	"gatehouse/model"
	"gatehouse/model/sshkey"
)

// deployKey is v60's type with what it lacks: enabled, and telling a field that is null from one that is absent.
type deployKey struct {
	gh.Key
	Enabled  *bool               `json:"enabled"`
	AddedBy  optional[string]    `json:"added_by"`
	LastUsed optional[time.Time] `json:"last_used"`
}

func (k deployKey) check() (id, lacks string) {
	switch {
	case k.GetID() <= 0:
		return "", "a deploy key has no id"
	case k.GetKey() == "":
		return "", "a deploy key has no key"
	case k.ReadOnly == nil:
		return "", "a deploy key does not say whether it is read-only"
	}
	return strconv.FormatInt(k.GetID(), 10), ""
}

// Keys reads a repository's deploy keys with every fact. Source: GET /repos/{owner}/{repo}/keys; needs repo (no narrower scope
// exists), and to be admin.
func (c *Client) Keys(ctx context.Context, r model.Repo) model.Reading[[]model.DeployKey] {
	return list(ctx, c, about("list deploy keys", r, needAdmin), r, "/keys?per_page=100", c.deployKey)
}

func (c *Client) deployKey(k deployKey) model.DeployKey {
	m := newDeployKey(k.GetTitle(), k.GetKey(), k.GetReadOnly(), k.GetCreatedAt().Time)
	m.ID = strconv.FormatInt(k.GetID(), 10)
	m.Verified, m.Enabled = model.TriOf(k.Verified), model.TriOf(k.Enabled)
	m.AddedBy = model.Unreadable[model.Text](unsaid)
	if k.AddedBy.there {
		m.AddedBy = model.Read(text(k.AddedBy.value), c.now())
	}
	m.LastUsed = model.Unreadable[model.Unix](unsaid)
	switch {
	case !k.LastUsed.there:
	case k.LastUsed.value == nil:
		m.LastUsed = model.Read(model.Unix(0), c.now())
	default:
		m.LastUsed = model.Read(model.UnixOf(*k.LastUsed.value), c.now())
	}
	return m
}

// unsaid is why a fact of a key is unknown on servers from before GitHub told it.
var unsaid = &model.Cause{Kind: model.CauseUnsupported, Said: model.Outside("not available here"), Hint: "this server does not say it"}

// newDeployKey computes what GitHub does not say. A key that cannot be parsed keeps its text and has no fingerprint.
func newDeployKey(title, public string, readOnly bool, created time.Time) model.DeployKey {
	m := model.DeployKey{Title: model.Outside(title), Public: model.Outside(public), ReadOnly: readOnly, Created: model.UnixOf(created)}
	if k, err := sshkey.Parse(public); err == nil {
		m.MD5, m.SHA256, m.Type, m.Bits = k.MD5, k.SHA256, k.Type, k.Bits
	}
	return m
}
