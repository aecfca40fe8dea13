package transport

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"gatehouse/model"
)

// spy is every host of the internet at once: it notes which host got a credential or a body, and redirects as it is told to by
// the first path segment.
type spy struct {
	mu    sync.Mutex
	leaks []string
	saw   int
}

func (s *spy) handler(home string, status int, target string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.saw++
		if r.Host != home || r.TLS == nil {
			for name, v := range r.Header {
				if strings.Contains(strings.Join(v, " "), "CANARY") {
					s.leaks = append(s.leaks, fmt.Sprintf("%s got %s", r.Host, name))
				}
			}
			if len(body) > 0 {
				s.leaks = append(s.leaks, fmt.Sprintf("%s got a body of %d bytes", r.Host, len(body)))
			}
		}
		s.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/start") {
			w.Header().Set("Location", target)
			w.WriteHeader(status)
			return
		}
		answerJSON(w, http.StatusOK, `{"id":1}`)
	}
}

// TestRedirectMatrix is safety.md T-05: 5 statuses × 8 targets × 4 origins × 5 methods = 800 redirects, and no credential and no body
// reaches another origin.
func TestRedirectMatrix(t *testing.T) {
	t.Parallel()
	origins := map[string]struct {
		base string
		auth Auth
	}{
		"GitHub":    {"https://api.github.com/", Bearer(model.NewSecret(canary))},
		"GHES":      {"https://github.corp.example/api/v3/", Bearer(model.NewSecret(canary))},
		"Bitbucket": {"https://api.bitbucket.org/2.0/", Basic("a@b.example", model.NewSecret(canary))},
		"CircleCI":  {"https://circleci.com/", CircleToken(model.NewSecret(canary))},
	}
	targets := map[string]func(host, path string) string{
		"same":       func(_, path string) string { return path + "end" },
		"other host": func(string, string) string { return "https://evil.example/end" },
		"sub-domain": func(host, path string) string { return "https://x." + host + path + "end" },
		"other port": func(host, path string) string { return "https://" + host + ":8443" + path + "end" },
		"plain http": func(host, path string) string { return "http://" + host + path + "end" },
		"userinfo":   func(host, path string) string { return "https://" + host + "@evil.example" + path + "end" },
		"IP literal": func(_, path string) string { return "https://93.184.216.34" + path + "end" },
		"look-alike": func(host, path string) string {
			return "https://" + strings.Replace(host, "i", "і", 1) + ".evil.example" + path + "end"
		},
	}
	cases := 0
	for name, o := range origins {
		for target, address := range targets {
			for _, status := range []int{301, 302, 303, 307, 308} {
				cases += 5
				t.Run(fmt.Sprintf("%s/%s/%d", name, target, status), func(t *testing.T) {
					t.Parallel()
					redirectCase(t, o.base, o.auth, status, target == "same", address)
				})
			}
		}
	}
	if cases != 800 {
		t.Fatalf("the matrix has %d cases, want 800", cases)
	}
}

func redirectCase(t *testing.T, base string, auth Auth, status int, same bool, target func(host, path string) string) {
	tr := transportFor(t, base, func(o *Options) { o.Auth, o.Loopback = auth, false })
	host := tr.base.host
	s := &spy{}
	srv := httptest.NewUnstartedServer(s.handler(host, status, target(host, tr.base.path)))
	srv.StartTLS()
	defer srv.Close()
	everywhere(tr, srv.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // every name is the test's own server
	client := tr.Client()
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		body := ""
		if method != "GET" {
			body = `{"private_key":"CANARY"}`
		}
		req := request(t, method, "https://"+host+tr.base.path+"start", body)
		if method != "GET" {
			req.Header.Set("Circle-Token", canary) // a caller's own mistake
		}
		res, err := client.Do(req)
		followed := err == nil && res.StatusCode == http.StatusOK
		if res != nil {
			_ = res.Body.Close()
		}
		if want := same && method == "GET"; followed != want {
			t.Errorf("%s: followed %v, want %v (%v)", method, followed, want, err)
		}
		if err != nil && !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: refused without a reason: %v", method, err)
		}
	}
	if len(s.leaks) > 0 {
		t.Errorf("leaked: %q", s.leaks)
	}
	if s.saw < 5 {
		t.Errorf("the server saw %d requests: the test does not test", s.saw)
	}
}

func TestNextMatrix(t *testing.T) {
	t.Parallel()
	tr := transportFor(t, "https://github.corp.example/api/v3")
	const page1 = "https://github.corp.example/api/v3/user/repos?per_page=100"
	for next, want := range map[string]bool{
		page1 + "&page=2": true,
		"https://github.corp.example:443/api/v3/user/repos?page=2":        true,
		"https://github.corp.example/api/v3/organizations/1/repos?page=2": true,
		"/api/v3/user/repos?page=2":                                       true,
		"https://github.corp.example/api/v3/x?cursor=abc":                 true, // delivery logs are read by cursor, without page numbers
		"https://github.corp.example/api/v3/x?cursor=abc&page=2":          true,
		page1:             false,
		page1 + "&page=1": false,
		page1 + "&page=0": false,
		"":                false,
		"https://evil.example/api/v3/user/repos?page=2":                 false,
		"http://github.corp.example/api/v3/user/repos?page=2":           false,
		"https://github.corp.example:8443/api/v3/user/repos?page=2":     false,
		"https://github.corp.example.evil.example/api/v3/user?page=2":   false,
		"https://github.corp.example@evil.example/api/v3/user?page=2":   false,
		"https://user@github.corp.example/api/v3/user/repos?page=2":     false,
		"https://github.corp.example/login?page=2":                      false,
		"https://github.corp.example/api/v3/../../login?page=2":         false,
		"https://github.corp.example/api/v3/%2e%2e/%2e%2e/login?page=2": false,
		"https://github.corp.example/api/v3/a%2fb?page=2":               false,
		"javascript:alert(1)":                                             false,
		"//evil.example/api/v3/user/repos?page=2":                         false,
		"https://gіthub.corp.example/api/v3/user/repos?page=2":            false,
		"https://[::1]/api/v3/user/repos?page=2":                          false,
		"https://github.corp.example/api/v3/" + strings.Repeat("a", 9000): false,
		"http://github.corp.example:443/api/v3/user/repos?page=2":         false,
	} {
		if _, err := tr.CheckNext(page1, next); (err == nil) != want {
			t.Errorf("next %.90q: allowed %v, want %v (%v)", next, err == nil, want, err)
		}
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	t.Parallel()
	n := 0
	tr, url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Location", fmt.Sprintf("/again%d", n))
		w.WriteHeader(http.StatusFound)
	})
	_, err := tr.RoundTrip(request(t, "GET", url+"/", ""))
	if !errors.Is(err, model.ErrRefused) || n != 4 {
		t.Fatalf("after %d requests: %v", n, err)
	}
}
