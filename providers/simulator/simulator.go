// Package simulator is the services gatehouse talks to, in one process: real HTTP on loopback, real wire formats, stateful.
// It imports nothing of the analysis: it must not mark its own homework. What it decides where the real services'
// behaviour is not known stands in docs/assumptions.md.
//
// Below it: world is what the services hold and the rules among it; githubd speaks GitHub's REST and GraphQL; graphql reads
// and answers queries; wire logs, delays, breaks and poisons what goes over the wire; simtest checks exchanges against
// GitHub's own schemas.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/model"
	"gatehouse/providers/simulator/circled"
	"gatehouse/providers/simulator/githubd"
	"gatehouse/providers/simulator/wire"
	"gatehouse/providers/simulator/world"
)

// Options shape a simulator. The zero value is the demo world on a free loopback port.
type Options struct {
	Seed    int64         // of everything generated; 0: 1
	Repos   int           // generated repositories added to the demo world, made lazily
	Addr    string        // host:port to listen on; empty: 127.0.0.1 and a free port; only loopback is accepted
	Latency time.Duration // added to every answer
	Now     func() time.Time
	Keep    string // file that keeps what is done to the world, for the next start; empty: nothing is kept
}

// Token is one of the demo accounts' credentials, as `demo serve --tokens` writes it.
type Token struct {
	Service model.Service `json:"service"`
	Login   string        `json:"login"`
	Email   string        `json:"email"`
	Kind    string        `json:"kind"` // see the kinds: "classic", "fine-grained", "oauth", …
	Scopes  []string      `json:"scopes"`
	Token   string        `json:"token"`
}

// The kinds of token that the demo accounts have. dana has all of them, sam and acme-ci a classic one.
const (
	KindClassic     = world.Classic     // the scopes gatehouse asks for
	KindLimited     = world.Limited     // classic, with read:org and read:user only: sees public repositories, no hooks
	KindFineGrained = world.FineGrained // acme's repositories; metadata, administration and members, but no webhooks
	KindOAuth       = world.OAuth       // CircleCI's own token for the account: blind in organisations that restrict OAuth apps
	KindExpired     = world.Expired     // refused
)

// Request is one line of the simulator's log: what a client really sent.
type Request = wire.Request

// Fault is something that goes wrong on purpose.
type Fault = wire.Fault

// Simulator is the running services.
type Simulator struct {
	world  *world.World
	github *githubd.Server
	tap    *wire.Tap
	http   *http.Server
	addr   string
	circle *http.Server
	ciAddr string

	mu       sync.Mutex
	lost     error // why the last change could not be kept
	listener net.Listener
	serving  sync.WaitGroup
}

// Start makes the world and listens at once. Close it when done.
func Start(o Options) (*Simulator, error) {
	l, err := listen(o.Addr)
	if err != nil {
		return nil, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	s := &Simulator{world: world.New(o.Seed, o.Repos, now), tap: &wire.Tap{Latency: o.Latency}, addr: l.Addr().String()}
	s.github = githubd.New(s.world)
	if err := s.restore(o.Keep); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s.http = &http.Server{Handler: s.tap.Wrap(model.ServiceGitHub, s.keeping(o.Keep, s.github)), ReadHeaderTimeout: 10 * time.Second}
	s.serve(l)
	ci, err := listen("")
	if err != nil {
		s.Close()
		return nil, err
	}
	s.ciAddr = ci.Addr().String()
	s.circle = &http.Server{Handler: s.tap.Wrap(model.ServiceCircleCI, s.keeping(o.Keep, circled.New(s.world))), ReadHeaderTimeout: 10 * time.Second}
	s.serving.Go(func() { _ = s.circle.Serve(ci) }) // ends when it is closed
	return s, nil
}

func (s *Simulator) serve(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = l
	s.serving.Go(func() { _ = s.http.Serve(l) }) // ends when it is closed
}

// Unplug ends listening: whoever calls is refused. Calls that are under way are answered, and their connections kept.
func (s *Simulator) Unplug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.listener.Close() // it may be closed already
}

// Plug listens again, at the same address.
func (s *Simulator) Plug() error {
	s.Unplug()
	l, err := listen(s.addr)
	if err == nil {
		s.serve(l)
	}
	return err
}

// listen accepts loopback addresses only: the simulator hands out tokens and trusts everyone.
func listen(addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, model.Refuse("listen", addr, "the simulator listens on loopback only", "use 127.0.0.1:PORT, [::1]:PORT or localhost:PORT")
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	return l, nil
}

// Close ends the services and waits until they have ended. It may be called more than once.
func (s *Simulator) Close() {
	if err := s.http.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return
	}
	if s.circle != nil {
		_ = s.circle.Close()
	}
	s.serving.Wait()
}

// GitHubURL is the API root, as https://api.github.com is: GraphQL is at GitHubURL()+"/graphql".
func (s *Simulator) GitHubURL() string { return "http://" + s.addr }

// CircleCIURL is the service's root, as https://circleci.com is: /api/v1.1 and /api/v2 are below it.
func (s *Simulator) CircleCIURL() string { return "http://" + s.ciAddr }

// CircleCIToken is the personal API token of a login; empty: dana's.
func (s *Simulator) CircleCIToken(login string) string {
	if login == "" {
		login = "dana"
	}
	s.world.RLock()
	defer s.world.RUnlock()
	for token, who := range s.world.CITokens() {
		if who == login {
			return token
		}
	}
	return ""
}

// EnterpriseURL is the same GitHub under an Enterprise Server's addresses: REST here, GraphQL at /api/graphql.
func (s *Simulator) EnterpriseURL() string { return "http://" + s.addr + "/api/v3" }

// Tokens are all demo credentials, by login and kind.
func (s *Simulator) Tokens() []Token {
	s.world.RLock()
	defer s.world.RUnlock()
	var out []Token
	for _, t := range s.world.Tokens() {
		scopes := append([]string{}, t.Scopes...)
		out = append(out, Token{Service: model.ServiceGitHub, Login: t.Login, Email: s.world.User(t.Login).Email, Kind: t.Kind, Scopes: scopes, Token: t.Value})
	}
	tokens := s.world.CITokens()
	for _, token := range slices.SortedFunc(maps.Keys(tokens), func(a, b string) int { return strings.Compare(tokens[a], tokens[b]) }) {
		login := tokens[token]
		out = append(out, Token{Service: model.ServiceCircleCI, Login: login, Email: s.world.User(login).Email, Kind: "personal", Scopes: []string{}, Token: token})
	}
	return out
}

// Token is the credential of a login and kind; empty arguments are dana and classic. An unknown one is "".
func (s *Simulator) Token(login, kind string) string {
	if login == "" {
		login = "dana"
	}
	if kind == "" {
		kind = KindClassic
	}
	for _, t := range s.Tokens() {
		if t.Login == login && t.Kind == kind {
			return t.Token
		}
	}
	return ""
}

// Requests is the log so far.
func (s *Simulator) Requests() []Request { return s.tap.Requests() }

// Fault arms a fault; of several that match a request the first armed wins.
func (s *Simulator) Fault(f Fault) { s.tap.Fault(f) }

// Mend disarms all faults.
func (s *Simulator) Mend() { s.tap.Mend() }

// Hostile puts the payload into every free-text string of every answer: names, titles, messages, logins, error messages, web
// addresses. It is asked for each field by its path ("[].config.url"); an empty payload leaves the field. What makes up the path of
// a next request, and words, times and ids of fixed form, stay valid; HostileIdentifiers poisons those, too. Nil ends it.
func (s *Simulator) Hostile(payload func(field string) string) { s.tap.Hostile(payload, false) }

// HostileIdentifiers is Hostile for every string there is.
func (s *Simulator) HostileIdentifiers(payload func(field string) string) {
	s.tap.Hostile(payload, true)
}

// Watch calls f after every request has taken effect, or has not, whatever fault hit it, and before its answer.
func (s *Simulator) Watch(f func(Request)) { s.tap.Watch(f) }

// Check calls f with every exchange that no fault has touched: the request, its body, the answer's status and headers, its body.
func (s *Simulator) Check(f func(r *http.Request, body []byte, res *http.Response, answer []byte)) {
	s.tap.Check(f)
}
