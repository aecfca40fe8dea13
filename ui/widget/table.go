package widget

import "gatehouse/ui/theme"

// Column is a column of a Table. Columns with a higher Rank are left out first when the screen is narrow; Rank 0 always stays.
type Column struct {
	Title string
	Min   int // cells it needs to be of use
	Want  int // cells it takes when there is room
	Rank  int
	Right bool // numbers
	Off   bool // switched off by the user
}

// Cell is what a table draws: text that is safe on a terminal, and a style.
type Cell struct {
	Text  string
	Style *theme.Style
}

// Table shows a window of any number of rows. What it costs to move and draw does not depend on how many there are.
type Table struct {
	Columns []Column
	Len     int
	Cursor  int
	Cell    func(row, column int) Cell
	Marked  func(row int) bool
	Empty   []string // what to say when there is no row

	theme  *theme.Theme
	top    int
	height int // of the last drawn window, without the header
	widths []int
	laid   int // the width the columns were laid out for
	buf    []byte
	cuts   map[cutKey]cut
}

// cut is a text that was measured and shortened before: finding out how wide a text is costs more than drawing it.
type cut struct {
	text  string
	width int
}

type cutKey struct {
	text string
	w    int
}

// mostCuts is how many are remembered: some hundred screens.
const mostCuts = 1 << 15

// NewTable makes a table.
func NewTable(t *theme.Theme, columns []Column) *Table {
	return &Table{Columns: columns, theme: t, widths: make([]int, len(columns)), height: 10, cuts: map[cutKey]cut{}}
}

// Relayout makes the next View lay the columns out again; call it after changing Columns.
func (t *Table) Relayout() { t.laid = 0 }

// Move moves the cursor by n rows and stays inside.
func (t *Table) Move(n int) { t.Go(t.Cursor + n) }

// Go puts the cursor on a row, or on the nearest there is.
func (t *Table) Go(row int) { t.Cursor = max(min(row, t.Len-1), 0) }

// Page is how many rows a page key moves.
func (t *Table) Page() int { return max(t.height-1, 1) }

// Window is the rows in sight: from the first to before the last. There may be fewer rows now than when it was drawn.
func (t *Table) Window() (from, to int) {
	return min(t.top, t.Len), min(t.top+t.height, t.Len)
}

// Handle moves the cursor for the keys that every list knows.
func (t *Table) Handle(key string) bool {
	switch key {
	case "up", "k":
		t.Move(-1)
	case "down", "j":
		t.Move(1)
	case "pgup", "ctrl+u":
		t.Move(-t.Page())
	case "pgdown", "ctrl+d":
		t.Move(t.Page())
	case "home", "g":
		t.Go(0)
	case "end", "G":
		t.Go(t.Len - 1)
	default:
		return false
	}
	return true
}

const gap = 2 // cells between columns

// layout chooses columns and their widths for a screen of w cells.
func (t *Table) layout(w int) {
	if t.laid == w {
		return
	}
	t.laid = w
	room := w - 2
	rank := 0
	for _, c := range t.Columns {
		rank = max(rank, c.Rank)
	}
	for ; rank > 0 && t.need(rank) > room; rank-- {
	}
	spare := room - t.need(rank)
	for i, c := range t.Columns {
		t.widths[i] = 0
		if c.Rank <= rank && !c.Off {
			more := min(max(c.Want-c.Min, 0), max(spare, 0))
			t.widths[i] = c.Min + more
			spare -= more
		}
	}
	if spare < 0 {
		for i := range t.widths {
			if t.widths[i] > 0 {
				t.widths[i] = max(t.widths[i]+spare, 1)
				break
			}
		}
	}
}

func (t *Table) need(rank int) int {
	n := 0
	for _, c := range t.Columns {
		if c.Rank <= rank && !c.Off {
			n += c.Min + gap
		}
	}
	return n - gap
}

// View draws the header and as many rows as fit into h lines of w cells.
func (t *Table) View(w, h int) string {
	t.layout(w)
	t.height = max(h-1, 0)
	t.scroll()
	b := t.buf[:0]
	b = t.header(b, w)
	for i := range t.height {
		b = append(b, '\n')
		row := t.top + i
		switch {
		case row < t.Len:
			b = t.row(b, row, w)
		case t.Len == 0 && i > 0 && i <= len(t.Empty):
			b = append(b, "  "...)
			b = t.theme.Faint.Append(b, Cut(t.Empty[i-1], w-2))
		}
	}
	t.buf = b
	return string(b)
}

func (t *Table) scroll() {
	t.Go(t.Cursor)
	if t.Cursor < t.top {
		t.top = t.Cursor
	}
	if t.Cursor >= t.top+t.height {
		t.top = t.Cursor - t.height + 1
	}
	t.top = max(min(t.top, t.Len-t.height), 0)
}

func (t *Table) header(b []byte, w int) []byte {
	b = append(b, "  "...)
	left := w - 2
	for i, c := range t.Columns {
		if t.widths[i] == 0 || left <= 0 {
			continue
		}
		b, left = t.fit(b, c.Title, min(t.widths[i], left), left, c.Right, &t.theme.Heading)
	}
	return b
}

func (t *Table) row(b []byte, row, w int) []byte {
	lead := "  "
	switch marked := t.Marked != nil && t.Marked(row); {
	case row == t.Cursor && marked:
		lead = "▸◆"
	case row == t.Cursor:
		lead = "▸ "
	case marked:
		lead = " ◆"
	}
	selected := row == t.Cursor
	if selected {
		b = append(b, t.theme.Selected.Open()...)
	}
	b = append(b, lead...)
	left := w - 2
	for i, c := range t.Columns {
		if t.widths[i] == 0 || left <= 0 {
			continue
		}
		cell := t.Cell(row, i)
		if selected {
			cell.Style = nil
		}
		b, left = t.fit(b, cell.Text, min(t.widths[i], left), left, c.Right, cell.Style)
	}
	if selected {
		b = append(b, Spaces(left)...)
		b = append(b, t.theme.Selected.Close()...)
	}
	return b
}

// cut shortens s to w cells and says how many it takes.
func (t *Table) cut(s string, w int) (string, int) {
	if len(s) <= w && plain(s) {
		return s, len(s)
	}
	k := cutKey{s, w}
	if c, ok := t.cuts[k]; ok {
		return c.text, c.width
	}
	if len(t.cuts) >= mostCuts {
		clear(t.cuts)
	}
	short := Cut(s, w)
	c := cut{short, Width(short)}
	t.cuts[k] = c
	return c.text, c.width
}

// fit appends s in exactly w cells, and the gap after it when there is room.
func (t *Table) fit(b []byte, s string, w, left int, right bool, style *theme.Style) ([]byte, int) {
	s, n := t.cut(s, w)
	pad := Spaces(w - n)
	if right {
		b = append(b, pad...)
	}
	if style == nil {
		b = append(b, s...)
	} else {
		b = style.Append(b, s)
	}
	if !right {
		b = append(b, pad...)
	}
	left -= w
	if left >= gap {
		b = append(b, "  "...)
		left -= gap
	}
	return b, left
}
