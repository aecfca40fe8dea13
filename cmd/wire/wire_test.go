package wire_test

import (
	"errors"
	"os"
	"testing"

	"gatehouse/cmd/wire"
	"gatehouse/model"
	"gatehouse/providers/simulator"
)

// start makes a wire in a home of its own.
func start(t *testing.T, o wire.Options, env map[string]string) (*wire.Wire, string) {
	t.Helper()
	home := t.TempDir()
	o.Home = home
	o.Getenv = func(k string) string {
		switch k {
		case "XDG_STATE_HOME", "XDG_CONFIG_HOME":
			return home
		}
		return env[k]
	}
	w := wire.New(o)
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, home
}

// TestNothingBeforeTheFirstFrame: making the console's services asks nobody and opens nothing.
func TestNothingBeforeTheFirstFrame(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	w, home := start(t, wire.Options{}, map[string]string{"GATEHOUSE_GITHUB_URL": sim.GitHubURL() + "/", "GATEHOUSE_GITHUB_TOKEN": sim.Token("", "")})
	likely, err := w.Likely()
	s := w.Console()
	if _, known := s.Limit(); known || !likely || err != nil {
		t.Errorf("limit known %v, credential likely %v, %v", known, likely, err)
	}
	if n := len(sim.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	if files, _ := os.ReadDir(home); len(files) != 0 {
		t.Errorf("files: %v", files)
	}
	if got := s.Origins[model.GitHub]; got != sim.GitHubURL() {
		t.Errorf("origin %q", got)
	}
	session, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session.Close()
	for range session.Updates() { // until it has ended
	}
	if files, _ := os.ReadDir(home); len(files) == 0 {
		t.Error("the store was not opened")
	}
}

// TestSnapshotsAreApart: what one account saw is never another account's first frame.
func TestSnapshotsAreApart(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	home := t.TempDir()
	open := func(login string) *wire.Wire {
		env := map[string]string{"GATEHOUSE_GITHUB_URL": sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": sim.Token(login, ""), "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
		return wire.New(wire.Options{Getenv: func(k string) string { return env[k] }, Home: home})
	}
	ref, err := model.ParseRepoRef("acme/secret")
	if err != nil {
		t.Fatal(err)
	}
	dana := open("dana")
	if err := dana.Console().Save(t.Context(), &model.Snapshot{Taken: 1, Repos: []*model.Repo{{Ref: ref}}}); err != nil {
		t.Fatal(err)
	}
	if err := dana.Close(); err != nil {
		t.Fatal(err)
	}
	for login, want := range map[string]int{"dana": 1, "sam": 0} {
		w := open(login)
		snap, err := w.Console().Saved(t.Context())
		got := 0
		if snap != nil {
			got = len(snap.Repos)
		}
		if got != want || err != nil {
			t.Errorf("%s finds %d repositories, %v; want %d", login, got, err, want)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNoCredential(t *testing.T) {
	t.Parallel()
	w, _ := start(t, wire.Options{}, nil)
	if likely, err := w.Likely(); likely || err != nil {
		t.Errorf("likely %v, %v", likely, err)
	}
	if _, err := w.Services(t.Context()); !errors.Is(err, wire.ErrNoCredential) || !errors.Is(err, model.ErrUnauthorized) {
		t.Errorf("error %v", err)
	}
}

// TestServes: an address of another service's repository is not asked for here.
func TestServes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base, host string
		want       bool
	}{
		{"https://api.github.com", "github.com", true},
		{"https://api.github.com", "ssh.github.com", true},
		{"https://api.github.com", "www.github.com", true},
		{"https://api.github.com", "gitlab.com", false},
		{"https://api.github.com", "github.com.evil.example", false},
		{"https://github.example.com/api/v3", "github.example.com", true},
		{"https://github.example.com/api/v3", "github.com", false},
		{"https://api.tenant.ghe.com", "tenant.ghe.com", true},
		{"https://api.tenant.ghe.com", "other.ghe.com", false},
		{"http://127.0.0.1:4001", "github.com", true},
		{"http://127.0.0.1:4001", "gitlab.com", false},
	} {
		if got := (&wire.Services{Base: c.base}).Serves(c.host); got != c.want {
			t.Errorf("%s serves %s: %v, want %v", c.base, c.host, got, c.want)
		}
	}
}
