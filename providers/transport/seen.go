package transport

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Seen is what the answers' headers taught about the credential and the server.
type Seen struct {
	Answers   int       // answers so far
	Scopes    []string  // X-OAuth-Scopes
	HasScopes bool      // the header was there; fine-grained tokens and other servers send none
	Expires   time.Time // github-authentication-token-expiration; zero: none was said
	SSO       string    // X-GitHub-SSO, when the last answer carried it
	RequestID bool      // X-GitHub-Request-Id: the server is GitHub or pretends well
}

type seenHeaders struct {
	mu sync.Mutex
	s  Seen
}

// Seen is what the answers taught so far.
func (t *Transport) Seen() Seen {
	t.seen.mu.Lock()
	defer t.seen.mu.Unlock()
	return t.seen.s
}

func (k *seenHeaders) learn(h http.Header) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.s.Answers++
	if v, ok := h["X-Oauth-Scopes"]; ok && len(v) > 0 {
		k.s.HasScopes, k.s.Scopes = true, SplitScopes(v[0])
	}
	if at := ParseExpiry(h.Get("Github-Authentication-Token-Expiration")); !at.IsZero() {
		k.s.Expires = at
	}
	k.s.SSO = h.Get("X-Github-Sso")
	k.s.RequestID = k.s.RequestID || h.Get("X-Github-Request-Id") != ""
}

// SplitScopes reads a comma-separated scope header.
func SplitScopes(v string) []string {
	var out []string
	for s := range strings.SplitSeq(v, ",") {
		if s = strings.TrimSpace(s); s != "" && len(out) < 100 {
			out = append(out, s)
		}
	}
	return out
}

// ParseExpiry reads both forms GitHub sends: "2026-12-01 10:00:00 UTC" and with a numeric zone. The zero time: none, or unreadable.
func ParseExpiry(v string) time.Time {
	for _, layout := range [...]string{"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
