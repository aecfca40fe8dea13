package github

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gatehouse/model"
)

var hooksAsked = asked{
	op: "list hooks", scopes: []string{"read:repo_hook", "repo"}, permission: "Webhooks: read", administered: true,
}

// hook is own: v60 breaks on a numeric insecure_ssl and turns last_response into a map (github-api.md traps 12, 13).
type hook struct {
	ID     int64    `json:"id"`
	Active *bool    `json:"active"`
	Events []string `json:"events"`
	Config struct {
		URL         string          `json:"url"`
		ContentType string          `json:"content_type"`
		InsecureSSL json.RawMessage `json:"insecure_ssl"`
		Secret      *string         `json:"secret"`
	} `json:"config"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	LastResponse *struct {
		Code    *int    `json:"code"`
		Status  *string `json:"status"`
		Message *string `json:"message"`
	} `json:"last_response"`
}

// Hooks reads all hooks of a repository. Source: GET /repos/{owner}/{repo}/hooks; needs read:repo_hook or repo, and to be admin.
func (c *Client) Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook] {
	path, err := repoPath(r, "/hooks?per_page=100")
	if err != nil {
		return model.Unreadable[[]model.Hook](model.CauseOf(err))
	}
	a := hooksAsked
	a.on = r.Ref.String()
	var out []model.Hook
	err = pages(ctx, c, a, path, func(rows []hook, _ *http.Response) error {
		for _, h := range rows {
			if h.ID == 0 || h.Active == nil {
				return badRow("hook", "it has no id or no active flag")
			}
			out = append(out, c.hook(h))
		}
		return nil
	})
	return reading(out, c.now(), err)
}

func (c *Client) hook(h hook) model.Hook {
	m := model.Hook{
		ID: strconv.FormatInt(h.ID, 10), URL: model.Outside(h.Config.URL), Active: *h.Active, Events: texts(h.Events),
		ContentType: model.Outside(h.Config.ContentType), Created: model.UnixOf(h.CreatedAt), Updated: model.UnixOf(h.UpdatedAt),
	}
	// GitHub shows eight asterisks for a secret and leaves the field out where there is none. Another server may just not say.
	switch {
	case h.Config.Secret != nil && *h.Config.Secret != "":
		m.SecretSet = model.Yes
	case c.genuine():
		m.SecretSet = model.No
	}
	switch string(bytes.Trim(h.Config.InsecureSSL, `"`)) {
	case "0":
		m.TLSVerified = model.Yes
	case "1":
		m.TLSVerified = model.No
	}
	if l := h.LastResponse; l != nil {
		m.Last = &model.Response{}
		if l.Code != nil {
			m.Last.Code = *l.Code
		}
		m.Last.Status, m.Last.Message = text(l.Status), text(l.Message)
	}
	return m
}

func texts(in []string) []model.Text {
	slices.Sort(in)
	out := make([]model.Text, len(in))
	for i, s := range in {
		out[i] = model.Outside(s)
	}
	return out
}

func text(s *string) model.Text {
	if s == nil {
		return model.Text{}
	}
	return model.Outside(*s)
}
