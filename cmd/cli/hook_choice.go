package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/model"
)

// hookChoice is which hooks of which repositories a write is about: SLUG ID…, SLUG… with --ci, or --all with --ci.
type hookChoice struct {
	selection
	ci  bool
	ids []string
}

func (h *hookChoice) flags(c *cobra.Command) {
	h.selection.flags(c)
	c.Flags().BoolVar(&h.ci, "ci", false, "CircleCI's hook, without naming its id")
}

// chosen is a hook with its repository.
type chosen struct {
	repo *model.Repo
	hook model.Hook
}

// split tells ids, which are numbers, from repositories, which never are.
func split(args []string) (slugs, ids []string) {
	for _, arg := range args {
		if arg != "" && strings.Trim(arg, "0123456789") == "" {
			ids = append(ids, arg)
		} else {
			slugs = append(slugs, arg)
		}
	}
	return slugs, ids
}

// choose reads the repositories and picks their hooks. What was named and has none goes into t with its reason; with --all a repository
// without such a hook is no failure.
func (a *app) choose(c *cobra.Command, h *hookChoice, args []string, t *todo) ([]chosen, error) {
	slugs, ids := split(args)
	h.ids = ids
	switch {
	case len(ids) == 0 && !h.ci:
		return nil, misuse{model.Refuse("choose hook", "", "no hook was named", "name its id (gatehouse hook list SLUG), or say --ci for CircleCI's")}
	case len(ids) > 0 && (h.all || len(slugs) > 1):
		return nil, misuse{model.Refuse("choose hook", "", "a hook's id belongs to one repository", "use --ci for several repositories")}
	}
	snap, _, err := a.read(c.Context(), &h.selection, slugs, onlyHooks)
	if err != nil {
		return nil, err
	}
	a.gaps = nil // a repository whose hooks cannot be read is left out with its reason
	var out []chosen
	for _, r := range snap.Repos {
		hooks, why := h.pick(r)
		if why != nil && (!h.all || r.Hooks.State != model.Known) {
			t.leave(r.Ref, *why)
		}
		for _, hook := range hooks {
			out = append(out, chosen{r, hook})
		}
	}
	return out, nil
}

// pick finds the hooks of one repository, or says why there are none.
func (h *hookChoice) pick(r *model.Repo) ([]model.Hook, *model.Cause) {
	all, ok := r.Hooks.All()
	if !ok {
		why := &model.Cause{Kind: model.CauseIncomplete, Op: "list hooks of " + r.Ref.String(), Said: model.Outside("not all could be read")}
		if r.Hooks.Why != nil {
			why = r.Hooks.Why
		}
		return nil, why
	}
	var out []model.Hook
	for _, hook := range all {
		if h.ci && len(h.ids) == 0 && hook.Whose() == model.HookOfCircleCI || slices.Contains(h.ids, hook.ID) {
			out = append(out, hook)
		}
	}
	switch {
	case len(h.ids) > 0 && len(out) < len(h.ids):
		return nil, &model.Cause{Kind: model.CauseNotFound, Op: "find hook of " + r.Ref.String(), Said: model.Outside("there is no such hook"), Hint: "see gatehouse hook list " + r.Ref.String()}
	case len(out) == 0:
		return nil, &model.Cause{
			Kind: model.CauseNotFound, Op: "find CircleCI's hook of " + r.Ref.String(), Said: model.Outside("there is none"),
			Hint: "a GitHub App project has none, and that is right; otherwise follow the project in CircleCI again",
		}
	case h.ci && len(out) > 1:
		return nil, &model.Cause{Kind: model.CauseRefused, Op: "find CircleCI's hook of " + r.Ref.String(), Said: model.Outside("it has several"), Hint: "name the id: gatehouse hook list " + r.Ref.String()}
	}
	return out, nil
}

// titled is for example: add "push" to CircleCI's hook, on 60 repositories.
func titled(what string, on []chosen) string {
	if len(on) == 1 {
		return what
	}
	return what + " on " + plural(len(on), "hook")
}
