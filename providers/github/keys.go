package github

import (
	"context"
	"net/http"
	"strconv"
	"time"

	gh "github.com/google/go-github/v60/github"

	"gatehouse/model"
	"gatehouse/model/sshkey"
)

// deployKey is v60's type with what it lacks.
type deployKey struct {
	gh.Key
	Enabled *bool `json:"enabled"`
}

// Keys reads a repository's deploy keys with every fact. Source: GET /repos/{owner}/{repo}/keys; needs repo (no narrower scope
// exists), and to be admin.
func (c *Client) Keys(ctx context.Context, r model.Repo) model.Reading[[]model.DeployKey] {
	path, err := repoPath(r, "/keys?per_page=100")
	if err != nil {
		return model.Unreadable[[]model.DeployKey](model.CauseOf(err))
	}
	a := asked{op: "list deploy keys", on: r.Ref.String(), scopes: []string{"repo"}, permission: "Administration: read", administered: true}
	var out []model.DeployKey
	err = pages(ctx, c, a, path, func(rows []deployKey, _ *http.Response) error {
		for _, k := range rows {
			if k.GetID() == 0 || k.GetKey() == "" {
				return badRow("deploy key", "it has no id or no key")
			}
			out = append(out, c.deployKey(k))
		}
		return nil
	})
	return reading(out, c.now(), err)
}

func (c *Client) deployKey(k deployKey) model.DeployKey {
	m := newDeployKey(k.GetTitle(), k.GetKey(), k.GetReadOnly(), k.GetCreatedAt().Time)
	m.ID = strconv.FormatInt(k.GetID(), 10)
	m.Verified, m.Enabled = model.TriOf(k.Verified), model.TriOf(k.Enabled)
	m.AddedBy = model.Read(model.Outside(k.GetAddedBy()), c.now())
	m.LastUsed = model.Read(model.UnixOf(k.GetLastUsed().Time), c.now())
	return m
}

// newDeployKey computes what GitHub does not say. A key that cannot be parsed keeps its text and has no fingerprint.
func newDeployKey(title, public string, readOnly bool, created time.Time) model.DeployKey {
	m := model.DeployKey{Title: model.Outside(title), Public: model.Outside(public), ReadOnly: readOnly, Created: model.UnixOf(created)}
	if k, err := sshkey.Parse(public); err == nil {
		m.MD5, m.SHA256, m.Type, m.Bits = k.MD5, k.SHA256, k.Type, k.Bits
	}
	return m
}
