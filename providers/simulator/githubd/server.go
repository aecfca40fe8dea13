// Package githubd answers as GitHub's REST and GraphQL interfaces do, from the state in a [world.World]: status codes, headers,
// paging, conditional requests, scopes, limits and the words of its errors. What GitHub documents is followed; where it is
// silent, docs/assumptions.md says what was chosen.
package githubd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"gatehouse/providers/simulator/wire"
	"gatehouse/providers/simulator/world"
)

// Server is one simulated GitHub.
type Server struct {
	world    *world.World
	limits   *limits
	rest     *http.ServeMux
	requests atomic.Int64
	refused  refusals
	schema   *schema
	forgets  atomic.Bool // an edit of events takes the secret along
}

// DropSecrets makes an edit of a hook's events take its secret along.
func (s *Server) DropSecrets(drop bool) { s.forgets.Store(drop) }

// New makes a GitHub on the world.
func New(w *world.World) *Server {
	s := &Server{world: w, limits: newLimits(w.Now), rest: http.NewServeMux(), schema: newSchema()}
	for _, r := range routes() {
		s.rest.HandleFunc(r.pattern, func(rw http.ResponseWriter, req *http.Request) { s.serve(rw, req, r) })
	}
	s.rest.HandleFunc("/", func(rw http.ResponseWriter, req *http.Request) { s.serve(rw, req, nowhere) })
	return s
}

// nowhere answers what is no address of GitHub's.
var nowhere = route{handle: (*call).notFound}

// ServeHTTP takes github.com's addresses at the root and an Enterprise Server's below /api.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base, path := "http://"+r.Host, r.URL.Path
	switch rest, below := strings.CutPrefix(path, "/api/v3/"); {
	case below:
		base, path = base+"/api/v3", "/"+rest
	case path == "/api/graphql":
		path = "/graphql"
	}
	in := r.Clone(context.WithValue(r.Context(), baseKey{}, base))
	in.URL.Path, in.URL.RawPath = path, ""
	s.rest.ServeHTTP(w, in)
}

// serve takes one request through everything GitHub asks about it before the route answers.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route route) {
	c := s.newCall(r, route)
	a := c.answer()
	body := a.encode()
	h := w.Header()
	c.commonHeaders(h)
	for k, v := range a.header {
		h[k] = v
	}
	if a.status == http.StatusOK && r.Method == http.MethodGet && !a.volatile {
		tag := c.etag(body)
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			a.status, body = http.StatusNotModified, nil
		}
	}
	note := wire.NoteOf(r.Context())
	note.Login = c.login()
	note.Counted = c.spend(h, a)
	if body != nil {
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may be gone
}

// answer holds the world's lock while it is looked at or changed.
func (c *call) answer() answer {
	if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead || c.r.URL.Path == "/graphql" {
		c.world.RLock()
		defer c.world.RUnlock()
	} else {
		c.world.Lock()
		defer c.world.Unlock()
	}
	if a, ok := c.authenticate(); !ok {
		return a
	}
	if a, ok := c.withinLimits(); !ok {
		return a
	}
	if a, ok := c.admit(); !ok {
		return a
	}
	return c.route.handle(c)
}

// spend books the request and writes the limit's headers. A 304 costs nothing; nor does asking for the limit.
func (c *call) spend(h http.Header, a answer) bool {
	cost := 1
	if a.free || a.status == http.StatusNotModified {
		cost = 0
	}
	if a.points > 0 {
		cost = a.points
	}
	c.limits.headers(h, c.bucket(), c.resource(), cost)
	return cost > 0
}

func (c *call) commonHeaders(h http.Header) {
	h.Set("Server", "github.com")
	h.Set("X-GitHub-Request-Id", c.requestID)
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Api-Version-Selected", apiVersion)
	h.Set("Cache-Control", "private, max-age=60, s-maxage=60")
	h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With")
	h.Set("X-Content-Type-Options", "nosniff")
	if t := c.token; t != nil {
		if t.Kind != world.FineGrained {
			h.Set("X-OAuth-Scopes", strings.Join(t.Scopes, ", "))
			h.Set("X-Accepted-OAuth-Scopes", strings.Join(c.route.scopes, ", "))
		}
		if !t.Expires.IsZero() {
			h.Set("GitHub-Authentication-Token-Expiration", t.Expires.Format("2006-01-02 15:04:05 UTC"))
		}
	}
	for k, v := range c.header {
		h[k] = v
	}
}

const apiVersion = "2022-11-28"

// etag differs from token to token, as GitHub's does.
func (c *call) etag(body []byte) string {
	sum := sha256.Sum256(append([]byte(c.r.Header.Get("Authorization")+"\n"+c.r.Header.Get("Accept")+"\n"), body...))
	return `W/"` + hex.EncodeToString(sum[:]) + `"`
}

func matches(ifNoneMatch, tag string) bool {
	for one := range strings.SplitSeq(ifNoneMatch, ",") {
		if one = strings.TrimSpace(one); one == "*" || one != "" && strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// answer is what a route says.
type answer struct {
	status   int
	body     any // nil: none
	header   http.Header
	volatile bool // no ETag
	free     bool // does not count against the limit
	points   int  // of a GraphQL query
}

func (a answer) encode() []byte {
	if a.body == nil {
		return nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a.body); err != nil {
		return fmt.Appendf(nil, `{"message":%q}`, "the simulator could not answer: "+err.Error())
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
