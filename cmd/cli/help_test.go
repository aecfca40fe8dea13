package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestHelp: every command says what it does in a line and has an example that it would take as it stands.
func TestHelp(t *testing.T) {
	t.Parallel()
	var walk func(c *cobra.Command)
	seen := 0
	walk = func(c *cobra.Command) {
		seen++
		if c.Short == "" || c.Example == "" {
			t.Errorf("%s has no description or no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			checkExample(t, strings.TrimSpace(line))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&app{}).root())
	if seen < 15 {
		t.Errorf("only %d commands", seen)
	}
}

func checkExample(t *testing.T, line string) {
	t.Helper()
	_, line, ok := strings.Cut(line, "gatehouse")
	if !ok {
		t.Errorf("%q runs no command", line)
	}
	line, _, _ = strings.Cut(line, " | head")
	var args []string
	for i, part := range strings.Split(line, "'") { // the parts in quotes are one argument each
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	c, rest, err := (&app{}).root().Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("gatehouse%s: %v", line, err)
	}
}
