package transport

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/model"
)

const canary = "ghp_CANARYcanaryCANARYcanary0123456789"

// fakeClock stands still until it is moved; After fires at once when auto is set, and moves the time.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *fakeClock { return &fakeClock{now: time.Unix(1_800_000_000, 0)} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After moves the clock instead of waiting.
func (c *fakeClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}

func (c *fakeClock) total() (d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.slept {
		d += s
	}
	return d
}

// serve starts a loopback server and a Transport for it.
func serve(t *testing.T, h http.HandlerFunc, change ...func(*Options)) (*Transport, string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return transportFor(t, srv.URL, change...), srv.URL
}

func transportFor(t *testing.T, base string, change ...func(*Options)) *Transport {
	t.Helper()
	o := Options{
		Service: model.ServiceGitHub, Base: base, Auth: Bearer(model.NewSecret(canary)), Loopback: true,
		Policy: Policy{PerMinute: -1, WritePace: time.Nanosecond, Clock: newClock(), Retries: -1},
	}
	for _, f := range change {
		f(&o)
	}
	tr, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	tr.headerTimeout, tr.totalTimeout, tr.idleTimeout = 300*time.Millisecond, 400*time.Millisecond, 200*time.Millisecond
	tr.wire.(*http.Transport).ResponseHeaderTimeout = tr.headerTimeout
	t.Cleanup(tr.Close)
	return tr
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	return req
}

func answerJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// listener that every name resolves to: tests reach github.com, evil.example and the rest on loopback.
func everywhere(tr *Transport, to string, pool *tls.Config) {
	h := tr.wire.(*http.Transport)
	h.Proxy = nil
	h.TLSClientConfig = pool
	h.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, to)
	}
}
