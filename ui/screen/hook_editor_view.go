package screen

import (
	"fmt"
	"strings"

	"gatehouse/model"
	"gatehouse/ui/widget"
)

// View draws the groups, the consequences beside or below them, and what is before and after.
func (s *HookEditor) View(w, h int) string {
	foot := s.footLines(w, h)
	wide := w >= 146 // two columns of whole names beside the consequences
	gridWidth, gridHeight := w, h-len(foot)
	right := s.consequenceLines(w)
	switch {
	case wide:
		gridWidth = w - paneCells - 2
		right = s.consequenceLines(paneCells)
	case gridHeight-len(right)-1 < 3: // too low for both: what is being chosen comes first
		right = nil
	default:
		gridHeight -= len(right) + 1
	}
	if gridHeight < 1 {
		foot, gridHeight = nil, h
	}
	grid := s.grid(gridWidth, max(gridHeight, 1))
	var lines []string
	for i, l := range grid {
		if wide {
			r := ""
			if i < len(right) {
				r = right[i]
			}
			l = widget.CutStyled(l, gridWidth-1)
			l += widget.Spaces(gridWidth-widget.Width(l)) + s.env.Theme.Faint.Render("│ ") + r
		}
		lines = append(lines, l)
	}
	if !wide && len(right) > 0 {
		lines = append(append(lines, ""), right...)
	}
	return strings.Join(append(lines, foot...), "\n")
}

const (
	nameCells = 11 // of a group's name
	paneCells = 56 // of the consequences beside the grid
)

// grid is exactly h lines of checkboxes, scrolled to the cursor.
func (s *HookEditor) grid(w, h int) []string {
	longest := 0
	for _, e := range s.events() {
		longest = max(longest, widget.Width(model.Outside(e).String()))
	}
	cell := min(longest+6, max((w-nameCells-2)/2, 20)) // two beside each other, if some long names must be cut for it
	s.cols = max((w-nameCells-2)/cell, 1)
	all := s.places()
	line, _ := lineOf(all, s.cursor)
	s.top = max(min(s.top, line), line-h+1)
	s.top = max(min(s.top, len(all)-h), 0)
	out := make([]string, 0, h)
	events := s.events()
	for _, p := range all[s.top:min(s.top+h, len(all))] {
		out = append(out, s.gridLine(p, events, cell))
	}
	if below := len(all) - s.top - h; below > 0 && h > 1 {
		out[h-1] = "  " + s.env.Theme.Faint.Render(fmt.Sprintf("↓ %d more lines", below+1))
		if line == s.top+h-1 {
			s.top++
			return s.grid(w, h)
		}
	}
	for len(out) < h {
		out = append(out, "")
	}
	return out
}

func (s *HookEditor) gridLine(p place, events []string, cell int) string {
	t := s.env.Theme
	var b strings.Builder
	b.WriteString("  " + t.Heading.Render(widget.Fit(p.group, nameCells)))
	for i := p.from; i < p.from+p.n; i++ {
		e := events[i]
		box, style := "[ ]", &t.Plain
		state := s.choice.state(e)
		switch {
		case s.choice.state("*") == model.Yes:
			box, style = "[*]", &t.Faint
		case state == model.Yes:
			box = "[x]"
		case state == model.TriUnknown:
			box = "[-]"
		}
		if _, touched := s.choice.chosen[e]; touched {
			style = &t.Title
		}
		text := widget.Fit(box+" "+model.Outside(e).String(), cell-2)
		if i == s.cursor {
			style = &t.Selected
		}
		b.WriteString(style.Render(text) + "  ")
	}
	return b.String()
}

func (s *HookEditor) consequenceLines(w int) []string {
	t := s.env.Theme
	first := s.choice.hooks[0]
	out := []string{"  " + t.Title.Render("With this choice")}
	rows := consequences(first.hook.Whose(), s.choice.sends, s.choice.activeState() != model.No)
	if s.project != nil && first.hook.Whose() == model.HookOfCircleCI {
		rows = predicted(s.project, s.choice.made(first), s.settings)
	}
	for _, c := range rows {
		mark, style := "?", &t.Unknown
		switch c.state {
		case model.Yes:
			mark, style = "✓", &t.Good
		case model.No:
			mark, style = "✗", &t.Danger
		case model.TriUnknown:
		}
		words := c.why
		if c.short != "" && widget.Width(words) > w-32 {
			words = c.short
		}
		out = append(out, "  "+widget.Fit(c.what, 27)+style.Render(mark+" "+widget.Cut(words, max(w-32, 8))))
	}
	return out
}

// footLines are what is before and after, for one hook in full, for many in counts.
func (s *HookEditor) footLines(w, h int) []string {
	t := s.env.Theme
	most := 2 // lines of a row
	if h >= 30 {
		most = 4
	}
	row := func(name, text string) []string {
		var out []string
		for i, l := range widget.Wrap(text, max(w-12, 10)) {
			if i > 0 {
				name = ""
			}
			out = append(out, "  "+t.Faint.Render(widget.Fit(name, 8))+l)
		}
		if len(out) > most {
			out = out[:most]
			out[most-1] = widget.CutStyled(out[most-1], w-3) + "…"
		}
		return out
	}
	if len(s.choice.hooks) > 1 {
		out := append([]string{""}, row("change", fmt.Sprintf("%s of %d; the rest stays as each has it (secrets kept)", plural(len(s.choice.ops()), "hook", "hooks"), len(s.choice.hooks)))...)
		if s.spared != "" {
			out = append(out, row("without", s.spared)...)
		}
		return out
	}
	x := s.choice.hooks[0]
	out := append([]string{""}, row("before", eventList(x.hook.Events)+"; "+activeWords(model.Is(x.hook.Active)))...)
	if len(s.choice.ops()) == 0 {
		return append(out, row("after", "unchanged")...)
	}
	rest := "; " + activeWords(s.choice.activeState())
	if x.hook.SecretSet == model.Yes {
		rest += "   (secret kept)"
	}
	after := strings.Join(visible(s.choice.after(x)), ", ") + rest
	if len(widget.Wrap(after, max(w-12, 10))) > most { // what changes must not be what is cut
		after = "as before" + s.deltaWords(x) + rest
	}
	return append(out, row("after", after)...)
}

// deltaWords are what is added to a hook's events and taken away.
func (s *HookEditor) deltaWords(x wired) string {
	add, remove := s.choice.delta(x)
	words := ""
	if len(add) > 0 {
		words += ", and " + strings.Join(visible(add), ", ")
	}
	if len(remove) > 0 {
		words += ", without " + strings.Join(visible(remove), ", ")
	}
	return words
}

// leftWords are what is left out, by reason; of many repositories with the same reason the first.
func leftWords(left []leftOut) string {
	const names = 6
	of := map[string][]string{}
	var reasons, out []string
	for _, l := range left {
		if of[l.why] == nil {
			reasons = append(reasons, l.why)
		}
		of[l.why] = append(of[l.why], l.ref.String())
	}
	for _, why := range reasons {
		refs := of[why]
		words := strings.Join(refs[:min(len(refs), names)], ", ")
		if over := len(refs) - names; over > 0 {
			words += fmt.Sprintf(" and %d more", over)
		}
		out = append(out, words+" ("+why+")")
	}
	return strings.Join(out, "; ")
}

func visible(events []string) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = model.Outside(e).String()
	}
	return out
}
