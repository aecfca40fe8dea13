package credential

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"gatehouse/model"
)

// CircleCI is the cloud's root, the only place that CIRCLE_TOKEN and CIRCLECI_CLI_TOKEN belong to.
const CircleCI = "https://circleci.com"

// CircleCI finds CircleCI's credential; false when there is none, which is no mistake: gatehouse then shows the forge alone. First hit wins:
// GATEHOUSE_CIRCLECI_TOKEN, the profile's, CIRCLE_TOKEN and CIRCLECI_CLI_TOKEN for the cloud, the circleci program's own login for the same
// host. The keychain is asked only when the profile names an entry: an unlocked one may ask a person.
func (p Place) CircleCI(ctx context.Context, w Wanted) (Found, bool, error) {
	base, err := CheckBase(firstOf(w.Base, p.Getenv("GATEHOUSE_CIRCLECI_URL"), CircleCI))
	if err != nil {
		return Found{}, false, err
	}
	if v := strings.TrimSpace(p.Getenv("GATEHOUSE_CIRCLECI_TOKEN")); v != "" {
		its, err := CheckBase(firstOf(p.Getenv("GATEHOUSE_CIRCLECI_URL"), CircleCI))
		if err != nil {
			return Found{}, false, err
		}
		if w.Named && (its != base || len(w.Command) > 0 || w.Account != "") {
			return Found{}, false, model.Refuse("choose credential", "", "GATEHOUSE_CIRCLECI_TOKEN is set beside the profile", "unset it, or leave out --profile")
		}
		return Found{Token: model.NewSecret(v), Base: its, Source: "GATEHOUSE_CIRCLECI_TOKEN"}, true, nil
	}
	if own, ok, err := p.profile(ctx, base, w); ok || err != nil {
		return own, ok, err
	}
	if base == CircleCI {
		for _, name := range []string{"CIRCLE_TOKEN", "CIRCLECI_CLI_TOKEN"} {
			if v := strings.TrimSpace(p.Getenv(name)); v != "" {
				return Found{Token: model.NewSecret(v), Base: base, Source: name}, true, nil
			}
		}
	}
	f, ok := p.circleLogin(base)
	return f, ok, nil
}

// circleLogin takes the circleci program's own login, when it is for the same host.
func (p Place) circleLogin(base string) (Found, bool) {
	text, err := os.ReadFile(filepath.Join(p.Home, ".circleci", "cli.yml"))
	if err != nil || p.Home == "" || len(text) > 1<<20 {
		return Found{}, false
	}
	var c struct {
		Host  string `yaml:"host"`
		Token string `yaml:"token"`
	}
	if yaml.Unmarshal(text, &c) != nil || !oneWord(c.Token) {
		return Found{}, false
	}
	its, err := CheckBase(firstOf(c.Host, CircleCI))
	if err != nil || its != base {
		return Found{}, false
	}
	return Found{Token: model.NewSecret(c.Token), Base: base, Source: "the circleci program's login"}, true
}
