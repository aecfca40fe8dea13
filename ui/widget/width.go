// Package widget holds what screens are made of: a table that draws only its window, menus, forms, boxes. Widgets know no
// repository and no service.
package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of terminal cells s takes; ASCII is counted without a look-up.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// plain reports that every byte of s takes one cell.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Cut shortens s to at most w cells, with … where something is missing.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// Fit is s in exactly w cells.
func Fit(s string, w int) string {
	s = Cut(s, w)
	return s + Spaces(w-Width(s))
}

const blanks = "                                                                                                                                "

// Spaces is n blanks; no negative n.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Wrap breaks text into lines of at most w cells, at blanks where it can.
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	return strings.Split(ansi.Hardwrap(ansi.Wrap(s, w, ""), w, true), "\n") // Wrap leaves long words with dashes too long
}

// Place draws box over base with its top left corner at x, y. Both may hold styles; lines outside base are left out.
func Place(base, box string, x, y int) string {
	lines := strings.Split(base, "\n")
	for i, b := range strings.Split(box, "\n") {
		at := y + i
		if at < 0 || at >= len(lines) {
			continue
		}
		left := ansi.Truncate(lines[at], x, "")
		left += Spaces(x - ansi.StringWidth(left))
		lines[at] = left + "\x1b[0m" + b + "\x1b[0m" + ansi.TruncateLeft(lines[at], x+ansi.StringWidth(b), "")
	}
	return strings.Join(lines, "\n")
}

// Box frames lines with a title; inner is the width between the borders.
func Box(title string, lines []string, inner int) string {
	var b strings.Builder
	title = Cut(title, inner-2)
	b.WriteString("┌ " + title + " " + strings.Repeat("─", max(inner-Width(title)-2, 0)) + "┐\n")
	for _, l := range lines {
		if ansi.StringWidth(l) > inner {
			l = ansi.Truncate(l, inner, "…")
		}
		b.WriteString("│" + l + "\x1b[0m" + Spaces(inner-ansi.StringWidth(l)) + "│\n")
	}
	b.WriteString("└" + strings.Repeat("─", max(inner, 0)) + "┘")
	return b.String()
}

// CutStyled shortens a line that holds styles, and ends them.
func CutStyled(s string, w int) string {
	if ansi.StringWidth(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…") + "\x1b[0m"
}
