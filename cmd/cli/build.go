package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/inventory"
	"gatehouse/model/trigger"
)

func (a *app) build() *cobra.Command {
	return group("build", "What builds, and what does not", "  gatehouse build matrix gh/OWNER/NAME", a.buildMatrix())
}

// matrixItem is what builds in a repository, as JSON.
type matrixItem struct {
	Repo        model.RepoRef                   `json:"repo"`
	Project     *model.Text                     `json:"project"` // CircleCI's slug; null: not known
	Integration *model.Integration              `json:"integration"`
	Hook        *string                         `json:"hook"` // CircleCI's, its id
	Settings    model.Reading[model.CISettings] `json:"settings"`
	Matrix      []trigger.Verdict               `json:"matrix"`
}

func (a *app) buildMatrix() *cobra.Command {
	var s selection
	var branch string
	return withFlags(&cobra.Command{
		Use: "matrix [SLUG]", Short: "Show what starts a build in a repository, what does not, and by which rule", Args: cobra.MaximumNArgs(1),
		Long: `Joins the hook's events and state with CircleCI's project settings. A pipeline that starts may still run nothing: which jobs run is for the filters
in .circleci/config.yml to say, and those are not read yet.`,
		Example: "  gatehouse build matrix gh/OWNER/NAME\n  gatehouse build matrix gh/OWNER/NAME --branch release/1.2 --json",
		RunE: func(c *cobra.Command, args []string) error {
			snap, services, err := a.read(c.Context(), &s, args, func(cfg *inventory.Config) { cfg.Access = false })
			if err != nil {
				return err
			}
			r := snap.Repos[0]
			w, err := wiring(r, branch)
			if err != nil {
				return err
			}
			p := r.CI.Value
			if p != nil && p.Integration != model.IntegrationGitHubApp {
				if w.Settings = services.CircleCI.Settings(c.Context(), p.Slug); w.Settings.Gap() {
					a.gaps = append(a.gaps, model.Gap{Repo: r.Ref, Fact: "ci_settings", State: w.Settings.State, Why: w.Settings.Why})
				}
			}
			item := matrixItem{Repo: r.Ref, Settings: w.Settings, Matrix: trigger.Matrix(w)}
			if p != nil {
				item.Project, item.Integration = &p.Slug, &p.Integration
			}
			if w.Hook != nil {
				item.Hook = &w.Hook.ID
			}
			t := print.Table{Columns: []string{"what happens", "built", "why"}}
			for _, v := range item.Matrix {
				t.Rows = append(t.Rows, []string{string(v.Case), builtWord(v), verdictWords(v)})
			}
			return a.item(c.Context(), "build.matrix", item, func() { _ = t.Write(a.Out, a.terminal()) })
		},
	}, func(c *cobra.Command) {
		c.Flags().StringVar(&branch, "branch", "", "the other `branch` to ask about: settings may name exceptions")
	})
}

func withFlags(c *cobra.Command, f func(*cobra.Command)) *cobra.Command {
	f(c)
	return c
}

// wiring is what a repository's builds depend on. Hooks that could not be read are an error: every answer would be a guess.
func wiring(r *model.Repo, branch string) (trigger.Wiring, error) {
	w := trigger.Wiring{Integration: model.IntegrationOAuth, Branch: branch}
	if p, ok := r.CI.All(); ok && p != nil {
		w.Integration = p.Integration
	}
	if err := r.Hooks.Err("list hooks", r.Ref.String()); err != nil && w.Integration != model.IntegrationGitHubApp {
		return w, err
	}
	for _, h := range r.Hooks.Value {
		if h.Whose() == model.HookOfCircleCI && (w.Hook == nil || h.Active) {
			w.Hook = &h
		}
	}
	return w, nil
}

func builtWord(v trigger.Verdict) string {
	switch v.Built {
	case model.Yes:
		return "✓ yes"
	case model.No:
		return "✗ no"
	case model.TriUnknown:
	}
	return "? not known"
}

func verdictWords(v trigger.Verdict) string {
	if v.Needs != "" {
		return fmt.Sprintf("%s (needs %s)", v.Why, v.Needs)
	}
	return v.Why
}
