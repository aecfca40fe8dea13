// Package credential finds the credentials a person already has, first hit wins: the environment, gh's login, the keychain, a command
// of the profile. A credential is found together with the service it belongs to, and is never sent anywhere else.
package credential

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/zalando/go-keyring"

	"gatehouse/model"
)

// GitHubAPI is github.com's API root, the only place that GH_TOKEN, GITHUB_TOKEN and gh's github.com login belong to.
const GitHubAPI = "https://api.github.com"

// Found is a credential with where it came from.
type Found struct {
	Token  model.Secret
	Base   string // API root it belongs to
	Source string // for people: "GATEHOUSE_GITHUB_TOKEN", "gh's login dana at github.com"
}

// Place is where credentials are looked for. Tests give their own.
type Place struct {
	Getenv func(string) string
	Home   string
	// Run starts a program with a scrubbed environment and gives what it prints; nil: the real one.
	Run func(ctx context.Context, name string, args ...string) ([]byte, error)
	// Keychain looks into the operating system's; nil: the real one.
	Keychain func(service, user string) (string, error)
}

// Wanted is what a profile says about a service; empty fields are looked for.
type Wanted struct {
	Base    string   // API root; empty: from the environment, else the service's own
	Command []string // token_command: program and arguments
	Account string   // of the keychain
	Named   bool     // the profile was asked for by name: a differing token in the environment is an error
}

// Limit of a keychain or program that does not answer: gh measured a locked keychain that never does.
const patience = 3 * time.Second

// GitHub finds GitHub's credential; false when there is none. The error is a refusal: contradicting settings, or an address that no
// credential may be sent to.
func (p Place) GitHub(ctx context.Context, w Wanted) (Found, bool, error) {
	base, err := p.base(w.Base)
	if err != nil {
		return Found{}, false, err
	}
	env, fromEnv, err := p.environment(base)
	if err != nil {
		return Found{}, false, err
	}
	if fromEnv && !w.Named {
		return env, true, nil
	}
	own, fromProfile, err := p.profile(ctx, base, w)
	switch {
	case err != nil:
		return Found{}, false, err
	case fromEnv && env.Base != base:
		return Found{}, false, model.Refuse("choose credential", "", env.Source+" is for "+env.Base+", the profile for "+base, "unset "+env.Source+", or leave out --profile")
	case fromEnv && fromProfile && env.Token.Reveal() != own.Token.Reveal():
		return Found{}, false, model.Refuse("choose credential", "", env.Source+" holds another token than the profile", "unset "+env.Source+", or leave out --profile")
	case fromProfile:
		return own, true, nil
	case fromEnv:
		return env, true, nil
	}
	if f, ok := p.ghLogin(ctx, base); ok {
		return f, true, nil
	}
	if v, ok := p.keychain(ctx, "gatehouse:"+base, "github"); ok {
		return Found{Token: model.NewSecret(v), Base: base, Source: "the keychain"}, true, nil
	}
	return Found{}, false, nil
}

// Base is the API root that GitHub would ask, without looking for a program's or a keychain's answer.
func (p Place) Base(w Wanted) (string, error) {
	base, err := p.base(w.Base)
	if err != nil {
		return "", err
	}
	if env, ok, err := p.environment(base); ok && !w.Named {
		return env.Base, err
	}
	return base, nil
}

// base is the API root that is asked: the profile's, else the environment's, else github.com's.
func (p Place) base(wanted string) (string, error) {
	return CheckBase(firstOf(wanted, p.Getenv("GATEHOUSE_GITHUB_URL"), GitHubAPI))
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// environment finds a token in the environment, with the address it belongs to: gatehouse's own variable goes with its own address
// variable, the others with github.com and nothing else.
func (p Place) environment(base string) (Found, bool, error) {
	if v := strings.TrimSpace(p.Getenv("GATEHOUSE_GITHUB_TOKEN")); v != "" {
		its, err := p.base("")
		return Found{Token: model.NewSecret(v), Base: its, Source: "GATEHOUSE_GITHUB_TOKEN"}, true, err
	}
	if base != GitHubAPI {
		return Found{}, false, nil
	}
	for _, name := range []string{"GH_TOKEN", "GITHUB_TOKEN"} {
		if v := strings.TrimSpace(p.Getenv(name)); v != "" {
			return Found{Token: model.NewSecret(v), Base: GitHubAPI, Source: name}, true, nil
		}
	}
	return Found{}, false, nil
}

// later are the variables of services that are not read yet.
var later = map[model.Service][]string{
	model.ServiceBitbucket: {"GATEHOUSE_BITBUCKET_TOKEN", "GATEHOUSE_BITBUCKET_ACCESS_TOKEN"},
}

// Waiting names the variable that holds a credential for a service that gatehouse does not read yet; empty: there is none.
func (p Place) Waiting(s model.Service) string {
	for _, name := range later[s] {
		if p.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

// Hint reports, without starting a program or asking a keychain, that GitHub would probably find a credential.
func (p Place) Hint(w Wanted) bool {
	for _, name := range []string{"GATEHOUSE_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"} {
		if p.Getenv(name) != "" {
			return true
		}
	}
	if len(w.Command) > 0 || w.Account != "" {
		return true
	}
	_, err := os.Stat(p.ghFile())
	return err == nil
}

// profile is what the profile itself names: the output of its token_command, or an entry of the keychain.
func (p Place) profile(ctx context.Context, base string, w Wanted) (Found, bool, error) {
	if len(w.Command) == 0 {
		if w.Account == "" {
			return Found{}, false, nil
		}
		v, ok := p.keychain(ctx, "gatehouse:"+base, w.Account)
		if !ok {
			return Found{}, false, model.Refuse("read keychain", "", "it holds no entry "+model.Outside(w.Account).String()+" for gatehouse:"+base, "unlock it, or store the token there under that service and account")
		}
		return Found{Token: model.NewSecret(v), Base: base, Source: "the keychain's " + model.Outside(w.Account).String()}, true, nil
	}
	out, err := p.run(ctx, w.Command[0], w.Command[1:]...)
	token := strings.TrimSpace(string(out))
	if err != nil || !oneWord(token) {
		return Found{}, false, model.Refuse("run token_command", model.Outside(filepath.Base(w.Command[0])).String(), "it gave no token", "run it by hand: within three seconds it must print the token and nothing else")
	}
	return Found{Token: model.NewSecret(token), Base: base, Source: "token_command " + model.Outside(filepath.Base(w.Command[0])).String()}, true, nil
}

func oneWord(token string) bool { return token != "" && !strings.ContainsAny(token, " \t\r\n") }

// ghHosts is gh's hosts.yml, of one account and of several.
type ghHosts map[string]struct {
	User       string `yaml:"user"`
	OAuthToken string `yaml:"oauth_token"`
	Users      map[string]struct {
		OAuthToken string `yaml:"oauth_token"`
	} `yaml:"users"`
}

// ghLogin takes gh's own login for the same host: from its file, or by asking gh when the token is in the keychain.
func (p Place) ghLogin(ctx context.Context, base string) (Found, bool) {
	host := ghHost(base)
	if host == "" {
		return Found{}, false
	}
	text, err := os.ReadFile(p.ghFile())
	if err != nil || len(text) > 1<<20 {
		return Found{}, false
	}
	var hosts ghHosts
	if yaml.Unmarshal(text, &hosts) != nil {
		return Found{}, false
	}
	h, ok := hosts[host]
	if !ok {
		return Found{}, false
	}
	f := Found{Base: base, Source: "gh's login " + model.Outside(h.User).String() + " at " + host}
	if token := firstOf(h.OAuthToken, h.Users[h.User].OAuthToken); token != "" {
		f.Token = model.NewSecret(token)
		return f, true
	}
	args := []string{"auth", "token", "--hostname", host}
	if _, several := h.Users[h.User]; several { // older versions of gh know neither several accounts nor --user
		args = append(args, "--user", h.User)
	}
	out, err := p.run(ctx, "gh", args...)
	token := strings.TrimSpace(string(out))
	f.Token = model.NewSecret(token)
	return f, err == nil && oneWord(token)
}

// ghFile is where gh keeps its logins.
func (p Place) ghFile() string {
	return filepath.Join(firstOf(p.Getenv("GH_CONFIG_DIR"), join(p.Getenv("XDG_CONFIG_HOME"), "gh"), join(p.Home, ".config", "gh")), "hosts.yml")
}

func join(dir string, more ...string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, more...)...)
}

// ghHost is the host gh files a login under: github.com, an Enterprise Server, a tenant of ghe.com; empty for anything else.
func ghHost(base string) string {
	rest, ok := strings.CutPrefix(base, "https://")
	host, path, _ := strings.Cut(rest, "/")
	switch {
	case !ok:
		return ""
	case base == GitHubAPI:
		return "github.com"
	case path == "api/v3":
		return host
	case path == "" && strings.HasPrefix(host, "api.") && strings.HasSuffix(host, ".ghe.com"):
		return strings.TrimPrefix(host, "api.")
	}
	return ""
}

func (p Place) keychain(ctx context.Context, service, user string) (string, bool) {
	get := p.Keychain
	if get == nil {
		get = keyring.Get
	}
	type answer struct {
		v   string
		err error
	}
	ch := make(chan answer, 1)
	go func() { v, err := get(service, user); ch <- answer{v, err} }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case a := <-ch:
		return a.v, a.err == nil && a.v != ""
	case <-ctx.Done():
		return "", false
	}
}

// run starts a program without a shell; its environment holds no token of ours.
func (p Place) run(ctx context.Context, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if p.Run != nil {
		return p.Run(ctx, name, args...)
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = time.Second
	for _, kv := range os.Environ() {
		key, _, _ := strings.Cut(kv, "=")
		if !strings.Contains(key, "TOKEN") && !strings.Contains(key, "SECRET") && !strings.Contains(key, "PASSWORD") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	var out bytes.Buffer
	cmd.Stdout = &limited{&out, 64 << 10}
	err := cmd.Run()
	return out.Bytes(), err
}

// limited drops what a talkative program prints beyond reason.
type limited struct {
	to   *bytes.Buffer
	left int
}

// Write keeps what there is room for.
func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	l.to.Write(b[:n])
	return len(b), nil
}
