package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/model"
)

const query = "query Q { viewer { login } }"

func TestOriginRefused(t *testing.T) {
	t.Parallel()
	for _, base := range []string{
		"", "api.github.com", "http://api.github.com", "ftp://api.github.com", "https://", "https://user@api.github.com", "https://u:p@api.github.com",
		"https://github.com@evil.example/", "https://api.github.com?x=1", "https://api.github.com#x", "https://gіthub.com", "https://xn--gthub-cta.com",
		"https://api.github.com.", "https://-x.example", "https://a..b", "https://a_b.example", "https://api.github.com:0", "https://api.github.com:99999",
		"https://api.github.com/../x", "https://api.github.com/%2e%2e/x", "https://api.github.com/a%2fb", "https://api.github.com/a\\b", "javascript:alert(1)",
		"https://api.github.com\r\nX: y", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://10.0.0.1", "http://[fe80::1]",
	} {
		if o, err := CheckOrigin(base, true); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%q: taken as %q", base, o)
		}
	}
	for base, want := range map[string]string{
		"https://api.github.com": "https://api.github.com", "https://API.GitHub.com:443/": "https://api.github.com", "https://h.example:8443/api/v3": "https://h.example:8443",
		"http://127.0.0.1:4001": "http://127.0.0.1:4001", "http://[::1]:4001/": "http://[::1]:4001", "http://localhost:80": "http://localhost",
	} {
		if got, err := CheckOrigin(base, true); got != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", base, got, err, want)
		}
	}
	if _, err := CheckOrigin("http://127.0.0.1", false); err == nil {
		t.Error("plain http was taken though loopback was not asked for")
	}
}

func TestPathsThatLeaveTheirPlace(t *testing.T) {
	t.Parallel()
	tr, url := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Errorf("reached %s", r.URL) }, func(o *Options) { o.Base += "/api/v3" })
	for _, path := range []string{"/", "/api", "/api/v3/../admin", "/api/v3/repos/..%2fvictim", "/api/v3/%2E%2E/x", "/api/v3/a%5Cb", "/api/v3/x%0d%0a", "/login", "/api/v33/x"} {
		if _, err := tr.RoundTrip(request(t, "GET", url+path, "")); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestReadsAndWrites: every method but GET and HEAD writes, a POST to GraphQL reads only with our own document.
func TestReadsAndWrites(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) { reached.Add(1); answerJSON(w, 200, `{}`) }, func(o *Options) {
		o.ReadOnly, o.GraphQL, o.Documents = true, o.Base+"/graphql", []string{query}
	})
	ours := fmt.Sprintf(`{"query":%q}`, query)
	for _, c := range []struct {
		method, path, body string
		read               bool
	}{
		{"GET", "/user", "", true}, {"HEAD", "/user", "", true}, {"POST", "/graphql", ours, true},
		{"POST", "/user", ours, false}, {"POST", "/graphql?x=1", ours, false}, {"POST", "/graphql/", ours, false}, {"PUT", "/graphql", ours, false},
		{"POST", "/graphql", `{"query":"mutation M { x }"}`, false}, {"POST", "/graphql", fmt.Sprintf(`{"query":%q}`, query+" "), false},
		{"POST", "/graphql", fmt.Sprintf(`{"query":"mutation M { x }","query":%q}{}`, query), false}, {"POST", "/graphql", "", false}, {"POST", "/graphql", "[]", false},
		{"DELETE", "/x", "", false}, {"PATCH", "/x", "{}", false}, {"PUT", "/x", "{}", false}, {"POST", "/x", "{}", false}, {"OPTIONS", "/x", "", false}, {"PURGE", "/x", "", false},
	} {
		before := reached.Load()
		_, err := tr.RoundTrip(request(t, c.method, url+c.path, c.body))
		if sent := reached.Load() > before; sent != c.read || (err == nil) != c.read {
			t.Errorf("%s %s %s: sent %v, err %v, want read %v", c.method, c.path, c.body, sent, err, c.read)
		}
	}
	if n := tr.Counts(); n.Writes != 0 || n.Refused != 15 {
		t.Errorf("counts: %+v", n)
	}
}

func TestMaskedSecretsNeverLeave(t *testing.T) {
	t.Parallel()
	tr, url := serve(t, func(w http.ResponseWriter, r *http.Request) { b, _ := io.ReadAll(r.Body); t.Errorf("sent %s", b) })
	for _, body := range []string{
		`{"config":{"secret":"********"}}`, `{"secret":""}`, `{"a":[{"token":""}]}`, `{"value":"xxxx1234"}`, `{"x":"***"}`, `{"x":"••••"}`, `{"x":"[REDACTED]"}`,
		`{"private_key":""}`, `{"hook-secret":""}`, `{"client_secret":"****"}`, `["********"]`,
	} {
		if _, err := tr.RoundTrip(request(t, "PATCH", url+"/hooks/1", body)); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOnlyOurCredential(t *testing.T) {
	t.Parallel()
	tr, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+canary || r.Header.Get("Cookie")+r.Header.Get("Circle-Token")+r.Header.Get("Idempotency-Key") != "" || r.UserAgent() != "gatehouse/test" {
			t.Errorf("headers: %v", r.Header)
		}
		answerJSON(w, 200, `{}`)
	}, func(o *Options) { o.UserAgent = "gatehouse/test" })
	req := request(t, "GET", url+"/", "")
	for _, h := range []string{"Authorization", "Cookie", "Circle-Token", "Idempotency-Key"} {
		req.Header.Set(h, "another")
	}
	if _, err := tr.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	if req.Header.Get("Authorization") != "another" {
		t.Error("the caller's request was changed")
	}
}

func TestOnlyReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		status int
		want   int64
	}{{"GET", 502, 3}, {"GET", 500, 3}, {"GET", 404, 1}, {"POST", 502, 1}, {"PATCH", 503, 1}, {"DELETE", 504, 1}, {"PUT", 500, 1}} {
		var n atomic.Int64
		tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) { n.Add(1); answerJSON(w, c.status, `{"message":"x"}`) }, func(o *Options) { o.Policy.Retries = 2 })
		res, err := tr.RoundTrip(request(t, c.method, url+"/", ""))
		if err != nil || res.StatusCode != c.status || n.Load() != c.want {
			t.Errorf("%s %d: sent %d times, want %d (%v)", c.method, c.status, n.Load(), c.want, err)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	now := newClock().Now()
	for _, c := range []struct {
		name    string
		status  int
		header  map[string]string
		body    string
		limited bool
		until   time.Duration
	}{
		{"Retry-After in seconds", 429, map[string]string{"Retry-After": "3600"}, `{}`, true, time.Hour},
		{"Retry-After as a date", 429, map[string]string{"Retry-After": now.Add(time.Hour).UTC().Format(http.TimeFormat)}, `{}`, true, time.Hour},
		{"primary", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": fmt.Sprint(now.Add(30 * time.Minute).Unix())}, `{"message":"API rate limit exceeded"}`, true, 30 * time.Minute},
		{"secondary without a word when", 403, nil, `{"message":"You have exceeded a secondary rate limit"}`, true, time.Minute},
		{"429 alone", 429, nil, `{}`, true, time.Minute},
		{"a year", 429, map[string]string{"Retry-After": "31536000"}, `{}`, true, 2 * time.Hour},
		{"SAML at an empty budget", 403, map[string]string{"X-RateLimit-Remaining": "0"}, `{"message":"Resource protected by organization SAML enforcement."}`, false, 0},
	} {
		for _, method := range []string{"GET", "POST"} {
			var n atomic.Int64
			tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				n.Add(1)
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				answerJSON(w, c.status, c.body)
			})
			ctx, receipt := WithReceipt(context.Background())
			_, err := tr.RoundTrip(request(t, method, url+"/", "").WithContext(ctx))
			var e *model.Error
			if errors.As(err, &e) != c.limited || c.limited && (e.Cause.Kind != model.CauseRateLimited || e.Retry.Sub(now) != c.until) {
				t.Errorf("%s %s: %v", c.name, method, err)
				continue
			}
			if !c.limited {
				continue
			}
			if method == "POST" && (receipt.Outcome != Throttled || receipt.Until.Sub(now) != c.until) {
				t.Errorf("%s: receipt %+v", c.name, receipt)
			}
			// While the window is closed nothing leaves.
			if _, err := tr.RoundTrip(request(t, "GET", url+"/", "")); !errors.Is(err, model.ErrRateLimited) || n.Load() != 1 {
				t.Errorf("%s %s: a request left through a closed window (%d sent, %v)", c.name, method, n.Load(), err)
			}
		}
	}
}

func TestShortWaitsAreWaited(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	clock := newClock()
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 1 {
			w.Header().Set("Retry-After", "7")
			answerJSON(w, 429, `{}`)
			return
		}
		answerJSON(w, 200, `{}`)
	}, func(o *Options) { o.Policy.Clock, o.Policy.Retries = clock, 2 })
	if _, err := tr.RoundTrip(request(t, "GET", url+"/", "")); err != nil || clock.total() != 7*time.Second {
		t.Fatalf("waited %v: %v", clock.total(), err)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, 200, `{}`) }, func(o *Options) {
		o.Policy.Clock, o.Policy.WritePace = clock, time.Second
	})
	for range 5 {
		if _, err := tr.RoundTrip(request(t, "POST", url+"/", "{}")); err != nil {
			t.Fatal(err)
		}
	}
	if clock.total() != 4*time.Second {
		t.Errorf("five writes took %v, want 4 s", clock.total())
	}
	clock2 := newClock()
	tr, url = serve(t, func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, 200, `{}`) }, func(o *Options) { o.Policy.Clock, o.Policy.PerMinute = clock2, 600 })
	for range 675 {
		if _, err := tr.RoundTrip(request(t, "GET", url+"/", "")); err != nil {
			t.Fatal(err)
		}
	}
	if d := clock2.total(); d < 59*time.Second || d > 61*time.Second {
		t.Errorf("600 reads after a burst of 75 took %v, want a minute", d)
	}
}

func TestConcurrencyIsCapped(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		answerJSON(w, 200, `{}`)
	}, func(o *Options) { o.Policy.Concurrency = 4 })
	tr.totalTimeout, tr.wire.(*http.Transport).ResponseHeaderTimeout = time.Minute, time.Minute
	var started, wg sync.WaitGroup
	started.Add(60)
	for range 60 {
		wg.Go(func() {
			started.Done()
			_, _ = tr.RoundTrip(request(t, "GET", url+"/", ""))
		})
	}
	started.Wait()
	for range 4 {
		<-arrived
	}
	for range 10_000 {
		runtime.Gosched()
	}
	if n := tr.Counts().Sent; n != 4 {
		t.Errorf("%d requests at once, want 4", n)
	}
	close(release)
	wg.Wait()
}

type mapCache struct {
	mu sync.Mutex
	m  map[string]Cached
}

func (c *mapCache) Get(key string) (Cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.m[key]
	return v, ok
}

func (c *mapCache) Put(key string, v Cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = v
}

func TestETag(t *testing.T) {
	t.Parallel()
	cache := &mapCache{m: map[string]Cached{}}
	var full, same atomic.Int64
	handler := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("X-RateLimit-Remaining", fmt.Sprint(100-full.Load()-same.Load()))
		if r.Header.Get("If-None-Match") == `"v1"` {
			same.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		full.Add(1)
		w.Header().Set("Link", `</x?page=2>; rel="next"`)
		answerJSON(w, 200, `{"id":7}`)
	}
	tr, url := serve(t, handler, func(o *Options) { o.Cache = cache })
	read := func(tr *Transport, ctx context.Context) {
		t.Helper()
		res, err := tr.RoundTrip(request(t, "GET", url+"/x", "").WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusOK || string(b) != `{"id":7}` || !strings.Contains(res.Header.Get("Link"), "next") {
			t.Fatalf("%d %s %v", res.StatusCode, b, res.Header)
		}
	}
	ctx := context.Background()
	read(tr, ctx)
	read(tr, ctx)
	if full.Load() != 1 || same.Load() != 1 || tr.Counts().NotModified != 1 {
		t.Errorf("second read: %d full, %d unchanged", full.Load(), same.Load())
	}
	if l, _ := tr.Limit("core"); l.Remaining != 99 {
		t.Errorf("the limit is not the live one: %+v", l)
	}
	read(tr, Fresh(ctx))
	if full.Load() != 2 {
		t.Error("Fresh was answered from the cache")
	}
	other := transportFor(t, url, func(o *Options) { o.Cache, o.Auth = cache, Bearer(model.NewSecret("ghp_other")) })
	read(other, ctx)
	if full.Load() != 3 {
		t.Error("another credential was given the cached answer")
	}
}

func TestReceipts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		raw  raw
		want Outcome
		sent bool
	}{
		{"created", raw{with("HTTP/1.1 201 Created\r\n"+isJSON, `{"id":1}`), "close"}, Committed, true},
		{"no content", raw{"HTTP/1.1 204 No Content\r\n\r\n", "close"}, Committed, true},
		{"accepted", raw{with("HTTP/1.1 202 Accepted\r\n"+isJSON, `{}`), "close"}, Unknown, true},
		{"torn", raw{"HTTP/1.1 201 Created\r\n" + isJSON + "Content-Length: 50\r\n\r\n{", "close"}, Unknown, true},
		{"reset", raw{"", "reset"}, Unknown, true},
		{"hang", raw{"", "hang"}, Unknown, true},
		{"502", raw{with("HTTP/1.1 502 Bad\r\n", ""), "close"}, Unknown, true},
		{"408", raw{with("HTTP/1.1 408 Slow\r\n", ""), "close"}, Unknown, true},
		{"409", raw{with("HTTP/1.1 409 Conflict\r\n"+isJSON, "{}"), "close"}, Conflict, true},
		{"422", raw{with("HTTP/1.1 422 No\r\n"+isJSON, "{}"), "close"}, Rejected, true},
		{"403", raw{with("HTTP/1.1 403 No\r\n"+isJSON, "{}"), "close"}, Rejected, true},
		{"429", raw{with("HTTP/1.1 429 No\r\n"+isJSON, "{}"), "close"}, Throttled, true},
		{"301", raw{with("HTTP/1.1 301 Moved\r\nLocation: /x\r\n", ""), "close"}, NotCommitted, true},
	} {
		tr := transportFor(t, c.raw.serve(t))
		ctx, receipt := WithReceipt(context.Background())
		_, _ = tr.RoundTrip(request(t, "POST", tr.base.String()+"/", "{}").WithContext(ctx))
		if receipt.Outcome != c.want || receipt.Sent != c.sent {
			t.Errorf("%s: %v sent %v, want %v %v", c.name, receipt.Outcome, receipt.Sent, c.want, c.sent)
		}
	}
	tr := transportFor(t, "http://127.0.0.1:1")
	ctx, receipt := WithReceipt(context.Background())
	if _, err := tr.RoundTrip(request(t, "POST", "http://127.0.0.1:1/", "{}").WithContext(ctx)); err == nil || receipt.Outcome != NotCommitted || receipt.Sent {
		t.Errorf("connection refused: %+v %v", receipt, err)
	}
}

// TestConnectionsAreReused: whoever stops reading a body early must not cost a connection (performance.md section 4).
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	remote := map[string]bool{}
	var mu sync.Mutex
	tr, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		remote[r.RemoteAddr] = true
		mu.Unlock()
		answerJSON(w, 200, `{"a":1}`+strings.Repeat(" ", 20_000))
	})
	for range 50 {
		res, err := tr.RoundTrip(request(t, "GET", url+"/", ""))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = res.Body.Read(make([]byte, 1))
		_ = res.Body.Close()
	}
	if len(remote) != 1 {
		t.Errorf("%d connections for 50 requests", len(remote))
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-OAuth-Scopes", "repo, read:org")
		w.Header().Set("github-authentication-token-expiration", "2026-12-01 10:00:00 -0500")
		w.Header().Set("X-GitHub-Request-Id", "A:B")
		answerJSON(w, 200, `{}`)
	})
	if _, err := tr.RoundTrip(request(t, "GET", url+"/", "")); err != nil {
		t.Fatal(err)
	}
	s := tr.Seen()
	if len(s.Scopes) != 2 || !s.HasScopes || !s.RequestID || !s.Expires.Equal(time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{"", "soon", "2026-13-01 10:00:00 UTC"} {
		if !ParseExpiry(bad).IsZero() {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzCheckNext(f *testing.F) {
	tr, err := New(Options{Base: "https://github.corp.example/api/v3"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("https://github.corp.example/api/v3/x?page=2")
	f.Add("//evil.example/")
	f.Fuzz(func(t *testing.T, next string) {
		u, err := tr.CheckNext("https://github.corp.example/api/v3/x?page=1", next)
		if err == nil && (!tr.base.owns(u) || !strings.HasPrefix(u.Path, "/api/v3/") || strings.Contains(u.Path, "..") && unsafePath(u.EscapedPath()) != "") {
			t.Errorf("%q leads to %s", next, u)
		}
	})
}
