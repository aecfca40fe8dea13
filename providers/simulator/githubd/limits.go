package githubd

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits are the primary limits, one bucket for each account and resource, and the secondary limit, which is off until a test
// sets it. Source: GitHub "Rate limits for the REST API", "Rate limits and query limits for the GraphQL API".
type limits struct {
	now       func() time.Time
	mu        sync.Mutex
	buckets   map[string]*bucket
	perMinute int // points; 0: no secondary limit
}

type bucket struct {
	limit, used int
	reset       time.Time
	minute      time.Time // of the secondary limit
	points      int
}

const (
	limitOfAccount   = 5000
	limitOfAnonymous = 60
)

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, buckets: map[string]*bucket{}}
}

// at gives the bucket, refilled when its hour is over. The caller holds mu.
func (l *limits) at(who, resource string) *bucket {
	b := l.buckets[who+"/"+resource]
	if b == nil {
		b = &bucket{limit: limitOfAccount, reset: l.now().Add(time.Hour)}
		if who == "" {
			b.limit = limitOfAnonymous
		}
		l.buckets[who+"/"+resource] = b
	}
	if !l.now().Before(b.reset) {
		b.used, b.reset = 0, l.now().Add(time.Hour)
	}
	return b
}

// SetLimit sets an account's limit and what remains of it; resource is "core" or "graphql".
func (s *Server) SetLimit(login, resource string, limit, remaining int) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	b := s.limits.at(login, resource)
	b.limit, b.used = limit, limit-remaining
}

// SetSecondary sets how many points a minute an account may use over REST and GraphQL together; 0 ends the limit.
func (s *Server) SetSecondary(points int) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.perMinute = points
}

func (c *call) bucket() string { return c.login() }

func (c *call) resource() string {
	if c.r.URL.Path == "/graphql" {
		return "graphql"
	}
	return "core"
}

// withinLimits refuses what is over a limit; GraphQL says so with a 200.
func (c *call) withinLimits() (answer, bool) {
	l := c.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := c.secondary(l); !ok {
		return a, false
	}
	b := l.at(c.bucket(), c.resource())
	if b.used < b.limit || c.route.free {
		return answer{}, true
	}
	who := "user ID " + strconv.FormatInt(c.userID(), 10)
	if c.user == nil {
		who = "127.0.0.1"
	}
	if c.resource() == "graphql" {
		e := map[string]any{"type": "RATE_LIMIT", "code": "graphql_rate_limit", "message": "API rate limit already exceeded for " + who + "."}
		return answer{status: http.StatusOK, body: map[string]any{"errors": []any{e}}, free: true, volatile: true}, false
	}
	a := c.refuse(http.StatusForbidden, fmt.Sprintf("API rate limit exceeded for %s. If you reach out to GitHub Support for help, please include the request ID %s.", who, c.requestID))
	a.free = true
	a.body = basicError{a.body.(basicError).Message, docsRoot + "/overview/rate-limits-for-the-rest-api", "403"}
	return a, false
}

func (c *call) userID() int64 {
	if c.user == nil {
		return 0
	}
	return c.user.ID
}

func (c *call) secondary(l *limits) (answer, bool) {
	if l.perMinute == 0 {
		return answer{}, true
	}
	b := l.at(c.bucket(), "secondary")
	if l.now().Sub(b.minute) >= time.Minute {
		b.minute, b.points = l.now(), 0
	}
	if b.points += points(c.r); b.points <= l.perMinute {
		return answer{}, true
	}
	wait := max(int(b.minute.Add(time.Minute).Sub(l.now()).Seconds()), 1)
	return answer{
		status: http.StatusForbidden, free: true, volatile: true, header: http.Header{"Retry-After": {strconv.Itoa(wait)}},
		body: basicError{
			"You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID " + c.requestID + ".",
			"https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits", "403",
		},
	}, false
}

// points is a request's weight in the secondary limit: 5 for a write, 1 for a read or a GraphQL query.
func points(r *http.Request) int {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.URL.Path == "/graphql" {
		return 1
	}
	return 5
}

// headers books cost and writes the state of the bucket.
func (l *limits) headers(h http.Header, who, resource string, cost int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.at(who, resource)
	b.used = min(b.used+cost, max(b.limit, b.used))
	h.Set("X-RateLimit-Limit", strconv.Itoa(b.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(b.limit-b.used))
	h.Set("X-RateLimit-Used", strconv.Itoa(b.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(b.reset.Unix(), 10))
	h.Set("X-RateLimit-Resource", resource)
}

type rate struct {
	Limit     int   `json:"limit"`
	Used      int   `json:"used"`
	Remaining int   `json:"remaining"`
	Reset     int64 `json:"reset"`
}

func (l *limits) rate(who, resource string) rate {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.at(who, resource)
	return rate{b.limit, b.used, b.limit - b.used, b.reset.Unix()}
}
