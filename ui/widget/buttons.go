package widget

import (
	"strings"

	"gatehouse/ui/theme"
)

// Buttons is a row of buttons, one of which has the focus.
type Buttons struct {
	Names []string
	Focus int
}

// Handle moves the focus; it reports whether the key was one that does.
func (b *Buttons) Handle(key string) bool {
	n := len(b.Names)
	switch key {
	case "left":
		b.Focus = max(b.Focus-1, 0)
	case "right":
		b.Focus = min(b.Focus+1, n-1)
	case "shift+tab":
		b.Focus = (b.Focus + n - 1) % n
	case "tab":
		b.Focus = (b.Focus + 1) % n
	default:
		return false
	}
	return true
}

// View draws them on one line. The focus is seen without colour.
func (b *Buttons) View(t *theme.Theme) string {
	out := make([]string, len(b.Names))
	for i, name := range b.Names {
		if i == b.Focus {
			out[i] = t.Selected.Render("▸ " + name + " ◂")
		} else {
			out[i] = "[ " + name + " ]"
		}
	}
	return strings.Join(out, "   ")
}
