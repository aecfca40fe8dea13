package simulator_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatehouse/model"
	"gatehouse/providers/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOnlyLoopback: it hands out tokens and trusts everyone, so it is reachable from this machine alone.
func TestOnlyLoopback(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:80", "localhost.example.com:0", "127.0.0.1", "nonsense"} {
		s, err := simulator.Start(simulator.Options{Addr: addr})
		if err == nil {
			s.Close()
			t.Errorf("it listens on %q", addr)
		}
	}
	if _, err := simulator.Start(simulator.Options{Addr: "0.0.0.0:0"}); !errors.Is(err, model.ErrRefused) {
		t.Errorf("the refusal is %v", err)
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.8.9.1:0"} {
		s, err := simulator.Start(simulator.Options{Addr: addr})
		if err != nil {
			t.Errorf("it does not listen on %q: %v", addr, err)
			continue
		}
		s.Close()
		s.Close()
	}
}

// TestTokens: every account's every token says who it is, and all look like GitHub's.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	seen := map[string]bool{}
	for _, token := range s.Tokens() {
		if token.Service == model.ServiceCircleCI {
			if seen[token.Token] || token.Token != s.CircleCIToken(token.Login) {
				t.Errorf("a CircleCI token of %s is another's", token.Login)
			}
			seen[token.Token] = true
			continue
		}
		if token.Service != model.ServiceGitHub || token.Email == "" || token.Scopes == nil || seen[token.Token] {
			t.Errorf("a token of %s is %s, %q, %v", token.Login, token.Service, token.Email, token.Scopes)
		}
		seen[token.Token] = true
		r := as(t, s, token.Login, token.Kind).get("/user")
		if token.Kind == simulator.KindExpired {
			r.want(401)
		} else if got := r.want(200).row()["login"]; got != token.Login {
			t.Errorf("the token of %s is %v's", token.Login, got)
		}
	}
	if s.Token("", "") == "" || s.Token("", "") != s.Token("dana", simulator.KindClassic) || s.Token("nobody", "") != "" {
		t.Error("the default is not dana's classic token")
	}
}

// TestEnterprise: the same world under an Enterprise Server's addresses, links included.
func TestEnterprise(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	dana := as(t, s, "dana", simulator.KindClassic)
	dana.base = s.EnterpriseURL()
	r := dana.get("/user/repos?per_page=2").want(200)
	if got := r.next(); got != s.EnterpriseURL()+"/user/repos?page=2&per_page=2" {
		t.Errorf("the next page is %q", got)
	}
	dana.get(r.next()).want(200)
	dana.do("POST", s.GitHubURL()+"/api/graphql", `{"query":"{viewer{login}}"}`).want(200)
}

// TestLatency delays the answer and gives up with the client.
func TestLatency(t *testing.T) {
	t.Parallel()
	s := startUnchecked(t, simulator.Options{Latency: time.Hour})
	c := as(t, s, "dana", simulator.KindClassic)
	c.http.Timeout = time.Millisecond
	if _, err := c.try("GET", "/user", ""); err == nil {
		t.Error("an answer that takes an hour came at once")
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := simulator.Start(simulator.Options{Repos: 100_000})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
