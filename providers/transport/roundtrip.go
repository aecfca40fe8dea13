package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"gatehouse/model"
)

// Transport is an http.RoundTripper for one service and one credential. It is safe for concurrent use.
type Transport struct {
	opts      Options
	base      origin
	graphQL   *url.URL
	documents map[string]struct{}
	wire      http.RoundTripper
	idle      func()
	gov       *governor
	policy    Policy
	seen      seenHeaders

	headerTimeout, totalTimeout, idleTimeout time.Duration

	sent, notModified, writes, refused atomic.Int64
}

// New checks the options and makes a Transport. It opens no connection. Errors are refusals (model.ErrRefused).
func New(o Options) (*Transport, error) {
	base, err := parseOrigin(o.Base, o.Loopback)
	if err != nil {
		return nil, err
	}
	p := withDefaults(o.Policy)
	t := &Transport{
		opts: o, base: base, policy: p, gov: newGovernor(p), documents: map[string]struct{}{},
		headerTimeout: min(30*time.Second, p.Timeout), totalTimeout: p.Timeout, idleTimeout: 15 * time.Second,
	}
	for _, d := range o.Documents {
		t.documents[d] = struct{}{}
	}
	if o.GraphQL != "" {
		u, err := url.Parse(o.GraphQL)
		if err != nil || !base.owns(u) {
			return nil, model.Refuse("use GraphQL address", base.String(), "it is at another origin", "")
		}
		t.graphQL = u
	}
	h := &http.Transport{
		Proxy:                  t.proxy,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  t.headerTimeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    p.Concurrency,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	t.wire, t.idle = h, h.CloseIdleConnections
	return t, nil
}

func withDefaults(p Policy) Policy {
	if p.Concurrency <= 0 {
		p.Concurrency = 16
	}
	if p.PerMinute == 0 {
		p.PerMinute = 800
	}
	if p.WritePace == 0 {
		p.WritePace = time.Second
	}
	if p.MaxWait == 0 {
		p.MaxWait = 30 * time.Second
	}
	if p.Retries == 0 {
		p.Retries = 2
	}
	if p.MaxBody <= 0 {
		p.MaxBody = 16 << 20
	}
	if p.Timeout <= 0 {
		p.Timeout = 60 * time.Second
	}
	if p.Clock == nil {
		p.Clock = wallClock{}
	}
	return p
}

// proxy uses the environment's proxy, never for loopback.
func (t *Transport) proxy(req *http.Request) (*url.URL, error) {
	if isLoopback(req.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(req)
}

// Client is an http.Client over t that follows nothing by itself and keeps no cookies.
func (t *Transport) Client() *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Origin is scheme://host[:port], as Targets carry it.
func (t *Transport) Origin() string { return t.base.String() }

// Counts is what went over the wire so far.
func (t *Transport) Counts() Counts {
	return Counts{Sent: t.sent.Load(), NotModified: t.notModified.Load(), Writes: t.writes.Load(), Refused: t.refused.Load()}
}

// Limit is the last seen request budget of a resource ("core", "graphql"); false when the service has not said.
func (t *Transport) Limit(resource string) (model.Limit, bool) {
	t.gov.mu.Lock()
	defer t.gov.mu.Unlock()
	l, ok := t.gov.limits[resource]
	return l, ok
}

// Close drops idle connections.
func (t *Transport) Close() { t.idle() }

// RoundTrip sends one request by the rules of this package. The answer's body is complete and in memory. Errors are
// *model.Error, reachable by errors.As: refused, rate limited, network, bad answer, cancelled.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	receipt := receiptOf(req.Context())
	body, write, err := t.admit(req)
	if err != nil {
		t.refused.Add(1)
		receipt.Outcome = NotCommitted
		return nil, err
	}
	if write {
		return t.write(req, body, receipt)
	}
	res, err := t.read(req, body)
	if res != nil {
		receipt.Status, receipt.Sent = res.StatusCode, true
	}
	return res, err
}

// admit refuses what must never leave: another origin, an unsafe path, a write in read-only mode, a masked secret.
func (t *Transport) admit(req *http.Request) (body []byte, write bool, err error) {
	if body, err = takeBody(req); err != nil {
		return nil, false, err
	}
	path := req.URL.EscapedPath()
	op := "send " + req.Method
	switch {
	case !t.base.owns(req.URL):
		return nil, false, model.Refuse(op, model.Outside(req.URL.Host).String(), "this is not "+t.base.String()+", which the credential belongs to", "")
	case req.Host != "" && req.Host != req.URL.Host:
		return nil, false, model.Refuse(op, t.base.String(), "the Host header names another host", "")
	case unsafePath(path) != "":
		return nil, false, model.Refuse(op, t.base.String(), unsafePath(path), "")
	case !t.base.below(path) && !t.isGraphQL(req):
		return nil, false, model.Refuse(op, t.base.String(), "the path is outside the service", "")
	}
	if t.isRead(req, body) {
		return body, false, nil
	}
	if t.opts.ReadOnly {
		return nil, true, model.Refuse(op, t.base.String(), "gatehouse is in read-only mode", "leave out --read-only, or use a profile that may write")
	}
	if err := refuseMasked(body); err != nil {
		return nil, true, err
	}
	return body, true, nil
}

// write sends at most once, follows nothing, and records what is known of the outcome.
func (t *Transport) write(req *http.Request, body []byte, receipt *Receipt) (*http.Response, error) {
	resource := t.resource(req)
	leave, err := t.gov.enter(req.Context(), resource, true)
	if err != nil {
		receipt.Outcome = NotCommitted
		if e, ok := errors.AsType[*model.Error](err); ok {
			receipt.Outcome, receipt.Until = Throttled, e.Retry
		}
		return nil, t.fail(req, err)
	}
	defer leave()
	t.writes.Add(1)
	receipt.Sent = true
	res, err := t.exchange(req, body)
	if err != nil {
		if neverSent(err) {
			receipt.Outcome, receipt.Sent = NotCommitted, false
		}
		return nil, t.fail(req, err)
	}
	limited, until := t.limited(res, resource)
	receipt.Status, receipt.Outcome, receipt.Until = res.StatusCode, outcomeOf(res.StatusCode, limited), until
	switch {
	case limited:
		return nil, limitError(until)
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return nil, model.Refuse("send "+req.Method, t.base.String(), fmt.Sprintf("the service answered with a redirect (%d), which a write never follows", res.StatusCode),
			"read the repository again: it may have been renamed")
	}
	return res, t.judge(req, res)
}

// read sends, follows redirects inside the service, revalidates what the cache holds, waits out short limits and tries again
// after failures that reading again can mend.
func (t *Transport) read(req *http.Request, body []byte) (*http.Response, error) {
	ctx := req.Context()
	req = req.Clone(ctx) // a RoundTripper must not change its caller's request
	key, cached := t.revalidate(req)
	current := req
	for try, hops := 0, 0; ; {
		res, limit, err := t.once(ctx, current, body)
		switch {
		case err == nil && isRedirect(res.StatusCode) && current.Method != http.MethodPost:
			if hops++; hops > 3 {
				return nil, model.Refuse("follow redirects", t.base.String(), "more than three redirects", "")
			}
			if current, err = t.hop(current, res); err != nil {
				return nil, err
			}
			continue
		case err == nil && !passing(res.StatusCode):
			return t.remember(key, cached, current, res), nil
		case err == nil && try >= t.policy.Retries:
			return res, nil
		}
		if try++; try > t.policy.Retries || t.hopeless(ctx, limit, err) {
			return nil, t.fail(req, err)
		}
		if limit.IsZero() { // a limit is waited for where the next request enters
			if err := t.gov.sleep(ctx, backoff(try)); err != nil {
				return nil, t.fail(req, err)
			}
		}
	}
}

// once sends one request and judges the answer. A limit comes back as an error with the time at which it opens.
func (t *Transport) once(ctx context.Context, req *http.Request, body []byte) (res *http.Response, limit time.Time, err error) {
	resource := t.resource(req)
	leave, err := t.gov.enter(ctx, resource, false)
	if err != nil {
		return nil, time.Time{}, err
	}
	res, err = t.exchange(req, body)
	leave()
	if err != nil {
		return nil, time.Time{}, err
	}
	if limited, until := t.limited(res, resource); limited {
		return nil, until, limitError(until)
	}
	return res, time.Time{}, t.judge(req, res)
}

// hopeless: asking again would change nothing, or would have to wait too long.
func (t *Transport) hopeless(ctx context.Context, limit time.Time, err error) bool {
	if !limit.IsZero() {
		return limit.Sub(t.policy.Clock.Now()) > t.policy.MaxWait
	}
	return ctx.Err() != nil || errors.Is(err, model.ErrRefused) || errors.Is(err, model.ErrRateLimited) || errors.Is(err, errTooLarge)
}

func passing(status int) bool {
	switch status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func backoff(try int) time.Duration {
	d := 250 * time.Millisecond << min(try-1, 5)
	return d/2 + rand.N(d) //nolint:gosec // jitter, not a secret
}

func (t *Transport) resource(req *http.Request) string {
	if t.isGraphQL(req) {
		return "graphql"
	}
	return "core"
}

// limited reports a refusal by a rate limit, primary or secondary, whatever its status. A 403 counts only when it says so
// itself: other refusals may arrive while nothing is left too.
func (t *Transport) limited(res *http.Response, resource string) (bool, time.Time) {
	switch res.StatusCode {
	case http.StatusTooManyRequests:
	case http.StatusForbidden:
		if b := bodyOf(res); res.Header.Get("Retry-After") == "" && !bytes.Contains(bytes.ToLower(b), []byte("rate limit")) {
			return false, time.Time{}
		}
	default:
		return false, time.Time{}
	}
	return true, t.gov.throttle(res.Header, resource)
}

// exchange sends one request and reads the whole answer, within the time and size allowed.
func (t *Transport) exchange(req *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.totalTimeout, errTooSlow)
	defer cancel()
	out := req.Clone(ctx)
	for _, h := range credentialHeaders {
		out.Header.Del(h)
	}
	out.Header.Del("Idempotency-Key") // net/http would replay the request
	out.Host = ""
	if t.opts.UserAgent != "" {
		out.Header.Set("User-Agent", t.opts.UserAgent)
	}
	if t.opts.Auth != nil && t.base.owns(out.URL) {
		t.opts.Auth.Apply(out.Header)
	}
	out.Body, out.ContentLength, out.GetBody = http.NoBody, 0, nil
	if len(body) > 0 {
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	t.sent.Add(1)
	res, err := t.wire.RoundTrip(out)
	if err != nil {
		return nil, errors.Join(context.Cause(ctx), err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end or given up below
	if res.StatusCode == http.StatusSwitchingProtocols {
		return nil, errNotJSON // its body is the bare connection, which knows no context
	}
	idle := time.AfterFunc(t.idleTimeout, cancel)
	defer idle.Stop()
	b, err := readCapped(res, t.policy.MaxBody, func() { idle.Reset(t.idleTimeout) })
	if err != nil {
		return nil, err
	}
	res.Body = &memory{Reader: bytes.NewReader(b), all: b}
	res.ContentLength, res.Request = int64(len(b)), req
	res.Header.Del("Content-Encoding")
	t.gov.learn(res.Header, t.resource(req))
	t.seen.learn(res.Header)
	if res.StatusCode == http.StatusNotModified {
		t.notModified.Add(1)
	}
	return res, nil
}

// fail turns what went wrong into a *model.Error that keeps the cause reachable.
func (t *Transport) fail(req *http.Request, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*model.Error](err); ok {
		return err
	}
	c := model.Cause{Kind: model.CauseNetwork, Said: model.Outside(short(err)), Hint: "check the network and the address, then read again"}
	switch {
	case req.Context().Err() != nil && errors.Is(req.Context().Err(), context.Canceled):
		c = model.Cause{Kind: model.CauseCancelled, Said: model.Outside("cancelled")}
		err = errors.Join(context.Canceled, err)
	case errors.Is(err, errTooLarge), errors.Is(err, errNotJSON), errors.Is(err, errTooDeep):
		c.Kind, c.Hint = model.CauseBadAnswer, "something other than the service may be answering (a proxy, a login page)"
	}
	return &model.Error{Op: "ask", On: t.base.String(), Cause: c, Err: err}
}

// short is the last line of joined errors, without the address and query that net/http puts in front.
func short(err error) string {
	for {
		j, ok := err.(interface{ Unwrap() []error })
		if !ok {
			break
		}
		all := j.Unwrap()
		if len(all) == 0 {
			break
		}
		err = all[0]
	}
	return err.Error()
}
