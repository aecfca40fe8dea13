package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/wire"
	"gatehouse/model"
)

func (a *app) auth() *cobra.Command {
	return group("auth", "Accounts and what their credentials can do", "  gatehouse auth status", a.authStatus())
}

// need is what a part of gatehouse takes of a classic token. Source: GitHub's API description, x-accepted-oauth-scopes.
var needs = []struct{ what, scopes string }{
	{"repositories, deploy keys, people", "repo"},
	{"webhooks and deliveries", "repo or read:repo_hook"},
	{"organisations, teams, members", "read:org"},
}

func (a *app) authStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show each account: where its credential comes from, who it is, scopes, expiry, limit", Args: cobra.NoArgs, Example: "  gatehouse auth status --json",
		RunE: func(c *cobra.Command, _ []string) error {
			accounts := []model.Account{{Service: model.ServiceGitHub}, {Service: model.ServiceBitbucket}, {Service: model.ServiceCircleCI}}
			services, err := a.open().Services(c.Context())
			if err != nil && !errors.Is(err, wire.ErrNoCredential) {
				return err
			}
			if err == nil {
				accounts[0] = services.GitHub.Account(c.Context())
				if services.CircleCI != nil {
					accounts[2] = services.CircleCI.Account(c.Context())
				}
			}
			if ci := accounts[2]; ci.Configured && ci.Login.State != model.Known {
				a.gaps = append(a.gaps, model.Gap{Fact: "account", State: ci.Login.State, Why: ci.Login.Why})
			}
			refused := accounts[0].Configured && accounts[0].Login.State != model.Known
			if refused {
				a.gaps = append(a.gaps, model.Gap{Fact: "account", State: accounts[0].Login.State, Why: accounts[0].Login.Why})
			}
			if perr := a.item(c.Context(), "auth.status", map[string]any{"accounts": accounts}, func() {
				for _, acc := range accounts {
					a.accountPage(acc)
				}
			}); perr != nil {
				return perr
			}
			if err != nil {
				return err
			}
			if refused {
				a.gaps = nil // said by the error
				return &model.Error{Op: "use credential", On: accounts[0].Source, Cause: *accounts[0].Login.Why}
			}
			return nil
		},
	}
}

func (a *app) accountPage(acc model.Account) {
	if !acc.Configured {
		if name := a.wire.Waiting(acc.Service); name != "" {
			fmt.Fprintf(a.Out, "– %s: not read yet (%s is set)\n", acc.Service, name)
			return
		}
		fmt.Fprintf(a.Out, "– %s: not configured\n", acc.Service)
		return
	}
	if acc.Login.State != model.Known {
		word := "not reached"
		if acc.Login.Why != nil && acc.Login.Why.Kind == model.CauseUnauthorized {
			word = "refused"
		}
		fmt.Fprintf(a.Out, "✗ %s: %s\n    credential  %s (%s)\n    at          %s\n", acc.Service, word, acc.Source, acc.Kind, acc.Origin)
		return
	}
	fmt.Fprintf(a.Out, "✓ %s: %s\n    credential  %s (%s)\n    at          %s\n    scopes      %s\n    expires     %s\n", acc.Service, acc.Login.Value, acc.Source, acc.Kind, acc.Origin, scopeWords(acc), expiryWords(acc))
	if l, ok := acc.Limit.All(); ok {
		fmt.Fprintf(a.Out, "    limit       %d of %d requests left until %s UTC\n", l.Remaining, l.Limit, l.Reset.Time().Format("15:04"))
	}
	if acc.Scopes.State == model.Known {
		for _, n := range needs {
			fmt.Fprintf(a.Out, "    %s %s (%s)\n", yes(covers(acc.Scopes.Value, n.scopes), "✓", "✗ missing for"), n.what, n.scopes)
		}
	}
}

func covers(have []model.Text, want string) bool {
	for _, s := range have {
		switch v := s.Raw(); {
		case strings.Contains(" "+strings.ReplaceAll(want, " or ", " ")+" ", " "+v+" "):
			return true
		case want == "read:org" && (v == "admin:org" || v == "write:org"), strings.Contains(want, "repo_hook") && strings.HasSuffix(v, ":repo_hook"):
			return true
		}
	}
	return false
}

func scopeWords(acc model.Account) string {
	switch acc.Scopes.State {
	case model.Known:
		if len(acc.Scopes.Value) == 0 {
			return "none"
		}
		return strings.ReplaceAll(eventWords(acc.Scopes.Value), ",", ", ")
	default:
		if acc.Scopes.Why != nil && !acc.Scopes.Why.Said.Empty() {
			return acc.Scopes.Why.Said.String()
		}
		return "permissions instead of scopes; GitHub does not list them"
	}
}

func expiryWords(acc model.Account) string {
	v, ok := acc.Expires.All()
	switch {
	case !ok && acc.Expires.State == model.NotApplicable && acc.Service == model.ServiceCircleCI:
		return "not said by CircleCI; within a year of its making"
	case !ok && acc.Expires.State == model.NotApplicable:
		return "not available here"
	case !ok:
		return "not known"
	case v == 0:
		return "never, as far as GitHub says"
	}
	return day(v)
}
