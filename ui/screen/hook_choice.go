package screen

import (
	"maps"
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

// asks reports that a hook asks for the event by its name.
func asks(h model.Hook, event string) bool {
	return slices.ContainsFunc(h.Events, func(e model.Text) bool { return e.Raw() == event })
}

// will is whether a hook will ask for the event by its name.
func (c *eventChoice) will(w wired, event string) bool {
	if on, ok := c.chosen[event]; ok {
		return on
	}
	return asks(w.hook, event)
}

// share is all, none, or (unknown) some.
func share(n, of int) model.Tri {
	switch n {
	case 0:
		return model.No
	case of:
		return model.Yes
	}
	return model.TriUnknown
}

// has counts the hooks that have the event before it is chosen; one that asks for every event and goes on to has each.
func (c *eventChoice) has(event string) int {
	n := 0
	for _, w := range c.hooks {
		if asks(w.hook, event) || event != "*" && c.will(w, "*") {
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
	return share(c.has(event), len(c.hooks))
}

// sends is whether the event will be sent, by its name or because every one is.
func (c *eventChoice) sends(event string) model.Tri {
	n := 0
	for _, w := range c.hooks {
		if c.will(w, event) || c.will(w, "*") {
			n++
		}
	}
	return share(n, len(c.hooks))
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
	if event == "*" && c.chosen["*"] {
		clear(c.chosen) // who asks for every event asks for no single one
		c.chosen["*"] = true
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
	for _, e := range append([]string{"*"}, all...) { // "*" first: what is had because of it goes with it
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
	return share(n, len(c.hooks))
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
		if c.chosen["*"] && !asks(w.hook, "*") {
			o.Set = []string{"*"} // alone: added to single ones it is not known to stay as it was asked
		} else {
			o.Add, o.Remove = c.delta(w)
		}
		if c.active != model.TriUnknown && model.Is(w.hook.Active) != c.active {
			o.Active = c.active
		}
		if len(o.Set)+len(o.Add)+len(o.Remove) > 0 || o.Active != model.TriUnknown {
			out = append(out, o)
		}
	}
	return out
}

// delta is what is added to a hook's events and taken away. To a hook that asks for every event nothing is added.
func (c *eventChoice) delta(w wired) (add, remove []string) {
	every := c.will(w, "*")
	for _, e := range slices.Sorted(maps.Keys(c.chosen)) {
		is := asks(w.hook, e)
		switch {
		case c.chosen[e] && !is && !every:
			add = append(add, e)
		case !c.chosen[e] && is:
			remove = append(remove, e)
		}
	}
	return add, remove
}

// after is one hook's events with the choice, sorted.
func (c *eventChoice) after(w wired) []string {
	if c.chosen["*"] && !asks(w.hook, "*") {
		return []string{"*"}
	}
	add, remove := c.delta(w)
	out := add
	for _, e := range w.hook.Events {
		if !slices.Contains(remove, e.Raw()) {
			out = append(out, e.Raw())
		}
	}
	slices.Sort(out)
	return out
}

// beyond is the first hook that asks for every event while single ones are to be taken away: that cannot be done to it.
func (c *eventChoice) beyond() (wired, bool) {
	for _, e := range slices.Sorted(maps.Keys(c.chosen)) {
		for _, w := range c.hooks {
			if e != "*" && !c.chosen[e] && c.will(w, "*") {
				return w, true
			}
		}
	}
	return wired{}, false
}

// made is a hook as the choice makes it.
func (c *eventChoice) made(w wired) model.Hook {
	h := w.hook
	h.Events = nil
	for _, e := range c.after(w) {
		h.Events = append(h.Events, model.Outside(e))
	}
	h.Active = c.activeState() == model.Yes
	return h
}
