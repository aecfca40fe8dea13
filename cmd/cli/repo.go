package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/inventory"
)

func (a *app) repo() *cobra.Command {
	return group("repo", "Repositories and what is wrong with their wiring", "  gatehouse repo list --sort name", a.repoList(), a.repoView())
}

// repoColumns are what `repo list` can show, in order.
var repoColumns = []struct {
	name string
	cell func(check.Row) string
}{
	{"repository", func(r check.Row) string { return r.Slug }},
	{"ci", func(r check.Row) string { return r.CI.Text }},
	{"hook", func(r check.Row) string { return r.Hook.Text }},
	{"checkout-key", func(r check.Row) string { return r.Checkout.Text }},
	{"deploy-keys", func(r check.Row) string { return r.Keys.Text }},
	{"people", func(r check.Row) string { return r.People.Text }},
	{"role", func(r check.Row) string { return r.Role }},
	{"last-push", func(r check.Row) string { return day(r.Pushed) }},
	{"last-build", lastBuild},
	{"findings", func(r check.Row) string { return r.Verdict.Text }},
}

// lastBuild is for example: ✓ 2026-11-23.
func lastBuild(r check.Row) string {
	if r.Built == 0 {
		return r.Build.Glyph()
	}
	return r.Build.Glyph() + " " + day(r.Built)
}

func (a *app) repoList() *cobra.Command {
	var s selection
	var order string
	var columns []string
	c := &cobra.Command{
		Use: "list [SLUG…|-]", Short: "List the repositories you administer with their health, worst first",
		Example: "  gatehouse repo list\n  gatehouse repo list --match 'hook:broken -archived' --json\n  gatehouse repo list --columns repository,findings",
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(check.Orders, check.Order(order)) {
				return misuse{model.Refuse("sort", model.Outside(order).String(), "there is no such order", "orders are findings, name and last-push")}
			}
			t, err := repoTable(columns)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				s.all = true
			}
			snap, services, err := a.read(c.Context(), &s, args, func(*inventory.Config) {})
			if err != nil {
				return err
			}
			if len(columns) == 0 {
				t.Columns = fitting(t.Columns, services.CircleCI != nil, a.terminal())
			}
			rows := foldAll(snap, check.Order(order), a.wire.Now())
			items := make([]print.Repo, len(rows))
			for i, row := range rows {
				items[i] = print.RepoOf(snap.Repo(row.Ref), row)
				t.Rows = append(t.Rows, cells(row, t.Columns))
			}
			return a.list(c.Context(), "repo.list", items, t)
		},
	}
	s.flags(c)
	c.Flags().StringVar(&order, "sort", string(check.ByFindings), "findings, name or last-push")
	c.Flags().StringSliceVar(&columns, "columns", nil, "the columns to show, in order")
	return c
}

// fitting leaves out columns that a person at a terminal has no use for: CircleCI's where it is not configured, and what fits least into a narrow
// one. A pipe gets all, always.
func fitting(columns []string, ci bool, w int) []string {
	if w == 0 {
		return columns
	}
	return slices.DeleteFunc(slices.Clone(columns), func(name string) bool {
		switch name {
		case "ci", "checkout-key", "last-build":
			return !ci
		case "deploy-keys", "role", "last-push":
			return ci && w < 140
		}
		return false
	})
}

func repoTable(columns []string) (print.Table, error) {
	if len(columns) == 0 {
		for _, c := range repoColumns {
			columns = append(columns, c.name)
		}
	}
	for _, name := range columns {
		if !slices.ContainsFunc(repoColumns, func(c struct {
			name string
			cell func(check.Row) string
		}) bool {
			return c.name == name
		}) {
			return print.Table{}, misuse{model.Refuse("show column", model.Outside(name).String(), "there is no such column", "columns are repository, ci, hook, checkout-key, deploy-keys, people, role, last-push, last-build, findings")}
		}
	}
	return print.Table{Columns: columns}, nil
}

func cells(row check.Row, columns []string) []string {
	out := make([]string, len(columns))
	for i, name := range columns {
		for _, c := range repoColumns {
			if c.name == name {
				out[i] = c.cell(row)
			}
		}
	}
	return out
}

// foldAll makes and sorts the rows of a snapshot, as the console does.
func foldAll(snap *model.Snapshot, order check.Order, now model.Unix) []check.Row {
	rows := make([]check.Row, len(snap.Repos))
	for i, r := range snap.Repos {
		rows[i] = check.Fold(snap, r.Ref, now)
	}
	slices.SortFunc(rows, func(x, y check.Row) int { return order.Compare(&x, &y) })
	return rows
}

// repoItem is `repo view` as JSON.
type repoItem struct {
	print.Repo
	Checks []print.Finding `json:"checks"`
}

func (a *app) repoView() *cobra.Command {
	var s selection
	return &cobra.Command{
		Use: "view [SLUG]", Short: "Show one repository and explain what is wrong", Args: cobra.MaximumNArgs(1),
		Example: "  gatehouse repo view gh/OWNER/NAME",
		RunE: func(c *cobra.Command, args []string) error {
			snap, _, err := a.read(c.Context(), &s, args, func(*inventory.Config) {})
			if err != nil {
				return err
			}
			r := snap.Repos[0]
			row := check.Fold(snap, r.Ref, a.wire.Now())
			found := check.Run(snap, r.Ref, a.wire.Now())
			item := repoItem{Repo: print.RepoOf(r, row)}
			for _, f := range found {
				item.Checks = append(item.Checks, print.FindingOf(f))
			}
			return a.item(c.Context(), "repo.view", item, func() { a.repoPage(r, row, found) })
		},
	}
}

func (a *app) repoPage(r *model.Repo, row check.Row, found []check.Finding) {
	facts := []string{yes(r.Private, "private", "public"), row.Role, "branch " + r.DefaultBranch.String(), "last push " + day(r.Pushed)}
	if r.Archived {
		facts = append(facts, "archived")
	}
	fmt.Fprintf(a.Out, "%s  %s\n\n", r.Spelled, strings.Join(facts, " · "))
	fmt.Fprintf(a.Out, "  ci           %s\n  hook         %s\n  checkout     %s\n  deploy keys  %s\n  people       %s\n  last build   %s\n  findings     %s\n", row.CI, row.Hook, row.Checkout, row.Keys, row.People, lastBuild(row), row.Verdict)
	for _, f := range found {
		if f.Result.Verdict == check.Broken {
			a.explain(f)
		}
	}
}

// explain prints one finding so that it needs no other page: what, where, why it matters, what to do.
func (a *app) explain(f check.Finding) {
	fmt.Fprintf(a.Out, "\n✗ %s: %s\n", f.Check.Severity, f.Check.Title)
	for _, e := range f.Result.Evidence {
		fmt.Fprintf(a.Out, "    %s %s\n", e.Subject, e.Saw)
	}
	fmt.Fprintf(a.Out, "  why  %s\n  do   %s\n  see  %s\n", f.Check.Why, f.Check.Do, f.Check.Reference)
}
