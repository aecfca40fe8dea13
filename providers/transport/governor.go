package transport

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"gatehouse/model"
)

type wallClock struct{}

func (wallClock) Now() time.Time                         { return time.Now() }
func (wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// governor keeps the origin's rules: requests at once, requests a minute, the pace of writes, and windows the service has closed.
type governor struct {
	policy Policy
	slots  chan struct{}
	minute *rate.Limiter // points, as GitHub counts: a read 1, a write 5; nil: no bound

	mu        sync.Mutex
	closed    map[string]time.Time // resource ("" for all) → when it opens again
	nextWrite time.Time
	limits    map[string]model.Limit
}

func newGovernor(p Policy) *governor {
	g := &governor{policy: p, slots: make(chan struct{}, p.Concurrency), closed: map[string]time.Time{}, limits: map[string]model.Limit{}}
	if p.PerMinute > 0 {
		g.minute = rate.NewLimiter(rate.Limit(float64(p.PerMinute)/60), max(p.PerMinute/8, 5))
	}
	return g
}

// enter waits until a request to the resource may leave, and takes a slot; leave gives it back. When the wait would be longer
// than the policy allows it returns at once, with the time at which it may be tried again.
func (g *governor) enter(ctx context.Context, resource string, write bool) (leave func(), err error) {
	for {
		wait, until := g.wait(resource)
		if wait <= 0 {
			break
		}
		if wait > g.policy.MaxWait {
			return nil, limitError(until)
		}
		if err := g.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	if err := g.sleep(ctx, g.reserve(write)); err != nil {
		return nil, err
	}
	select {
	case g.slots <- struct{}{}:
		return sync.OnceFunc(func() { <-g.slots }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g *governor) wait(resource string) (time.Duration, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	until := g.closed[resource]
	if all := g.closed[""]; all.After(until) {
		until = all
	}
	return until.Sub(g.policy.Clock.Now()), until
}

// reserve books the request's points and, for a write, its turn, and says how long to wait for them.
func (g *governor) reserve(write bool) time.Duration {
	now := g.policy.Clock.Now()
	var d time.Duration
	if g.minute != nil {
		points := 1
		if write {
			points = 5
		}
		d = g.minute.ReserveN(now, points).DelayFrom(now)
	}
	if !write {
		return d
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	at := now
	if g.nextWrite.After(at) {
		at = g.nextWrite
	}
	g.nextWrite = at.Add(g.policy.WritePace)
	return max(d, at.Sub(now))
}

func (g *governor) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-g.policy.Clock.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// learn takes the limit headers of an answer, and closes the window when nothing is left. Source: GitHub "Rate limits for the
// REST API": x-ratelimit-limit, -remaining, -reset (Unix seconds), -resource.
func (g *governor) learn(h http.Header, resource string) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil || remaining < 0 {
		return
	}
	if named := h.Get("X-RateLimit-Resource"); named != "" && len(named) < 40 {
		resource = named
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	reset, _ := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.limits) < 32 {
		g.limits[resource] = model.Limit{Limit: limit, Remaining: remaining, Reset: model.UnixOf(time.Unix(reset, 0))}
	}
	if remaining == 0 && reset > 0 {
		g.close(resource, time.Unix(reset, 0))
	}
}

// throttle closes the window an answer asks for and says when it opens: Retry-After, else the reset when nothing is left, else a
// minute for everything (a secondary limit).
func (g *governor) throttle(h http.Header, resource string) time.Time {
	now := g.policy.Clock.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if d, ok := retryAfter(h.Get("Retry-After"), now); ok {
		return g.close("", now.Add(d))
	}
	if reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && h.Get("X-RateLimit-Remaining") == "0" {
		return g.close(resource, time.Unix(reset, 0))
	}
	return g.close("", now.Add(time.Minute))
}

// close is called with the lock held. A service cannot close itself for longer than two hours: that would be a mistake or malice.
func (g *governor) close(resource string, until time.Time) time.Time {
	if most := g.policy.Clock.Now().Add(2 * time.Hour); until.After(most) {
		until = most
	}
	if until.After(g.closed[resource]) {
		g.closed[resource] = until
	}
	return g.closed[resource]
}

func retryAfter(v string, now time.Time) (time.Duration, bool) {
	if v == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(v, 10, 32); err == nil && n >= 0 {
		return time.Duration(n) * time.Second, true
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(at.Sub(now), 0), true
	}
	return 0, false
}

func limitError(until time.Time) *model.Error {
	return &model.Error{
		Op: "send request", Retry: until,
		Cause: model.Cause{
			Kind: model.CauseRateLimited,
			Said: model.Outside("the request limit is used up until " + until.UTC().Format("15:04:05") + " UTC"),
			Hint: "wait until then, or use another account's token; what was read so far is kept",
		},
	}
}
