package screen

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/model"
)

// choose makes a choice over hooks whose events are given, and presses keys: an event toggles it, "preset" takes the next one, "active" switches.
func choose(hooks, keys string) *eventChoice {
	c := &eventChoice{chosen: map[string]bool{}}
	for i, events := range strings.Split(hooks, "|") {
		h := model.Hook{ID: fmt.Sprint(i + 1), Active: true}
		for e := range strings.FieldsSeq(events) {
			h.Events = append(h.Events, model.Outside(e))
		}
		c.hooks = append(c.hooks, wired{model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprint("repo-", i+1)}, h})
	}
	for k := range strings.FieldsSeq(keys) {
		switch k {
		case "preset":
			c.usePreset([]string{"push", "pull_request", "create", "fork", "unheard_of"})
		case "active":
			c.toggleActive()
		default:
			c.toggle(k)
		}
	}
	return c
}

// TestChoice: what is asked of each hook, what it has after, and whether push is sent (+ by all, - by none, ? by some).
func TestChoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ hooks, keys, ops, after, push string }{
		{"pull_request", "", "", "pull_request", "-"},
		{"pull_request", "push", "1 +push", "pull_request push", "+"},
		{"pull_request", "push push", "", "pull_request", "-"},
		{"pull_request", "push pull_request", "1 +push -pull_request", "push", "+"},
		{"push unheard_of", "create", "1 +create", "create push unheard_of", "+"},
		{"create", "preset", "1 +pull_request,push -create", "pull_request push", "+"},
		{"create", "preset preset preset", "", "create", "-"},
		{"push", "active", "1 active=false", "push", "+"},
		{"push", "active active", "", "push", "+"},
		// Every event: asked for alone, nothing is added to it, single ones are chosen after it is given up.
		{"pull_request", "*", "1 =*", "*", "+"},
		{"pull_request", "create * *", "", "pull_request", "-"},
		{"*", "", "", "*", "+"},
		{"*", "*", "1 -*", "", "-"},
		{"*", "* push", "1 +push -*", "push", "+"},
		{"*", "* push *", "", "*", "+"},
		{"*", "preset", "1 +pull_request,push -*", "pull_request push", "+"},
		// Many hooks: what some have is left as each has it unless it is chosen.
		{"push|pull_request", "", "", "push|pull_request", "?"},
		{"push|pull_request", "push", "2 +push", "push|pull_request push", "+"},
		{"push|pull_request", "push push", "1 -push", "|pull_request", "-"},
		{"push|pull_request", "push push push", "", "push|pull_request", "?"},
		{"push|*", "", "", "push|*", "+"},
		{"pull_request|*", "", "", "pull_request|*", "?"},
		{"pull_request|*", "push", "1 +push", "pull_request push|*", "+"},
		{"push|*", "preset", "1 +pull_request, 2 +pull_request,push -*", "pull_request push|pull_request push", "+"},
		{"push|*", "*", "1 =*", "*|*", "+"},
	} {
		x := choose(c.hooks, c.keys)
		var ops, after []string
		for _, op := range x.ops() {
			o := op.(model.EditHook)
			ops = append(ops, o.Hook+part(" =", o.Set)+part(" +", o.Add)+part(" -", o.Remove)+map[model.Tri]string{model.No: " active=false", model.Yes: " active=true"}[o.Active])
		}
		for _, w := range x.hooks {
			after = append(after, strings.Join(x.after(w), " "))
		}
		push := map[model.Tri]string{model.Yes: "+", model.No: "-", model.TriUnknown: "?"}[x.sends("push")]
		if strings.Join(ops, ", ") != c.ops || strings.Join(after, "|") != c.after || push != c.push {
			t.Errorf("%s, %q: asks for %q, leaves %q, push %s; want %q, %q, %s", c.hooks, c.keys, ops, after, push, c.ops, c.after, c.push)
		}
		if _, beyond := x.beyond(); beyond {
			t.Errorf("%s, %q: said to be impossible", c.hooks, c.keys)
		}
	}
	if w, ok := choose("push|*", "push").beyond(); !ok || w.hook.ID != "2" {
		t.Errorf("a single event taken from a hook that asks for every one: %v %v", w.hook.ID, ok)
	}
}

func part(sign string, events []string) string {
	if len(events) == 0 {
		return ""
	}
	return sign + strings.Join(events, ",")
}

// TestLeftWords names what is left out by reason, and counts what is too much to name.
func TestLeftWords(t *testing.T) {
	t.Parallel()
	var left []leftOut
	for i := range 9 {
		why := "it has no CircleCI hook"
		if i == 1 {
			why = "archived"
		}
		left = append(left, leftOut{model.RepoRef{Forge: model.GitHub, Owner: "a", Name: fmt.Sprint(i)}, why})
	}
	const want = "gh/a/0, gh/a/2, gh/a/3, gh/a/4, gh/a/5, gh/a/6 and 2 more (it has no CircleCI hook); gh/a/1 (archived)"
	if got := leftWords(left); got != want || leftWords(nil) != "" {
		t.Errorf("%q, want %q", got, want)
	}
}
