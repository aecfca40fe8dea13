package world

import (
	"slices"
	"sort"
	"time"
)

// Token is a credential for the simulated GitHub.
type Token struct {
	Value       string
	Login       string
	Kind        string   // see the kinds
	Scopes      []string // of classic and OAuth tokens, sorted
	App         string   // of OAuth tokens: whose
	Owner       string   // of fine-grained tokens: whose repositories they reach
	Permissions map[string]string
	SSO         map[string]bool // organisations for which single sign-on was done
	Expires     time.Time       // zero: never
	Revoked     bool
}

// The kinds of token.
const (
	Classic     = "classic"         // every scope gatehouse can use
	Limited     = "classic-limited" // a classic token with read:org and read:user only
	FineGrained = "fine-grained"    // acme's repositories: metadata and administration, no webhooks
	OAuth       = "oauth"           // CircleCI's token for the account
	Expired     = "expired"
)

// Token finds a token by its value, or nil.
func (w *World) Token(value string) *Token { return w.tokens[value] }

// Tokens are all tokens, by login and kind.
func (w *World) Tokens() []*Token {
	out := make([]*Token, 0, len(w.tokens))
	for _, t := range w.tokens {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Login != out[j].Login {
			return out[i].Login < out[j].Login
		}
		return out[i].Kind < out[j].Kind
	})
	return out
}

// Works reports that the token is accepted now.
func (w *World) Works(t *Token) bool {
	return t != nil && !t.Revoked && (t.Expires.IsZero() || w.Now().Before(t.Expires))
}

// Revoke ends a token, and with it every deploy key that was made with it. Source: GitHub "REST API endpoints for deploy keys".
func (w *World) Revoke(t *Token) {
	t.Revoked = true
	for _, r := range w.sorted {
		r.Keys = slices.DeleteFunc(r.Keys, func(k *DeployKey) bool { return k.Token != "" && k.Token == t.Value })
	}
}

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// secret makes n characters that depend on the seed and the label only.
func (w *World) secret(label string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[w.roll(label, int64(i))%uint64(len(letters))]
	}
	return string(b)
}

func (w *World) addToken(t Token) {
	form := map[string]struct {
		prefix string
		length int
	}{Classic: {"ghp_", 36}, Limited: {"ghp_", 36}, Expired: {"ghp_", 36}, FineGrained: {"github_pat_", 82}, OAuth: {"gho_", 36}}[t.Kind]
	t.Value = form.prefix + w.secret("token/"+t.Login+"/"+t.Kind, form.length)
	sort.Strings(t.Scopes)
	w.tokens[t.Value] = &t
}
