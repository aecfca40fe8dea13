// Package wire turns settings and credentials into services. It is the only place that knows every provider. Making a Wire costs
// nothing: files are opened, credentials looked for and the demo world started when the first command or frame asks for them.
package wire

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/inventory"
	"gatehouse/providers/circleci"
	"gatehouse/providers/credential"
	"gatehouse/providers/github"
	"gatehouse/providers/simulator"
	"gatehouse/providers/store"
	"gatehouse/providers/transport"
)

// Options are the global flags that say whom to talk to and how.
type Options struct {
	Demo      bool
	DemoState string // folder that keeps the demo's store; empty: a throw-away one
	DemoRepos int    // generated repositories beside the demo world
	Profile   string
	Settings  string // settings file; empty: the usual place
	ReadOnly  bool
	Version   string
	Getenv    func(string) string
	Home      string
	Now       func() time.Time
}

// Wire opens services once, when they are first asked for. It is safe for concurrent use.
type Wire struct {
	opts Options

	mu    sync.Mutex
	open  *Services
	err   error
	sim   *simulator.Simulator
	store *store.Store
	lacks error // why there is no store, when it was looked for
	notes []string

	engine *change.Engine
	places map[model.Service]change.Place // of the engine's drivers

	tune func(*transport.Policy)                    // of tests
	wait func(context.Context, time.Duration) error // of tests; nil: the wall clock's
}

// Services is what commands and the console use.
type Services struct {
	GitHub    *github.Client
	Transport *transport.Transport
	CircleCI  *circleci.Client // nil: not configured
	circle    *transport.Transport
	Base      string
	Source    string
	Kind      string
	Profile   string
	ReadOnly  bool
	key       string // of the saved snapshot
}

// ErrNoCredential is the error of a first start: nothing is configured.
var ErrNoCredential = errors.New("no credential")

// New makes a Wire.
func New(o Options) *Wire {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	return &Wire{opts: o}
}

// Options are the options it was made with.
func (w *Wire) Options() Options { return w.opts }

// Now is the time in the model's unit.
func (w *Wire) Now() model.Unix { return model.UnixOf(w.opts.Now()) }

// SettingsPath is the settings file in use.
func (w *Wire) SettingsPath() string {
	if w.opts.Settings != "" {
		return w.opts.Settings
	}
	return filepath.Join(w.folder("XDG_CONFIG_HOME", xdg.ConfigHome), "gatehouse", "config.yaml")
}

// folder is one of the XDG folders, by the environment that this run was given.
func (w *Wire) folder(name, usual string) string {
	if dir := w.opts.Getenv(name); filepath.IsAbs(dir) {
		return dir
	}
	return usual
}

// Services opens them. The error wraps ErrNoCredential when nothing is configured.
func (w *Wire) Services(ctx context.Context) (*Services, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil && w.err == nil {
		w.open, w.err = w.connect(ctx)
	}
	return w.open, w.err
}

func (w *Wire) connect(ctx context.Context) (*Services, error) {
	found, profile, name, err := w.credential(ctx)
	if err != nil {
		return nil, err
	}
	var cache transport.Cache
	if s := w.openStore(ctx); s != nil {
		cache = storeCache{s}
	}
	readOnly := w.opts.ReadOnly || profile.ReadOnly
	o := transport.Options{
		Service: model.ServiceGitHub, Base: found.Base, Auth: transport.Bearer(found.Token), ReadOnly: readOnly,
		GraphQL: github.GraphQLURL(found.Base), Documents: github.Documents(), Cache: cache, Loopback: true,
		UserAgent: "gatehouse/" + w.opts.Version,
	}
	if o.Policy = w.policy(found.Base); w.tune != nil {
		w.tune(&o.Policy)
	}
	t, err := transport.New(o)
	if err != nil {
		return nil, err
	}
	kind := github.Kind(found.Token)
	c, err := github.New(github.Options{Transport: t, Base: found.Base, Source: found.Source, Kind: kind, Now: w.Now})
	if err != nil {
		return nil, err
	}
	s := &Services{GitHub: c, Transport: t, Base: found.Base, Source: found.Source, Kind: kind, Profile: name, ReadOnly: readOnly, key: w.snapshotKey(found)}
	return s, w.connectCI(ctx, s, profile, cache)
}

// connectCI adds CircleCI where it is configured.
func (w *Wire) connectCI(ctx context.Context, s *Services, profile credential.Profile, cache transport.Cache) error {
	found, ok := credential.Found{}, w.opts.Demo
	if w.opts.Demo {
		found = credential.Found{Token: model.NewSecret(w.sim.CircleCIToken("")), Base: w.sim.CircleCIURL(), Source: "the demo world"}
	} else {
		var err error
		p := profile.CircleCI
		wanted := credential.Wanted{Base: p.URL, Command: p.TokenCommand, Account: p.Keychain, Named: w.opts.Profile != ""}
		if found, ok, err = w.place().CircleCI(ctx, wanted); err != nil {
			return err
		}
	}
	if !ok {
		return nil
	}
	t, err := transport.New(transport.Options{
		Service: model.ServiceCircleCI, Base: found.Base, Auth: transport.CircleToken(found.Token), ReadOnly: s.ReadOnly, Cache: cache, Loopback: true,
		UserAgent: "gatehouse/" + w.opts.Version, Policy: w.policy(found.Base),
	})
	if err != nil {
		return err
	}
	s.circle, s.CircleCI = t, circleci.New(circleci.Options{Transport: t, Base: found.Base, Source: found.Source, Now: w.Now})
	return nil
}

// policy is how fast the service may be asked: by GitHub's rules, unless it runs on this machine. The demo world is changed faster than
// GitHub would allow; for another service of this machine GATEHOUSE_LOOPBACK_PACE says how long to wait between two writes.
func (w *Wire) policy(base string) transport.Policy {
	if w.opts.Demo {
		return transport.Policy{PerMinute: -1, WritePace: 40 * time.Millisecond}
	}
	pace, err := time.ParseDuration(w.opts.Getenv("GATEHOUSE_LOOPBACK_PACE"))
	u, bad := url.Parse(base)
	if err != nil || bad != nil || pace <= 0 || u.Scheme != "http" {
		return transport.Policy{}
	}
	return transport.Policy{PerMinute: -1, WritePace: pace}
}

// snapshotKey keeps the snapshots of different accounts apart: by address and by a hash of the token, because the same variable may
// hold another account's tomorrow.
func (w *Wire) snapshotKey(f credential.Found) string {
	if w.opts.Demo {
		return "demo"
	}
	sum := sha256.Sum256([]byte("gatehouse snapshot\x00" + f.Token.Reveal()))
	return f.Base + " " + hex.EncodeToString(sum[:8])
}

func (w *Wire) credential(ctx context.Context) (credential.Found, credential.Profile, string, error) {
	if w.opts.Demo {
		found, err := w.startDemo() //nolint:contextcheck // the demo world outlives the command that asked for it first
		return found, credential.Profile{}, "", err
	}
	profile, name, err := w.profile()
	if err != nil {
		return credential.Found{}, profile, "", err
	}
	found, ok, err := w.place().GitHub(ctx, wanted(profile, w.opts.Profile != ""))
	switch {
	case err != nil:
		return found, profile, "", err
	case !ok:
		return found, profile, "", &model.Error{Op: "find credential", Err: ErrNoCredential, Cause: model.Cause{
			Kind: model.CauseUnauthorized, Said: model.Outside("no GitHub credential was found"),
			Hint: "try `gatehouse demo`, which needs none; or make a token with the scopes repo and read:org and set GATEHOUSE_GITHUB_TOKEN (or log in with gh)",
		}}
	}
	return found, profile, name, nil
}

func (w *Wire) place() credential.Place {
	return credential.Place{Getenv: w.opts.Getenv, Home: w.opts.Home}
}

// profile is the profile that acts, with its name.
func (w *Wire) profile() (credential.Profile, string, error) {
	settings, err := credential.Load(w.SettingsPath())
	if err != nil {
		return credential.Profile{}, "", err
	}
	return settings.Pick(w.opts.Profile)
}

func wanted(p credential.Profile, named bool) credential.Wanted {
	return credential.Wanted{Base: p.GitHub.URL, Command: p.GitHub.TokenCommand, Account: p.GitHub.Keychain, Named: named}
}

// Likely reports that a credential is probably there, without opening anything but the settings file or asking anyone.
func (w *Wire) Likely() (bool, error) {
	profile, _, err := w.profile()
	return err == nil && w.place().Hint(wanted(profile, w.opts.Profile != "")), err
}

// Waiting names the variable that holds a credential for a service that is not read yet; empty: there is none.
func (w *Wire) Waiting(s model.Service) string { return w.place().Waiting(s) }

// Serves reports that a repository's web or SSH host belongs to the service that is asked. A service on this machine stands in for any.
func (s *Services) Serves(host string) bool {
	u, err := url.Parse(s.Base)
	if err != nil {
		return false
	}
	own := u.Hostname()
	switch host {
	case own, "ssh." + own, strings.TrimPrefix(own, "api."):
		return true
	case "ssh.github.com", "www.github.com":
		return s.Base == credential.GitHubAPI || own == "127.0.0.1" || own == "localhost"
	}
	return u.Scheme == "http" && host == "github.com"
}

// startDemo starts the built-in world; its credential belongs to it alone.
func (w *Wire) startDemo() (credential.Found, error) {
	o := simulator.Options{Repos: w.opts.DemoRepos}
	if w.opts.DemoState != "" {
		if err := os.MkdirAll(w.opts.DemoState, 0o700); err != nil {
			return credential.Found{}, fmt.Errorf("keep demo world: %w", err)
		}
		o.Keep = filepath.Join(w.opts.DemoState, "world.json")
	}
	sim, err := simulator.Start(o)
	if err != nil {
		return credential.Found{}, fmt.Errorf("start demo world: %w", err)
	}
	w.sim = sim
	return credential.Found{Token: model.NewSecret(sim.Token("", "")), Base: sim.GitHubURL(), Source: "the demo world"}, nil
}

// Simulator is the demo world behind --demo, for tests; nil otherwise.
func (w *Wire) Simulator() *simulator.Simulator {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sim
}

// openStore opens the store once, or notes why there is none and goes on without.
func (w *Wire) openStore(ctx context.Context) *store.Store {
	if w.store != nil || w.lacks != nil {
		return w.store
	}
	var s *store.Store
	var err error
	switch {
	case w.opts.Demo && w.opts.DemoState == "":
		s, err = store.OpenTemporary(ctx)
	case w.opts.Demo:
		s, err = store.Open(ctx, filepath.Join(w.opts.DemoState, "gatehouse.db"))
	default:
		s, err = store.Open(ctx, filepath.Join(w.folder("XDG_STATE_HOME", xdg.StateHome), "gatehouse", "gatehouse.db"))
	}
	if err != nil {
		w.lacks = err
		w.notes = append(w.notes, err.Error())
		return nil
	}
	if s.Note != "" {
		w.notes = append(w.notes, s.Note)
	}
	w.store = s
	return s
}

// Notes are things a person should know that stopped nothing.
func (w *Wire) Notes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.notes...)
}

// Requests is how many requests were sent, and how many of those were answered with "not modified"; false when nothing was opened.
func (w *Wire) Requests() (sent, unchanged int64, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		return 0, 0, false
	}
	n := w.open.Transport.Counts()
	sent, unchanged = n.Sent, n.NotModified
	if w.open.circle != nil {
		n := w.open.circle.Counts()
		sent, unchanged = sent+n.Sent, unchanged+n.NotModified
	}
	return sent, unchanged, true
}

// Close ends what was opened.
func (w *Wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.open != nil {
		w.open.Transport.Close()
		if w.open.circle != nil {
			w.open.circle.Close()
		}
	}
	if w.store != nil {
		err = w.store.Close()
	}
	if w.sim != nil {
		w.sim.Close()
		err = errors.Join(err, w.sim.Lost())
	}
	return err
}

// Reading is the inventory configuration for all that is configured.
func (w *Wire) Reading(s *Services) inventory.Config {
	c := inventory.Config{Forges: []inventory.Forge{s.GitHub}, Hooks: true, Access: true, Now: w.Now}
	if s.CircleCI != nil {
		c.CI = s.CircleCI
	}
	return c
}

// storeCache lets the transport keep answers in the store.
type storeCache struct{ s *store.Store }

// Get finds an answer.
func (c storeCache) Get(key string) (transport.Cached, bool) {
	v, ok := c.s.CacheGet(key)
	return transport.Cached(v), ok
}

// Put keeps an answer.
func (c storeCache) Put(key string, v transport.Cached) { c.s.CachePut(key, store.Cached(v)) }
