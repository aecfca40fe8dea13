package trigger_test

import (
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/trigger"
)

// words are the answers to all cases, one letter each: + built, - not, ? something must be read first.
func words(vs []trigger.Verdict) string {
	var b strings.Builder
	for _, v := range vs {
		b.WriteString(map[model.Tri]string{model.Yes: "+", model.No: "-", model.TriUnknown: "?"}[v.Built])
	}
	return b.String()
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	hook := func(active bool, events ...string) *model.Hook {
		h := &model.Hook{ID: "4711", Active: active}
		for _, e := range events {
			h.Events = append(h.Events, model.Outside(e))
		}
		return h
	}
	known := func(s model.CISettings) model.Reading[model.CISettings] { return model.Read(s, 1) }
	plain, only := known(model.CISettings{}), known(model.CISettings{BuildPRsOnly: true, PROnlyOverrides: []string{"main", "release.*", "("}})
	unread := model.Unreadable[model.CISettings](&model.Cause{Kind: model.CauseForbidden})
	for name, c := range map[string]struct {
		w    trigger.Wiring
		want string // default, branch, branch with PR, PR, fork PR, tag, information
	}{
		"healthy":              {trigger.Wiring{Hook: hook(true, "push", "pull_request"), Settings: plain}, "+++--++"},
		"push removed (S1)":    {trigger.Wiring{Hook: hook(true, "pull_request"), Settings: plain}, "------+"},
		"push only":            {trigger.Wiring{Hook: hook(true, "push"), Settings: plain}, "+++--+-"},
		"everything":           {trigger.Wiring{Hook: hook(true, "*"), Settings: known(model.CISettings{BuildForkPRs: true})}, "+++-+++"},
		"only PRs":             {trigger.Wiring{Hook: hook(true, "push", "pull_request"), Settings: only}, "+-++-++"},
		"only PRs, exception":  {trigger.Wiring{Hook: hook(true, "push", "pull_request"), Settings: only, Branch: "release/1"}, "++++-++"},
		"only PRs, none heard": {trigger.Wiring{Hook: hook(true, "push"), Settings: only}, "+----+-"},
		"switched off":         {trigger.Wiring{Hook: hook(false, "push", "pull_request"), Settings: plain}, "-------"},
		"no hook":              {trigger.Wiring{Settings: plain}, "-------"},
		"settings unread":      {trigger.Wiring{Hook: hook(true, "push", "pull_request"), Settings: unread}, "+????++"},
		"settings never asked": {trigger.Wiring{Hook: hook(true, "push")}, "+???-+-"},
		"GitHub App":           {trigger.Wiring{Integration: model.IntegrationGitHubApp}, "???????"},
	} {
		vs := trigger.Matrix(c.w)
		if got := words(vs); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		for _, v := range vs {
			if v.Why == "" || v.Short == "" || len(v.Short) > 24 || (v.Needs != "") != (v.Built == model.TriUnknown) {
				t.Errorf("%s: %s says %q, needs %q", name, v.Case, v.Why, v.Needs)
			}
		}
	}
}
