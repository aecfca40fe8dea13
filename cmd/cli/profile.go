package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/providers/credential"
)

func (a *app) profileCommand() *cobra.Command {
	c := group("profile", "Named sets of accounts: admin, machine user", "  gatehouse profile use NAME", a.profileList(), a.profileUse(), a.profileShow())
	c.Long = `A profile says which accounts act. Profiles live in the settings file, which holds no token, only where to get one:

  default: admin
  profiles:
    admin:
      github: {token_command: [pass, show, github/admin]}
    ci-bot:
      read_only: true
      github: {url: https://github.example.com/api/v3, keychain: ci-bot}`
	return c
}

// profileItem is a profile as JSON; it holds no secret.
type profileItem struct {
	Name         string   `json:"name"`
	Default      bool     `json:"default"`
	ReadOnly     bool     `json:"read_only"`
	GitHubURL    string   `json:"github_url"`
	TokenCommand []string `json:"token_command"`
	Keychain     string   `json:"keychain"`
}

func profileOf(name string, s credential.Settings) profileItem {
	p := s.Profiles[name]
	return profileItem{name, name == s.Default, p.ReadOnly, p.GitHub.URL, p.GitHub.TokenCommand, p.GitHub.Keychain}
}

func (a *app) profileList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List profiles", Args: cobra.NoArgs, Example: "  gatehouse profile list",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := credential.Load(a.open().SettingsPath())
			if err != nil {
				return err
			}
			items := []profileItem{}
			t := print.Table{Columns: []string{"name", "default", "read-only", "github"}}
			for _, name := range s.Names() {
				p := profileOf(name, s)
				items = append(items, p)
				t.Rows = append(t.Rows, []string{p.Name, yes(p.Default, "default", ""), yes(p.ReadOnly, "read-only", ""), p.GitHubURL})
			}
			return a.list(c.Context(), "profile.list", items, t)
		},
	}
}

func (a *app) profileUse() *cobra.Command {
	return &cobra.Command{
		Use: "use NAME", Short: "Make a profile the default", Args: cobra.ExactArgs(1), Example: "  gatehouse profile use ci-bot",
		RunE: func(c *cobra.Command, args []string) error {
			path := a.open().SettingsPath()
			s, err := credential.Load(path)
			if err != nil {
				return err
			}
			if _, _, err := s.Pick(args[0]); err != nil {
				return err
			}
			s.Default = args[0]
			if err := credential.Save(path, s); err != nil {
				return err
			}
			return a.item(c.Context(), "profile.use", profileOf(args[0], s), func() { fmt.Fprintf(a.Out, "%s is now the default profile\n", args[0]) })
		},
	}
}

func (a *app) profileShow() *cobra.Command {
	return &cobra.Command{
		Use: "show [NAME]", Short: "Show a profile, or the one that acts now", Args: cobra.MaximumNArgs(1), Example: "  gatehouse profile show",
		RunE: func(c *cobra.Command, args []string) error {
			s, err := credential.Load(a.open().SettingsPath())
			if err != nil {
				return err
			}
			name := a.flags.profile
			if len(args) == 1 {
				name = args[0]
			}
			_, name, err = s.Pick(name)
			if err != nil {
				return err
			}
			p := profileOf(name, s)
			return a.item(c.Context(), "profile.show", p, func() {
				if name == "" {
					fmt.Fprintf(a.Out, "no profile acts: credentials come from the environment, gh's login or the keychain\nsettings file: %s\n", a.wire.SettingsPath())
					return
				}
				fmt.Fprintf(a.Out, "%s%s%s\n  github         %s\n  token command  %v\n  keychain       %s\n", p.Name, yes(p.Default, " (default)", ""), yes(p.ReadOnly, " (read-only)", ""), p.GitHubURL, p.TokenCommand, p.Keychain)
			})
		},
	}
}
