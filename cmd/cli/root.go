package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/cmd/wire"
	"gatehouse/model"
	"gatehouse/ui"
)

// root is the whole tree of commands.
func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "gatehouse",
		Short: "A console for the admins who wire CI to repositories",
		Long: `gatehouse shows, for every repository you administer, the webhooks, deploy keys and people that CI depends on,
and says what is wrong with them. Without a command it opens the console.

Exit codes: 0 all well · 1 findings · 2 usage · 3 authentication · 4 API or network · 5 not found · 6 cancelled ·
7 refused (read-only, invalid input) · 8 something asked for could not be read.`,
		Example:       "  gatehouse demo\n  gatehouse repo list --all --match 'hook:broken'\n  gatehouse hook list gh/OWNER/NAME --json",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if err := print.CheckQuery(a.flags.jq); err != nil { // before anything is asked for
				return misuse{err}
			}
			a.ran = true
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return a.console(c.Context()) },
	}
	c.CompletionOptions.HiddenDefaultCmd = false
	f := c.PersistentFlags()
	f.BoolVar(&a.flags.demo, "demo", false, "use the built-in demo world: no account, no network")
	f.StringVar(&a.flags.demoState, "demo-state", "", "keep the demo's store in this `folder`")
	f.StringVar(&a.flags.profile, "profile", "", "use the accounts of this `profile`")
	f.StringVar(&a.flags.profile, "as", "", "the same as --profile")
	f.StringVar(&a.flags.settings, "settings", "", "read profiles from this `file`")
	f.BoolVar(&a.flags.readOnly, "read-only", false, "refuse every write")
	f.BoolVar(&a.flags.dryRun, "dry-run", false, "show what would be changed, and change nothing")
	f.BoolVar(&a.flags.yes, "yes", false, "apply without asking; what destroys needs --confirm")
	f.StringVar(&a.flags.confirm, "confirm", "", "confirm what destroys: the repository's `slug`, or the number of repositories")
	f.BoolVar(&a.flags.json, "json", false, "print one JSON object")
	f.StringVar(&a.flags.jq, "jq", "", "print what this jq `program` makes of the JSON")
	f.BoolVar(&a.flags.noColor, "no-color", false, "use no colour (NO_COLOR does the same)")
	f.BoolVar(&a.flags.verbose, "verbose", false, "say on stderr how many requests were sent")
	f.StringSliceVar(&a.flags.acceptGaps, "accept-gaps", nil, "known blind spots that are no reason for exit code 8: `fact`, slug or fact:slug")
	c.AddCommand(a.repo(), a.hook(), a.key(), a.people(), a.build(), a.project(), a.auth(), a.profileCommand(), a.journal(), a.demo(), a.version())
	return c
}

// group is a noun: it does nothing by itself, and a verb that it does not have is an error.
func group(noun, short, example string, verbs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: noun, Short: short, Example: example,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("%s has no command %s", noun, model.Outside(args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(verbs...)
	return c
}

// open makes the wire from the flags; it costs nothing yet.
func (a *app) open() *wire.Wire {
	if a.wire == nil {
		a.wire = wire.New(wire.Options{
			Demo: a.flags.demo || a.flags.demoState != "", DemoState: a.flags.demoState, Profile: a.flags.profile, Settings: a.flags.settings,
			ReadOnly: a.flags.readOnly, Version: Version(), Getenv: a.Getenv, Home: a.Home,
		})
	}
	return a.wire
}

// uiOptions are what the console needs to know of the flags.
func (a *app) uiOptions() ui.Options {
	return ui.Options{NoColor: a.flags.noColor || a.Getenv("NO_COLOR") != "", Version: Version()}
}

// list prints a list: JSON when asked for, a table otherwise.
func (a *app) list(ctx context.Context, kind string, items any, t print.Table) error {
	if a.flags.json || a.flags.jq != "" {
		return a.json(ctx, print.Document{Kind: kind, Items: items})
	}
	return t.Write(a.Out, a.terminal())
}

// item prints one thing: JSON when asked for, otherwise what page writes.
func (a *app) item(ctx context.Context, kind string, item any, page func()) error {
	if a.flags.json || a.flags.jq != "" {
		return a.json(ctx, print.Document{Kind: kind, Item: item})
	}
	page()
	return nil
}

func (a *app) json(ctx context.Context, d print.Document) error {
	d.Gaps = a.gaps
	d.Complete = !slices.ContainsFunc(a.gaps, func(g model.Gap) bool { return g.State != model.NotApplicable })
	err := print.JSON(ctx, a.Out, d, a.flags.jq)
	if errors.Is(err, model.ErrRefused) { // the program does not fit the answer
		return misuse{err}
	}
	return err
}

func yes(b bool, word, other string) string {
	if b {
		return word
	}
	return other
}

func day(u model.Unix) string {
	if u == 0 {
		return "-"
	}
	return u.Time().Format("2006-01-02")
}
