package print

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Table is a plain list: aligned under a header on a terminal, tab-separated without one when piped.
type Table struct {
	Columns []string
	Rows    [][]string // texts that are safe on a terminal
}

// Write prints the table; width 0 is a pipe. On a terminal cells are cut so that no row wraps.
func (t Table) Write(w io.Writer, width int) error {
	if width == 0 {
		for _, r := range t.Rows {
			if _, err := fmt.Fprintln(w, strings.Join(r, "\t")); err != nil {
				return err
			}
		}
		return nil
	}
	wide := t.widths(width)
	for _, r := range append([][]string{upper(t.Columns)}, t.Rows...) {
		var b strings.Builder
		for i, cell := range r {
			if wide[i] == 0 {
				continue
			}
			cell = ansi.Truncate(cell, wide[i], "…")
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", wide[i]-ansi.StringWidth(cell)+2))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func upper(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.ToUpper(s)
	}
	return out
}

// widths gives each column what it needs; what is too much is taken from the widest, one cell at a time.
func (t Table) widths(width int) []int {
	wide := make([]int, len(t.Columns))
	total := -2
	for i, c := range t.Columns {
		wide[i] = ansi.StringWidth(c)
		for _, r := range t.Rows {
			wide[i] = max(wide[i], ansi.StringWidth(r[i]))
		}
		total += wide[i] + 2
	}
	for ; total > width; total-- {
		widest := 0
		for i := range wide {
			if wide[i] > wide[widest] {
				widest = i
			}
		}
		if wide[widest] <= 4 {
			break
		}
		wide[widest]--
	}
	return wide
}
