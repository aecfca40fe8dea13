// Package theme holds every style of the console, named by meaning and built once. Only the terminal's own 16 colours are used:
// they suit light and dark backgrounds alike, and meaning is never in colour alone.
package theme

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Style is a style as the bytes that switch it on and off, so that drawing a cell allocates nothing.
type Style struct{ open, close string }

// Append writes s in the style.
func (p Style) Append(dst []byte, s string) []byte {
	dst = append(dst, p.open...)
	dst = append(dst, s...)
	return append(dst, p.close...)
}

// Render is s in the style.
func (p Style) Render(s string) string { return p.open + s + p.close }

// Theme is all styles.
type Theme struct {
	Plain    Style
	Brand    Style // the product's name
	Title    Style // what this screen shows
	Heading  Style // table headers, section titles
	Selected Style // the row under the cursor
	Key      Style // a key in the key bar
	Faint    Style // what steps back: units, hints, frames
	Good     Style
	Danger   Style // broken
	Warn     Style
	Unknown  Style // not read, denied, failed: never looks like Good or like nothing
	Link     Style
	Badge    Style // DEMO, READ-ONLY
	Match    Style // the part of a name that a filter matched
}

// New builds the theme for an output. With noColor no colour is used; bold and reverse stay.
func New(out io.Writer, noColor bool) *Theme {
	r := lipgloss.NewRenderer(out)
	r.SetHasDarkBackground(true)
	r.SetColorProfile(termenv.ANSI)
	if noColor {
		r.SetColorProfile(termenv.Ascii)
	}
	base := r.NewStyle()
	colour := func(n string) lipgloss.Style { return base.Foreground(lipgloss.Color(n)) }
	t := &Theme{
		Plain:   Style{},
		Brand:   style(colour("6").Bold(true)),
		Title:   style(base.Bold(true)),
		Heading: style(colour("8").Bold(true)),
		Key:     style(colour("6")),
		Faint:   style(colour("8")),
		Good:    style(colour("2")),
		Danger:  style(colour("1").Bold(true)),
		Warn:    style(colour("3")),
		Unknown: style(colour("5")),
		Link:    style(colour("4")),
		Match:   style(colour("6").Bold(true)),
	}
	// Reverse and bold carry meaning without colour, so they are written even where colour is off.
	t.Selected = Style{"\x1b[7m", "\x1b[0m"}
	t.Badge = Style{"\x1b[7m", "\x1b[0m"}
	if noColor {
		t.Title = Style{"\x1b[1m", "\x1b[0m"}
		t.Brand, t.Heading = t.Title, t.Title
	}
	return t
}

// style finds what lipgloss puts around a text.
func style(s lipgloss.Style) Style {
	open, close, ok := strings.Cut(s.Render("x"), "x")
	if !ok {
		return Style{}
	}
	return Style{open, close}
}

// Open is what switches the style on.
func (p Style) Open() string { return p.open }

// Close is what switches it off.
func (p Style) Close() string { return p.close }
