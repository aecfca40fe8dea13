package github

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"gatehouse/model"
)

// hook is own: v60 fails the whole list on one numeric insecure_ssl, and makes last_response a map.
type hook struct {
	ID     int64    `json:"id"`
	Active *bool    `json:"active"`
	Events []string `json:"events"`
	Config *struct {
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

func (h hook) check() (id, lacks string) {
	switch {
	case h.ID <= 0:
		return "", "a hook has no id"
	case h.Active == nil:
		return "", "a hook does not say whether it is active"
	case h.Events == nil:
		return "", "a hook has no events"
	case h.Config == nil:
		return "", "a hook has no configuration"
	}
	return strconv.FormatInt(h.ID, 10), ""
}

// Hooks reads all hooks of a repository. Source: GET /repos/{owner}/{repo}/hooks; needs read:repo_hook or repo, and to be admin.
func (c *Client) Hooks(ctx context.Context, r model.Repo) model.Reading[[]model.Hook] {
	return list(ctx, c, about("list hooks", r, needHooks), r, "/hooks?per_page=100", c.hook)
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
		m.Last = &model.Response{Status: text(l.Status), Message: text(l.Message)}
		if l.Code != nil {
			m.Last.Code = *l.Code
		}
	}
	return m
}

// texts is sorted; what it is given stays as it is.
func texts(in []string) []model.Text {
	sorted := slices.Sorted(slices.Values(in))
	out := make([]model.Text, len(sorted))
	for i, s := range sorted {
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
