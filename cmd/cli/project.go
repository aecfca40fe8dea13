package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/inventory"
	"gatehouse/model/trigger"
)

func (a *app) project() *cobra.Command {
	return group("project", "CircleCI's projects and what they build", "  gatehouse project settings gh/OWNER/NAME", a.projectSettings())
}

// settingsItem is a project's settings as JSON.
type settingsItem struct {
	Repo     model.RepoRef    `json:"repo"`
	Project  model.Text       `json:"project"`
	Settings model.CISettings `json:"settings"`
}

func (a *app) projectSettings() *cobra.Command {
	var s selection
	on := map[string]*bool{}
	c := &cobra.Command{
		Use: "settings [SLUG]", Short: "Show or switch a CircleCI project's settings", Args: cobra.MaximumNArgs(1),
		Long: `Without a setting it shows all. With one or more it plans the change: one request with those keys alone, what builds before and after, and the
way back. "oss" follows the repository's visibility and cannot be set.`,
		Example: "  gatehouse project settings gh/OWNER/NAME\n  gatehouse project settings gh/OWNER/NAME --build-prs-only --dry-run\n  gatehouse project settings gh/OWNER/NAME --build-fork-prs=false --yes",
		RunE: func(c *cobra.Command, args []string) error {
			snap, services, err := a.read(c.Context(), &s, args, func(cfg *inventory.Config) { cfg.Access = false })
			if err != nil {
				return err
			}
			r := snap.Repos[0]
			p, err := project(r)
			if err != nil {
				return err
			}
			a.gaps = nil // what else of the repository could not be read is not what was asked
			is := services.CircleCI.Settings(c.Context(), p.Slug)
			if err := is.Err("read project settings", r.Ref.String()); err != nil {
				return err
			}
			now := is.Value
			o := model.EditSettings{Target: model.Target{Repo: r.Ref}, Project: p.Slug, Set: map[string]bool{}}
			for name, value := range on {
				if c.Flags().Changed(flagOf(name)) {
					o.Set[name] = *value
				}
			}
			if len(o.Set) == 0 {
				return a.item(c.Context(), "project.settings", settingsItem{r.Ref, p.Slug, now}, func() { a.settingsPage(now) })
			}
			if !a.flags.json && a.flags.jq == "" {
				a.matrixChange(r, now, o.Set)
			}
			return a.change(c.Context(), todo{title: change.Words(o), ops: []model.Op{o}})
		},
	}
	for name, what := range model.SettingNames {
		on[name] = c.Flags().Bool(flagOf(name), false, what)
	}
	return c
}

// flagOf is a setting's name as a flag.
func flagOf(name string) string { return strings.ReplaceAll(name, "_", "-") }

// project is the repository's project, or why there is none to work with.
func project(r *model.Repo) (*model.CIProject, error) {
	p, ok := r.CI.All()
	switch {
	case !ok:
		return nil, r.CI.Err("find CircleCI project", r.Ref.String())
	case p == nil:
		return nil, &model.Error{Op: "find CircleCI project", On: r.Ref.String(), Cause: model.Cause{
			Kind: model.CauseNotFound, Said: model.Outside("none of your accounts follows one"), Hint: "follow it in CircleCI, or use the account that does",
		}}
	}
	return p, nil
}

func (a *app) settingsPage(s model.CISettings) {
	t := print.Table{Columns: []string{"setting", "is", "what it does"}}
	for _, name := range slices.Sorted(maps.Keys(model.SettingNames)) {
		on, _ := s.Value(name)
		t.Rows = append(t.Rows, []string{name, map[model.Tri]string{model.Yes: "on", model.No: "off", model.TriUnknown: "? not known"}[on], model.SettingNames[name]})
	}
	t.Rows = append(t.Rows, []string{"pr_only_branch_overrides", model.Outside(strings.Join(s.PROnlyOverrides, ", ")).String(), "branches that are built all the same"})
	_ = t.Write(a.Out, a.terminal())
}

// matrixChange shows what the change does to what builds, where it does something, or why that is not known.
func (a *app) matrixChange(r *model.Repo, now model.CISettings, set map[string]bool) {
	w, err := wiring(r, "")
	if err != nil {
		fmt.Fprintf(a.Out, "what this changes in what is built is not known: %s\n", model.Outside(err.Error()))
		return
	}
	next := now
	if v, ok := set["build_prs_only"]; ok {
		next.BuildPRsOnly = v
	}
	if v, ok := set["build_fork_prs"]; ok {
		next.BuildForkPRs = v
	}
	w.Settings = model.Read(now, a.wire.Now())
	before := trigger.Matrix(w)
	w.Settings = model.Read(next, a.wire.Now())
	for i, v := range trigger.Matrix(w) {
		if v.Built != before[i].Built {
			fmt.Fprintf(a.Out, "%s: %s → %s (%s)\n", v.Case, builtWord(before[i]), builtWord(v), v.Why)
		}
	}
}
