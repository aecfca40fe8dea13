package screen

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/model"
)

// TestConsequences says for each choice what is built (+), is not (-), or needs more to be read (?): push to the default branch, to another,
// a tag, a pull request, one from a fork, and whether CircleCI learns of pull requests.
func TestConsequences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		owner  model.HookOwner
		active bool
		events string // ~ before an event: some of the hooks
		want   string
	}{
		{model.HookOfCircleCI, true, "push pull_request", "?????+"},
		{model.HookOfCircleCI, true, "push", "????--"},
		{model.HookOfCircleCI, true, "pull_request", "----?+"},
		{model.HookOfCircleCI, true, "create", "------"},
		{model.HookOfCircleCI, true, "*", "?????+"},
		{model.HookOfCircleCI, true, "~push pull_request", "?????+"},
		{model.HookOfCircleCI, true, "push ~pull_request", "??????"},
		{model.HookOfCircleCI, false, "push pull_request", "------"},
		{model.HookOfOther, true, "push", "?"},
		{model.HookOfRetiredCI, true, "push", "?"},
	} {
		asked := strings.Fields(c.events)
		sends := func(e string) model.Tri {
			if slices.Contains(asked, "~"+e) {
				return model.TriUnknown
			}
			return model.Is(slices.Contains(asked, e) || slices.Contains(asked, "*"))
		}
		var got strings.Builder
		for _, x := range consequences(c.owner, sends, c.active) {
			got.WriteString(map[model.Tri]string{model.Yes: "+", model.No: "-", model.TriUnknown: "?"}[x.state])
			if x.what == "" || x.why == "" {
				t.Errorf("%s: %+v does not say why", c.events, x)
			}
			if off := strings.Contains(x.why, "switched off"); off != (!c.active && c.owner == model.HookOfCircleCI) {
				t.Errorf("%s, active %v: %s %s", c.events, c.active, x.what, x.why)
			}
		}
		if got.String() != c.want {
			t.Errorf("%s of %s: %s, want %s", c.events, c.owner, got.String(), c.want)
		}
	}
}
