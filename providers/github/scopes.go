package github

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse/providers/transport"
)

// scopes are those that an answer says the token has; false: it does not say.
func scopes(h http.Header) ([]string, bool) {
	v, ok := h["X-Oauth-Scopes"]
	if !ok || len(v) == 0 {
		return nil, false
	}
	return transport.SplitScopes(v[0]), true
}

func anyImplied(have string, wanted []string) bool {
	return slices.ContainsFunc(wanted, func(want string) bool { return implies(have, want) })
}

var levels = map[string]int{"read": 1, "write": 2, "admin": 3}

// wider are the scopes that include others without sharing their name.
var wider = map[string][]string{
	"repo": {
		"repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events",
		"read:repo_hook", "write:repo_hook", "admin:repo_hook",
	},
	"public_repo": {"read:repo_hook", "write:repo_hook", "admin:repo_hook"},
	"user":        {"read:user", "user:email", "user:follow"},
}

// implies knows GitHub's scope hierarchy: admin:X includes write:X includes read:X, and the wider ones above.
// Source: GitHub "Scopes for OAuth apps".
func implies(have, want string) bool {
	if have == want || slices.Contains(wider[have], want) {
		return true
	}
	haveLevel, haveOf, _ := strings.Cut(have, ":")
	wantLevel, wantOf, _ := strings.Cut(want, ":")
	return haveOf != "" && haveOf == wantOf && levels[wantLevel] > 0 && levels[haveLevel] >= levels[wantLevel]
}
