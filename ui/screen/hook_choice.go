package screen

import (
	"slices"

	"gatehouse/model"
)

// wired is a hook with its repository.
type wired struct {
	ref  model.RepoRef
	hook model.Hook
}

// eventChoice is what is chosen for the events of one hook or of many: what is not touched stays as each hook has it.
type eventChoice struct {
	hooks  []wired
	chosen map[string]bool
	active model.Tri // unknown: as it is
	preset int       // the next one; past the last it is as it was
}

// has counts the hooks that ask for the event itself, whatever else "*" brings them.
func (c *eventChoice) has(event string) int {
	n := 0
	for _, w := range c.hooks {
		if slices.ContainsFunc(w.hook.Events, func(e model.Text) bool { return e.Raw() == event }) {
			n++
		}
	}
	return n
}

// state is whether the event will be asked for: by all, by none, or (unknown) by some.
func (c *eventChoice) state(event string) model.Tri {
	if on, ok := c.chosen[event]; ok {
		return model.Is(on)
	}
	switch c.has(event) {
	case 0:
		return model.No
	case len(c.hooks):
		return model.Yes
	}
	return model.TriUnknown
}

// toggle turns an event on or off for all; what some have goes on, off, and back to some.
func (c *eventChoice) toggle(event string) {
	n := c.has(event)
	mixed := n > 0 && n < len(c.hooks)
	on, chosen := c.chosen[event]
	switch {
	case mixed && chosen && !on:
		delete(c.chosen, event)
	case mixed:
		c.chosen[event] = !chosen
	default:
		c.chosen[event] = c.state(event) != model.Yes
		if c.chosen[event] == (n > 0) {
			delete(c.chosen, event)
		}
	}
}

// usePreset goes to the next preset, and after the last back to what was.
func (c *eventChoice) usePreset(all []string) (name string) {
	clear(c.chosen)
	if c.preset == len(model.EventPresets) {
		c.preset = 0
		return "as it was"
	}
	p := model.EventPresets[c.preset]
	c.preset++
	for _, e := range all {
		want := slices.Contains(p.Events, e)
		if n := c.has(e); want && n < len(c.hooks) || !want && n > 0 {
			c.chosen[e] = want
		}
	}
	return p.Name
}

// activeState is whether the hooks will be on: all, none, or (unknown) some.
func (c *eventChoice) activeState() model.Tri {
	if c.active != model.TriUnknown {
		return c.active
	}
	n := 0
	for _, w := range c.hooks {
		if w.hook.Active {
			n++
		}
	}
	switch n {
	case 0:
		return model.No
	case len(c.hooks):
		return model.Yes
	}
	return model.TriUnknown
}

func (c *eventChoice) toggleActive() {
	if c.active != model.TriUnknown {
		c.active = model.TriUnknown
		return
	}
	c.active = model.Is(c.activeState() != model.Yes)
}

// ops are the edits that make the choice true: only what differs, hook by hook.
func (c *eventChoice) ops() []model.Op {
	var out []model.Op
	for _, w := range c.hooks {
		o := model.EditHook{Target: model.Target{Repo: w.ref}, Hook: w.hook.ID}
		for _, e := range sortedKeys(c.chosen) {
			is := slices.ContainsFunc(w.hook.Events, func(t model.Text) bool { return t.Raw() == e })
			switch {
			case c.chosen[e] && !is:
				o.Add = append(o.Add, e)
			case !c.chosen[e] && is:
				o.Remove = append(o.Remove, e)
			}
		}
		if c.active != model.TriUnknown && model.Is(w.hook.Active) != c.active {
			o.Active = c.active
		}
		if len(o.Add)+len(o.Remove) > 0 || o.Active != model.TriUnknown {
			out = append(out, o)
		}
	}
	return out
}

// after is one hook's events with the choice, sorted.
func (c *eventChoice) after(w wired) []string {
	var out []string
	for _, e := range w.hook.Events {
		if on, ok := c.chosen[e.Raw()]; !ok || on {
			out = append(out, e.Raw())
		}
	}
	for _, e := range sortedKeys(c.chosen) {
		if c.chosen[e] && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
