package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/model"
	"gatehouse/ui/screen"
	"gatehouse/ui/widget"
)

// Below this size nothing useful fits.
const leastWidth, leastHeight = 40, 10

// View draws the frame: who and where, what, the screen, a sentence, the keys.
func (a *App) View() string {
	w, h := a.w, a.h
	if w < leastWidth || h < leastHeight {
		return widget.Cut(fmt.Sprintf("gatehouse needs %d×%d, this is %d×%d", leastWidth, leastHeight, w, h), max(w, 0))
	}
	rule := a.theme.Faint.Render(strings.Repeat("─", w))
	body := a.Top().View(w, h-6)
	if a.dialog != nil {
		box := a.dialog.View(w, h-6)
		lines := strings.Split(box, "\n")
		body = widget.Place(body, box, max((w-ansi.StringWidth(lines[0]))/2, 0), max((h-6-len(lines))/3, 0))
	}
	return strings.Join([]string{a.header(w), a.title(w), rule, body, rule, a.sentence(w), a.bar(w)}, "\n")
}

// header says who gatehouse is at each service and what is left of the limit.
func (a *App) header(w int) string {
	t := a.theme
	left := t.Brand.Render(" gatehouse")
	if a.services.Demo {
		left += "  " + t.Badge.Render(" DEMO ")
	}
	if a.services.ReadOnly {
		left += "  " + t.Badge.Render(" READ-ONLY ")
	}
	if a.services.Profile != "" {
		left += "  " + t.Faint.Render("as ") + model.Outside(a.services.Profile).String()
	}
	right := ""
	for _, acc := range a.book.Snap.Accounts {
		right += a.account(acc) + "  "
	}
	if a.book.Problem != nil {
		right = t.Danger.Render("✗ not connected") + "  "
	}
	if a.services.Limit != nil {
		if l, ok := a.services.Limit(); ok {
			right += t.Faint.Render(fmt.Sprintf("%d/%d ", l.Remaining, l.Limit))
		}
	}
	return justify(left, right, w)
}

func (a *App) account(acc model.Account) string {
	t := a.theme
	name := acc.Login.Value.String() + "@" + string(acc.Service)
	switch {
	case acc.Login.State == model.Known:
		if at, ok := acc.Expires.All(); ok && at > 0 && at < a.book.Now+14*86400 {
			return name + " " + t.Warn.Render(fmt.Sprintf("! token ends in %d d", (max(at, a.book.Now)-a.book.Now)/86400))
		}
		return name + " " + t.Good.Render("✓")
	case acc.Configured:
		return string(acc.Service) + " " + t.Danger.Render("✗ refused")
	}
	return t.Faint.Render(string(acc.Service) + " –")
}

// title says what the screen shows, and how far reading has come.
func (a *App) title(w int) string {
	right := ""
	switch {
	case a.running != nil:
		right = a.theme.Warn.Render(a.running.counts()) + " "
	case a.book.Reading:
		right = a.progress() + " "
	case a.unfinished > 0:
		right = a.theme.Warn.Render(fmt.Sprintf("! %d unfinished in the journal (J)", a.unfinished)) + " "
	}
	head, rest, _ := strings.Cut(a.Top().Title(), "   ")
	left := " " + a.theme.Title.Render(head) + "   " + a.theme.Faint.Render(rest)
	return justify(left, right, w)
}

const barWidth = 10

func (a *App) progress() string {
	b := a.book
	if b.Total == 0 {
		return a.theme.Faint.Render("reading …")
	}
	full := barWidth * min(b.Done, b.Total) / b.Total
	return fmt.Sprintf("reading %d/%d %s%s", b.Done, b.Total, a.theme.Key.Render(strings.Repeat("▓", full)), a.theme.Faint.Render(strings.Repeat("░", barWidth-full)))
}

// sentence is a flash, or what the screen has to say about the row under the cursor.
func (a *App) sentence(w int) string {
	if a.flash.Text != "" {
		style := a.theme.Good
		if a.flash.Bad {
			style = a.theme.Warn
		}
		return " " + style.Render(widget.Cut(a.flash.Text, w-2))
	}
	if d, ok := a.Top().(screen.Detailer); ok {
		return " " + widget.Cut(d.Detail(), w-2)
	}
	return ""
}

// bar is the keys worth knowing here; what cannot be done now steps back.
func (a *App) bar(w int) string {
	if t, ok := a.Top().(screen.Typer); ok && t.Typing() {
		if hint, ok := t.(screen.Hinter); ok {
			return " " + a.theme.Faint.Render(widget.Cut(hint.TypingHint(), w-2))
		}
		return " " + a.theme.Faint.Render(widget.Cut("words match names · org: ci: hook: checkout: key: people: findings: is: -not    enter keep · esc drop", w-2))
	}
	var shown []screen.Action
	room := w - 1
	for _, act := range a.actions() {
		if act.Bar {
			shown = append(shown, act)
			room -= barCells(act)
		}
	}
	// The ways out and to help stay whatever the width: what goes first is what stands last before them.
	for i := len(shown) - 1; i >= 0 && room < 0; i-- {
		if key := shown[i].Key; key != "?" && key != "esc" && key != "q" {
			room += barCells(shown[i])
			shown = slices.Delete(shown, i, i+1)
		}
	}
	var b strings.Builder
	for _, act := range shown {
		key, name := keyName(act.Key), act.Name
		if refusal(act, a.services.ReadOnly) != nil {
			b.WriteString("   " + a.theme.Faint.Render(key+" "+name))
			continue
		}
		b.WriteString("   " + a.theme.Key.Render(key) + " " + name)
	}
	return widget.CutStyled(strings.TrimPrefix(b.String(), "  "), w)
}

// barCells is the room an action takes in the key bar.
func barCells(act screen.Action) int {
	return widget.Width(keyName(act.Key)) + 1 + widget.Width(act.Name) + 3
}

// justify puts left and right at the ends of a line; left gives way, never the frame.
func justify(left, right string, w int) string {
	room := w - ansi.StringWidth(right)
	if room < 12 {
		return widget.CutStyled(left, w)
	}
	left = widget.CutStyled(left, room-1)
	return left + widget.Spaces(room-ansi.StringWidth(left)) + right
}
