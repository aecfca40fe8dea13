// Package background settles lipgloss's idea of the terminal's background before Bubble Tea's package initialisation would ask
// the terminal, which takes five seconds on one that does not answer. It works because Go initialises packages in the order of
// their import paths, and gatehouse/… sorts before github.com/charmbracelet/bubbletea. The palette is the terminal's own 16
// colours, which suit both backgrounds, so nothing depends on the answer. Import it for its effect.
package background

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
