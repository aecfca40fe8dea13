package githubd

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse/providers/simulator/world"
)

// implied is GitHub's scope hierarchy: what else a scope grants. Source: GitHub "Scopes for OAuth apps".
var implied = map[string][]string{
	"repo": {
		"repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events", "admin:repo_hook", "write:repo_hook", "read:repo_hook",
	},
	"public_repo":      {"admin:repo_hook", "write:repo_hook", "read:repo_hook"},
	"admin:repo_hook":  {"write:repo_hook", "read:repo_hook"},
	"write:repo_hook":  {"read:repo_hook"},
	"admin:org":        {"write:org", "read:org"},
	"write:org":        {"read:org"},
	"admin:public_key": {"write:public_key", "read:public_key"},
	"write:public_key": {"read:public_key"},
	"user":             {"read:user", "user:email", "user:follow"},
}

// hasScope reports that a classic or OAuth token has one of the scopes.
func (c *call) hasScope(any ...string) bool {
	if c.token == nil {
		return false
	}
	for _, have := range c.token.Scopes {
		for _, want := range any {
			if have == want || slices.Contains(implied[have], want) {
				return true
			}
		}
	}
	return false
}

// permitted compares what the route takes with what the token has. Without the scope GitHub hides (404), unless the route says
// otherwise; a fine-grained token is told which permission it lacks (403).
func (c *call) permitted() (answer, bool) {
	t := c.token
	if t == nil {
		return answer{}, true
	}
	if t.Kind == world.FineGrained {
		name, level, need := strings.Cut(c.route.grant, "=")
		if !need || t.Permissions[name] == "write" || t.Permissions[name] == level {
			return answer{}, true
		}
		a := c.refuse(http.StatusForbidden, "Resource not accessible by personal access token")
		a.header = http.Header{"X-Accepted-Github-Permissions": {c.route.grant}}
		return a, false
	}
	if c.route.scopes == nil || c.hasScope(c.route.scopes...) {
		return answer{}, true
	}
	if c.route.unscoped != "" {
		return c.refuse(http.StatusForbidden, c.route.unscoped), false
	}
	return c.notFound(), false
}
