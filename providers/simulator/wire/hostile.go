package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Payload gives the hostile text for a field, named by its path in the answer: "[].config.url", "data.nodes[].deployKeys.nodes[].title".
// An empty text leaves the field as it is.
type Payload func(field string) string

type hostile struct {
	payload     Payload
	identifiers bool
}

// Hostile puts the payload into every string of every answer that is free text to its reader. Identifiers that make up paths, and
// words and times with a fixed form, stay as they are unless identifiers is true. A nil payload ends it.
func (t *Tap) Hostile(p Payload, identifiers bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hostile = nil; p != nil {
		t.hostile = &hostile{p, identifiers}
	}
}

func (h *hostile) rewrite(rec *recorder) {
	if s := rec.header.Get("X-OAuth-Scopes"); s != "" {
		if p := h.payload("X-OAuth-Scopes"); p != "" && !strings.ContainsAny(p, "\r\n\x00") {
			rec.header.Set("X-OAuth-Scopes", s+", "+p)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(rec.body.Bytes()))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(h.walk("", "", v)) == nil {
		rec.body = out
	}
}

func (h *hostile) walk(path, name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = h.walk(strings.TrimPrefix(path+"."+k, "."), k, e)
		}
	case []any:
		for i, e := range v {
			v[i] = h.walk(path+"[]", name, e)
		}
	case string:
		if !h.identifiers && fixed(path, name) {
			return v
		}
		if p := h.payload(path); p != "" {
			return p
		}
	}
	return v
}

// fixedNames are fields that GitHub's own schema lets hold only certain words, times or ids, or that make up the path of the
// next request.
var fixedNames = []string{
	"full_name", "nameWithOwner", "node_id", "id", "guid", "__typename", "cursor", "startCursor", "endCursor", "type", "permission", "permissions", "visibility",
	"state", "privacy", "access_source", "role", "viewerPermission", "insecure_ssl", "last_used", "path",
}

// fixedPaths are the places where a login is a path's part.
var fixedPaths = []string{"owner.login", "organization.login"}

func fixed(path, name string) bool {
	if slices.Contains(fixedNames, name) || strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "At") {
		return true
	}
	return slices.ContainsFunc(fixedPaths, func(p string) bool { return path == p || strings.HasSuffix(path, "."+p) })
}
