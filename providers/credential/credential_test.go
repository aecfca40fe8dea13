package credential_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"gatehouse/model"
	"gatehouse/providers/credential"
)

const (
	api        = credential.GitHubAPI
	enterprise = "https://github.example.com/api/v3"
)

// rig is a place to look for credentials, with nothing in it.
type rig struct {
	env      map[string]string
	hosts    string            // gh's hosts.yml
	programs map[string]string // command line → what it prints; others fail
	keychain map[string]string // service/user → token
	ran      []string
}

func (r *rig) place(t *testing.T) credential.Place {
	t.Helper()
	home := t.TempDir()
	if r.hosts != "" {
		dir := filepath.Join(home, ".config", "gh")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "hosts.yml"), []byte(r.hosts), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return credential.Place{
		Home: home, Getenv: func(k string) string { return r.env[k] },
		Run: func(_ context.Context, name string, args ...string) ([]byte, error) {
			line := strings.Join(append([]string{name}, args...), " ")
			r.ran = append(r.ran, line)
			out, ok := r.programs[line]
			if !ok {
				return nil, errors.New("no such program")
			}
			return []byte(out), nil
		},
		Keychain: func(service, user string) (string, error) {
			if v, ok := r.keychain[service+"/"+user]; ok {
				return v, nil
			}
			return "", errors.New("not found")
		},
	}
}

const oneAccount = "github.com:\n    user: dana\n    oauth_token: gho_file\n    git_protocol: ssh\n"

const twoAccounts = `github.com:
    git_protocol: https
    users:
        dana:
            oauth_token: gho_dana
        acme-ci:
    user: dana
github.example.com:
    users:
        dana:
    user: dana
`

// TestFirstHitWins: each credential is found together with the address it belongs to, and is never given to another.
func TestFirstHitWins(t *testing.T) {
	t.Parallel()
	env := func(kv ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m
	}
	command := []string{"pass", "show", "gh"}
	for name, c := range map[string]struct {
		rig
		wanted  credential.Wanted
		token   string // empty: none is found
		base    string
		source  string
		refusal string // part of the error
	}{
		"nothing":                                 {},
		"our own variable":                        {rig: rig{env: env("GATEHOUSE_GITHUB_TOKEN", " ours\n", "GH_TOKEN", "theirs"), hosts: oneAccount}, token: "ours", base: api, source: "GATEHOUSE_GITHUB_TOKEN"},
		"our own variable, elsewhere":             {rig: rig{env: env("GATEHOUSE_GITHUB_TOKEN", "ours", "GATEHOUSE_GITHUB_URL", enterprise+"/")}, token: "ours", base: enterprise, source: "GATEHOUSE_GITHUB_TOKEN"},
		"gh's variable":                           {rig: rig{env: env("GH_TOKEN", "a", "GITHUB_TOKEN", "b"), hosts: oneAccount}, token: "a", base: api, source: "GH_TOKEN"},
		"CI's variable":                           {rig: rig{env: env("GITHUB_TOKEN", "b")}, token: "b", base: api, source: "GITHUB_TOKEN"},
		"gh's variable stays at github.com":       {rig: rig{env: env("GH_TOKEN", "a", "GITHUB_TOKEN", "b", "GATEHOUSE_GITHUB_URL", enterprise)}},
		"look-alike address":                      {rig: rig{env: env("GH_TOKEN", "a", "GATEHOUSE_GITHUB_URL", "https://api.github.com.evil.example")}},
		"address with a password":                 {rig: rig{env: env("GATEHOUSE_GITHUB_TOKEN", "a", "GATEHOUSE_GITHUB_URL", "https://x:y@api.github.com")}, refusal: "user name"},
		"gh's login":                              {rig: rig{hosts: oneAccount}, token: "gho_file", base: api, source: "gh's login dana at github.com"},
		"gh's login stays at github.com":          {rig: rig{hosts: oneAccount, env: env("GATEHOUSE_GITHUB_URL", enterprise)}},
		"gh's active account":                     {rig: rig{hosts: twoAccounts}, token: "gho_dana", base: api, source: "gh's login dana at github.com"},
		"gh keeps it in the keychain":             {rig: rig{hosts: twoAccounts, env: env("GATEHOUSE_GITHUB_URL", enterprise), programs: map[string]string{"gh auth token --hostname github.example.com --user dana": "gho_asked\n"}}, token: "gho_asked", base: enterprise, source: "gh's login dana at github.example.com"},
		"old gh keeps it in the keychain":         {rig: rig{hosts: "github.com:\n  user: dana\n", programs: map[string]string{"gh auth token --hostname github.com": "gho_asked\n"}}, token: "gho_asked", base: api, source: "gh's login dana at github.com"},
		"gh answers with prose":                   {rig: rig{hosts: "github.com:\n  user: dana\n", programs: map[string]string{"gh auth token --hostname github.com": "no oauth token\n"}}},
		"gh's file is broken":                     {rig: rig{hosts: "github.com: [\n"}},
		"gh's file is something else":             {rig: rig{hosts: "- a\n- b\n"}},
		"the keychain":                            {rig: rig{keychain: map[string]string{"gatehouse:" + api + "/github": "kept"}}, token: "kept", base: api, source: "the keychain"},
		"the keychain of another address":         {rig: rig{keychain: map[string]string{"gatehouse:" + api + "/github": "kept"}, env: env("GATEHOUSE_GITHUB_URL", enterprise)}},
		"a command":                               {rig: rig{hosts: oneAccount, programs: map[string]string{"pass show gh": "made\n"}}, wanted: credential.Wanted{Command: command}, token: "made", base: api, source: "token_command pass"},
		"a command that prints prose":             {rig: rig{programs: map[string]string{"pass show gh": "Error: locked\n"}}, wanted: credential.Wanted{Command: command}, refusal: "token_command"},
		"a command that fails":                    {rig: rig{hosts: oneAccount}, wanted: credential.Wanted{Command: command}, refusal: "token_command"},
		"the environment before the default":      {rig: rig{env: env("GATEHOUSE_GITHUB_TOKEN", "ours")}, wanted: credential.Wanted{Base: enterprise, Command: command}, token: "ours", base: api, source: "GATEHOUSE_GITHUB_TOKEN"},
		"gh's variable not for a default's host":  {rig: rig{env: env("GH_TOKEN", "theirs"), programs: map[string]string{"pass show gh": "made"}}, wanted: credential.Wanted{Base: enterprise, Command: command}, token: "made", base: enterprise, source: "token_command pass"},
		"named, another token in the environment": {rig: rig{env: env("GH_TOKEN", "theirs"), programs: map[string]string{"pass show gh": "made"}}, wanted: credential.Wanted{Command: command, Named: true}, refusal: "GH_TOKEN holds another token"},
		"named, the same token":                   {rig: rig{env: env("GH_TOKEN", "made"), programs: map[string]string{"pass show gh": "made"}}, wanted: credential.Wanted{Command: command, Named: true}, token: "made", base: api, source: "token_command pass"},
		"named, a token for another address":      {rig: rig{env: env("GATEHOUSE_GITHUB_TOKEN", "ours")}, wanted: credential.Wanted{Base: enterprise, Named: true}, refusal: "is for " + api},
		"named, keychain against environment":     {rig: rig{env: env("GH_TOKEN", "theirs"), keychain: map[string]string{"gatehouse:" + api + "/ci": "kept"}}, wanted: credential.Wanted{Account: "ci", Named: true}, refusal: "GH_TOKEN holds another token"},
		"named, its own keychain entry":           {rig: rig{hosts: oneAccount, keychain: map[string]string{"gatehouse:" + api + "/ci": "kept"}}, wanted: credential.Wanted{Account: "ci", Named: true}, token: "kept", base: api, source: "the keychain's ci"},
		"named, its keychain entry is missing":    {rig: rig{hosts: oneAccount}, wanted: credential.Wanted{Account: "ci", Named: true}, refusal: "no entry ci"},
		"named, bad address":                      {wanted: credential.Wanted{Base: "http://github.example.com", Named: true}, refusal: "not https"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok, err := c.place(t).GitHub(t.Context(), c.wanted)
			if c.refusal != "" {
				if !errors.Is(err, model.ErrRefused) || !strings.Contains(err.Error(), c.refusal) {
					t.Fatalf("error %v, want a refusal that says %q", err, c.refusal)
				}
				return
			}
			if err != nil || ok != (c.token != "") {
				t.Fatalf("found %v, error %v", ok, err)
			}
			if ok && (got.Token.Reveal() != c.token || got.Base != c.base || got.Source != c.source) {
				t.Errorf("got %q for %s from %q; want %q for %s from %q", got.Token.Reveal(), got.Base, got.Source, c.token, c.base, c.source)
			}
		})
	}
}

// TestNoProgramWhenTheEnvironmentHasIt: a password manager must not ask for its password when it is not needed.
func TestNoProgramWhenTheEnvironmentHasIt(t *testing.T) {
	t.Parallel()
	r := rig{env: map[string]string{"GATEHOUSE_GITHUB_TOKEN": "ours"}, hosts: twoAccounts}
	if _, ok, err := r.place(t).GitHub(t.Context(), credential.Wanted{Command: []string{"pass"}}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if diff := cmp.Diff([]string(nil), r.ran); diff != "" {
		t.Errorf("programs were run (-want +got):\n%s", diff)
	}
}

// TestLockedKeychain: a keychain that never answers is given up.
func TestLockedKeychain(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		locked := make(chan struct{})
		p := credential.Place{Home: home, Getenv: func(string) string { return "" }, Keychain: func(string, string) (string, error) {
			<-locked
			return "late", nil
		}}
		if _, ok, err := p.GitHub(t.Context(), credential.Wanted{}); ok || err != nil {
			t.Errorf("found %v, %v", ok, err)
		}
		close(locked)
	})
}

// TestRealProgram: the environment of a program holds no token, and its output no more than a token.
func TestRealProgram(t *testing.T) {
	t.Setenv("CANARY_TOKEN", "canary")
	p := credential.Place{Home: t.TempDir(), Getenv: func(string) string { return "" }, Keychain: func(string, string) (string, error) { return "", errors.New("none") }}
	got, ok, err := p.GitHub(t.Context(), credential.Wanted{Command: []string{"sh", "-c", `echo "seen[$CANARY_TOKEN]"`}})
	if err != nil || !ok || got.Token.Reveal() != "seen[]" {
		t.Errorf("got %q, %v, %v", got.Token.Reveal(), ok, err)
	}
}

func TestWaitingAndHint(t *testing.T) {
	t.Parallel()
	r := rig{env: map[string]string{"GATEHOUSE_BITBUCKET_TOKEN": "x"}}
	p := r.place(t)
	if got := p.Waiting(model.ServiceCircleCI) + "," + p.Waiting(model.ServiceBitbucket); got != ",GATEHOUSE_BITBUCKET_TOKEN" {
		t.Errorf("waiting: %s", got)
	}
	if p.Hint(credential.Wanted{}) {
		t.Error("a hint of a GitHub credential where there is none")
	}
	withGH := rig{hosts: oneAccount}
	if !withGH.place(t).Hint(credential.Wanted{}) || !p.Hint(credential.Wanted{Account: "ci"}) {
		t.Error("no hint of gh's login or of the profile's keychain")
	}
}
