package widget

import (
	"fmt"
	"strings"
)

// Pager shows a page of text that may be longer than the screen. Lines may hold styles.
type Pager struct {
	Lines []string
	top   int
	h     int
}

// Handle scrolls for the keys that every page knows.
func (p *Pager) Handle(key string) bool {
	switch key {
	case "up", "k":
		p.top--
	case "down", "j":
		p.top++
	case "pgup", "ctrl+u":
		p.top -= max(p.h-1, 1)
	case "pgdown", "ctrl+d":
		p.top += max(p.h-1, 1)
	case "home", "g":
		p.top = 0
	case "end", "G":
		p.top = len(p.Lines)
	default:
		return false
	}
	p.top = max(min(p.top, len(p.Lines)-p.h), 0)
	return true
}

// View draws what fits into h lines of w cells.
func (p *Pager) View(w, h int) string {
	p.h = h
	p.top = max(min(p.top, len(p.Lines)-h), 0)
	end := min(p.top+h, len(p.Lines))
	out := make([]string, 0, h)
	for _, l := range p.Lines[p.top:end] {
		out = append(out, CutStyled(l, w))
	}
	if p.More() && h > 1 {
		out[h-1] = Cut(fmt.Sprintf("  ↓ %d more lines", len(p.Lines)-end+1), w)
	}
	for len(out) < h {
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}

// More reports that there is text below the screen.
func (p *Pager) More() bool { return p.top+p.h < len(p.Lines) }
