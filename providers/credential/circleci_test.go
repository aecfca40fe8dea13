package credential_test

import (
	"os"
	"path/filepath"
	"testing"

	"gatehouse/providers/credential"
)

// TestCircleCI: first hit wins, and no token goes to an address that it does not belong to.
func TestCircleCI(t *testing.T) {
	t.Parallel()
	const server = "https://ci.example.com"
	for name, c := range map[string]struct {
		env    map[string]string
		cli    string // ~/.circleci/cli.yml
		want   credential.Wanted
		token  string
		base   string
		refuse bool
	}{
		"nothing":               {},
		"own variable":          {env: map[string]string{"GATEHOUSE_CIRCLECI_TOKEN": "a", "CIRCLE_TOKEN": "b"}, token: "a", base: credential.CircleCI},
		"own variable, server":  {env: map[string]string{"GATEHOUSE_CIRCLECI_TOKEN": "a", "GATEHOUSE_CIRCLECI_URL": server}, token: "a", base: server},
		"CIRCLE_TOKEN":          {env: map[string]string{"CIRCLE_TOKEN": "b"}, token: "b", base: credential.CircleCI},
		"CIRCLE_TOKEN, server":  {env: map[string]string{"CIRCLE_TOKEN": "b", "GATEHOUSE_CIRCLECI_URL": server}},
		"program":               {cli: "host: https://circleci.com\ntoken: c\n", token: "c", base: credential.CircleCI},
		"program, another host": {cli: "host: https://circleci.com\ntoken: c\n", env: map[string]string{"GATEHOUSE_CIRCLECI_URL": server}},
		"program, its server":   {cli: "host: " + server + "\ntoken: c\n", env: map[string]string{"GATEHOUSE_CIRCLECI_URL": server}, token: "c", base: server},
		"plain http":            {env: map[string]string{"GATEHOUSE_CIRCLECI_TOKEN": "a", "GATEHOUSE_CIRCLECI_URL": "http://ci.example.com"}, refuse: true},
		"profile":               {want: credential.Wanted{Base: server, Account: "ci"}, token: "d", base: server},
		"profile, named":        {env: map[string]string{"GATEHOUSE_CIRCLECI_TOKEN": "a"}, want: credential.Wanted{Base: server, Account: "ci", Named: true}, refuse: true},
	} {
		r := rig{env: c.env, keychain: map[string]string{"gatehouse:" + server + "/ci": "d"}}
		p := r.place(t)
		if c.cli != "" {
			dir := filepath.Join(p.Home, ".circleci")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "cli.yml"), []byte(c.cli), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, ok, err := p.CircleCI(t.Context(), c.want)
		if (err != nil) != c.refuse || ok != (c.token != "") || f.Token.Reveal() != c.token || ok && f.Base != c.base {
			t.Errorf("%s: %q for %s from %s, %v", name, f.Token.Reveal(), f.Base, f.Source, err)
		}
	}
}
