package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/cmd/wire"
	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/inventory"
	"gatehouse/providers/simulator"
	"gatehouse/ui"
)

// errServed ends `demo serve` when it is told to stop; that is its purpose.
var errServed = errors.New("served")

func (a *app) demo() *cobra.Command {
	var repos int
	c := &cobra.Command{
		Use: "demo", Short: "Open the console on the built-in demo world: no token, no network", Args: cobra.NoArgs, Example: "  gatehouse demo\n  gatehouse demo --repos 10000",
		RunE: func(c *cobra.Command, _ []string) error {
			a.flags.demo = true
			w := wire.Options{
				Demo: true, DemoState: a.flags.demoState, DemoRepos: repos, ReadOnly: a.flags.readOnly, Version: Version(), Getenv: a.Getenv, Home: a.Home,
			}
			a.wire = wire.New(w)
			return a.console(c.Context())
		},
	}
	c.Flags().IntVar(&repos, "repos", 0, "generated repositories beside the demo world")
	c.AddCommand(a.demoServe())
	return c
}

// console opens the console, or says what it would show when there is no terminal for it.
func (a *app) console(ctx context.Context) error {
	if !a.interactive() || a.flags.json || a.flags.jq != "" {
		return a.instead(ctx)
	}
	w := a.open()
	if !a.flags.demo {
		// The console must not open on an account that does not exist: the two ways to get going are worth more than an empty table.
		// Where an account seems to be there, nothing is opened or asked before the first frame.
		if likely, err := w.Likely(); err != nil {
			return err
		} else if !likely {
			if _, err := w.Services(ctx); err != nil {
				return err
			}
		}
	}
	return ui.Run(ctx, w.Console(), a.uiOptions())
}

// instead is the console's first screen on paper: the table, one finding explained, and how to open the console.
func (a *app) instead(ctx context.Context) error {
	snap, services, err := a.read(ctx, &selection{all: true}, nil, func(*inventory.Config) {})
	if err != nil {
		return err
	}
	rows := foldAll(snap, check.ByFindings, a.wire.Now())
	t, err := repoTable(nil)
	if err != nil {
		return err
	}
	t.Columns = fitting(t.Columns, services.CircleCI != nil, 120)
	items := make([]print.Repo, len(rows))
	for i, row := range rows {
		items[i] = print.RepoOf(snap.Repo(row.Ref), row)
		t.Rows = append(t.Rows, cells(row, t.Columns))
	}
	if a.flags.json || a.flags.jq != "" {
		return a.list(ctx, "repo.list", items, t)
	}
	if err := t.Write(a.Out, max(a.terminal(), 160)); err != nil {
		return err
	}
	if len(rows) > 0 {
		for _, f := range check.Run(snap, rows[0].Ref, a.wire.Now()) {
			if f.Result.Verdict == check.Broken {
				fmt.Fprintf(a.Out, "\n%s", rows[0].Slug)
				a.explain(f)
				break
			}
		}
	}
	how := "gatehouse"
	if a.flags.demo {
		how = "gatehouse demo"
	}
	fmt.Fprintf(a.Out, "\nThis is no terminal, so the console was not opened. Run `%s` in one; in scripts, `gatehouse repo list --json` gives the same.\n", how)
	if a.flags.demo {
		a.gaps = nil // the demo world has a repository whose hooks are hidden, on purpose; the table says so
	}
	return nil
}

func (a *app) demoServe() *cobra.Command {
	var o simulator.Options
	var tokens string
	c := &cobra.Command{
		Use: "serve", Short: "Run only the simulated services, until interrupted", Args: cobra.NoArgs,
		Example: "  eval \"$(gatehouse demo serve --tokens tokens.json | head -4)\"\n  gatehouse demo serve --addr 127.0.0.1:4001 --repos 1000 --latency 100ms",
		RunE: func(c *cobra.Command, _ []string) error {
			sim, err := simulator.Start(o)
			if err != nil {
				return err
			}
			defer sim.Close()
			if tokens != "" {
				if err := writeTokens(tokens, sim.Tokens()); err != nil {
					return err
				}
			}
			fmt.Fprintf(a.Out, "export GATEHOUSE_GITHUB_URL=%s\nexport GATEHOUSE_GITHUB_TOKEN=%s\n", sim.GitHubURL(), sim.Token("", ""))
			fmt.Fprintf(a.Out, "export GATEHOUSE_CIRCLECI_URL=%s\nexport GATEHOUSE_CIRCLECI_TOKEN=%s\n", sim.CircleCIURL(), sim.CircleCIToken(""))
			fmt.Fprintln(a.Err, "gatehouse: serving the demo world; interrupt to stop")
			<-c.Context().Done()
			return errServed
		},
	}
	f := c.Flags()
	f.StringVar(&o.Addr, "addr", "", "listen on this loopback `host:port`; empty: a free port")
	f.IntVar(&o.Repos, "repos", 0, "generated repositories beside the demo world")
	f.Int64Var(&o.Seed, "seed", 1, "seed of what is generated")
	f.DurationVar(&o.Latency, "latency", time.Duration(0), "added to every answer")
	f.StringVar(&tokens, "tokens", "", "write every demo account's tokens to this `file`, as JSON")
	return c
}

// writeTokens makes the file new and for its user alone.
func writeTokens(path string, tokens []simulator.Token) error {
	text, err := json.MarshalIndent(tokens, "", "  ")
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return model.Refuse("write tokens", path, "the file is there already", "remove it, or name another")
	}
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Close())
}
