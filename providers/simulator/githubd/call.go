package githubd

import (
	"fmt"
	"net/http"
	"strings"

	"gatehouse/providers/simulator/world"
)

// call is one request on its way through.
type call struct {
	*Server
	r         *http.Request
	route     route
	base      string // of the addresses in answers
	path      string // as Link headers give it: by number instead of by name
	token     *world.Token
	user      *world.User
	repo      *world.Repo
	org       *world.Org
	header    http.Header
	requestID string
}

// baseKey is where a request's context holds the base of the addresses in its answer.
type baseKey struct{}

func (s *Server) newCall(r *http.Request, route route) *call {
	base, _ := r.Context().Value(baseKey{}).(string)
	n := s.requests.Add(1)
	return &call{
		Server: s, r: r, route: route, base: base, path: r.URL.Path, header: http.Header{},
		requestID: fmt.Sprintf("%04X:%05X:%06X:%06X:%08X", 0xC0DE, n&0xfffff, n*7&0xffffff, n*13&0xffffff, n),
	}
}

func (c *call) login() string {
	if c.user == nil {
		return ""
	}
	return c.user.Login
}

// authenticate finds out who is asking. Source: GitHub "Authenticating to the REST API", "Troubleshooting the REST API".
func (c *call) authenticate() (answer, bool) {
	if c.r.Header.Get("User-Agent") == "" {
		return c.refuse(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."), false
	}
	if v := c.r.Header.Get("X-GitHub-Api-Version"); v != "" && v != apiVersion && v != "2026-03-10" {
		return c.refuse(http.StatusBadRequest, "Invalid API version: "+v), false
	}
	kind, value, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if kind == "" {
		if c.route.anonymous {
			return answer{}, true
		}
		return c.refuse(http.StatusUnauthorized, "Requires authentication"), false
	}
	t := c.world.Token(strings.TrimSpace(value))
	if !strings.EqualFold(kind, "Bearer") && !strings.EqualFold(kind, "token") || !c.world.Works(t) {
		return c.refuse(http.StatusUnauthorized, "Bad credentials"), false
	}
	c.token, c.user = t, c.world.User(t.Login)
	return answer{}, true
}

// admit decides whether the token and its owner may use the route on what it names.
func (c *call) admit() (answer, bool) {
	if c.r.PathValue("repo") != "" || c.r.PathValue("repo_id") != "" {
		if a, ok := c.findRepo(); !ok {
			return a, false
		}
	} else if c.r.PathValue("org") != "" || c.r.PathValue("org_id") != "" {
		if a, ok := c.findOrg(); !ok {
			return a, false
		}
	}
	if a, ok := c.permitted(); !ok {
		return a, false
	}
	if c.repo == nil {
		return answer{}, true
	}
	if c.world.Role(c.login(), c.repo) < c.route.role {
		return c.tooWeak(), false
	}
	if a, ok := c.refusedHere(); !ok {
		return a, false
	}
	if c.repo.Archived && c.r.Method != http.MethodGet && !c.route.harmless {
		return c.refuse(http.StatusForbidden, "Repository was archived so is read-only."), false
	}
	return answer{}, true
}

// findRepo resolves the repository the address names. A former name is redirected to the address by number; what the asker must
// not know of is not found.
func (c *call) findRepo() (answer, bool) {
	var moved bool
	if id := c.r.PathValue("repo_id"); id != "" {
		c.repo = c.world.RepoByID(number(id))
	} else {
		c.repo, moved = c.world.Repo(c.r.PathValue("owner"), c.r.PathValue("repo"))
	}
	if c.repo == nil {
		return c.notFound(), false
	}
	if a, ok := c.sees(c.repo); !ok {
		return a, false
	}
	rest := c.r.URL.Path
	if c.r.PathValue("repo_id") == "" {
		rest = strings.Join(strings.Split(rest, "/")[4:], "/")
		c.path = strings.TrimSuffix(fmt.Sprintf("/repositories/%d/%s", c.repo.ID, rest), "/")
	}
	if moved {
		return c.redirect(), false
	}
	return answer{}, true
}

// redirect is GitHub's answer under a former name: 301 for reads, 307 for writes (its OpenAPI description lists both).
func (c *call) redirect() answer {
	to := c.base + c.path
	if q := c.r.URL.RawQuery; q != "" {
		to += "?" + q
	}
	a := answer{status: http.StatusMovedPermanently, header: http.Header{"Location": {to}}}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		a.status = http.StatusTemporaryRedirect
	}
	a.body = map[string]string{"message": http.StatusText(a.status), "url": to, "documentation_url": c.docs()}
	return a
}

func (c *call) findOrg() (answer, bool) {
	if id := c.r.PathValue("org_id"); id != "" {
		c.org = c.world.OrgByID(number(id))
	} else {
		c.org = c.world.Org(c.r.PathValue("org"))
	}
	if c.org == nil {
		return c.notFound(), false
	}
	if c.r.PathValue("org_id") == "" && strings.HasPrefix(c.path, "/orgs/") {
		parts := strings.SplitN(c.path, "/", 4)
		c.path = fmt.Sprintf("/organizations/%d", c.org.ID)
		if len(parts) == 4 {
			c.path += "/" + parts[3]
		}
	}
	return answer{}, true
}

// sees decides whether the asker may know of a repository; the answer is what GitHub says when not.
func (c *call) sees(r *world.Repo) (answer, bool) {
	why := c.blind(r)
	if why == nil {
		return answer{}, true
	}
	return why(c, r), false
}

// blind says why a repository is hidden from the asker; nil: it is not.
func (c *call) blind(r *world.Repo) func(*call, *world.Repo) answer {
	hidden := func(c *call, _ *world.Repo) answer { return c.notFound() }
	if c.world.Role(c.login(), r) == world.None {
		return hidden
	}
	if !r.Private {
		return nil
	}
	t, o := c.token, c.world.Org(r.Owner)
	switch {
	case t == nil:
		return hidden
	case t.Kind == world.FineGrained:
		if !strings.EqualFold(t.Owner, r.Owner) {
			return hidden
		}
	case !c.hasScope("repo"):
		return hidden
	}
	if o != nil && o.RestrictApps && t.Kind == world.OAuth && !o.Approved[t.App] {
		return func(c *call, r *world.Repo) answer { return c.appRestricted(r.Owner) }
	}
	if o != nil && o.SAML && !t.SSO[o.Login] {
		return func(c *call, r *world.Repo) answer { return c.needsSSO(o) }
	}
	return nil
}

func number(s string) int64 {
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' || n > 1<<58 {
			return -1
		}
		n = n*10 + int64(r-'0')
	}
	return n
}
