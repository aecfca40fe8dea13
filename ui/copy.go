package ui

import (
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/ui/screen"
)

// copyMenu offers what the screen has to copy, and the command that prints the same.
func (a *App) copyMenu() tea.Cmd {
	var all []screen.Copy
	if c, ok := a.Top().(screen.Copier); ok {
		all = c.Copies()
	}
	all = append(all, screen.Copy{Name: "command for this screen", Text: quoted(a.Top().Command())})
	choices := make([]screen.Choice, 0, len(all))
	for _, c := range all {
		if c.Text == "" {
			continue
		}
		note := strings.ReplaceAll(c.Text, "\n", " ")
		choices = append(choices, screen.Choice{Name: c.Name, Note: note, Run: func() tea.Cmd { return a.copy(c) }})
	}
	a.dialog = newMenu(a.theme, "Copy", choices)
	return nil
}

// copy asks the terminal (which works over SSH) and the system's clipboard program, whichever there is.
func (a *App) copy(c screen.Copy) tea.Cmd {
	out, system := a.options.Output, a.services.Copy
	return func() tea.Msg {
		_, err := osc52.New(c.Text).WriteTo(out)
		if system != nil {
			err = system(c.Text)
		}
		return copied{c.Name, err}
	}
}

// quoted is a command as a person would type it.
func quoted(args []string) string {
	out := make([]string, len(args))
	for i, s := range args {
		out[i] = s
		if s == "" || strings.ContainsAny(s, " \t\"'$`\\|&;<>()*?[]#~=%!{}") {
			out[i] = "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}
