package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"gatehouse/cmd/cli"
	"gatehouse/cmd/wire"
	"gatehouse/providers/simulator"
	"gatehouse/ui"
	"gatehouse/ui/screen"
)

// TestScreenAndCommandAgree: the console and `repo list --json`, each reading the same service for itself, show the same repositories
// in the same order with the same words, id by id.
func TestScreenAndCommandAgree(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	home := t.TempDir()
	env := map[string]string{"GATEHOUSE_GITHUB_URL": sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": sim.Token("", ""), "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
	getenv := func(k string) string { return env[k] }

	var out, errs bytes.Buffer
	if code := cli.Main([]string{"repo", "list", "--json"}, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: getenv, Home: home, Dir: home}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	var doc struct {
		Items []struct {
			Slug  string                             `json:"slug"`
			ID    string                             `json:"id"`
			Hook  struct{ State string }             `json:"hook"`
			Found struct{ High, Medium, Low uint16 } `json:"findings"`
			Worst string                             `json:"worst_finding"`
		} `json:"items"`
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || len(doc.Items) < 70 {
		t.Fatalf("%d items, %v", len(doc.Items), err)
	}

	w := wire.New(wire.Options{Getenv: getenv, Home: home})
	t.Cleanup(func() { _ = w.Close() })
	app := ui.New(w.Console(), ui.Options{NoColor: true, Width: 160, Height: 50, Output: &bytes.Buffer{}})
	t.Cleanup(app.Close)
	settle(t, app)
	top, ok := app.Top().(*screen.Repositories)
	if !ok {
		t.Fatalf("the first screen is %T", app.Top())
	}
	slugs := make([]string, len(doc.Items))
	for i, item := range doc.Items {
		slugs[i] = item.Slug
	}
	if shown := top.Slugs(); !slices.Equal(shown, slugs) {
		t.Errorf("the screen shows %d repositories, the command %d, or in another order:\n%v\n%v", len(shown), len(slugs), shown, slugs)
	}
	for _, item := range doc.Items {
		row := top.Row()
		if row == nil || row.Slug != item.Slug || row.Hook.Words != item.Hook.State || row.Findings.High != item.Found.High || row.Findings.Medium != item.Found.Medium || row.Worst != item.Worst {
			t.Fatalf("%s: the screen has %+v, the command %+v", item.Slug, row, item)
		}
		app.Update(tea.KeyMsg{Type: tea.KeyDown})
	}
}

// settle runs the console's commands until it has read everything, as its runtime would.
func settle(t *testing.T, app *ui.App) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	msgs := make(chan tea.Msg)
	left := 0
	run := func(c tea.Cmd) {
		if c == nil {
			return
		}
		left++
		go func() {
			m := c()
			select {
			case msgs <- m:
			case <-ctx.Done():
			}
		}()
	}
	run(app.Init())
	for left > 0 {
		m := <-msgs
		left--
		if batch, ok := m.(tea.BatchMsg); ok {
			for _, c := range batch {
				run(c)
			}
			continue
		}
		if m != nil {
			_, c := app.Update(m)
			run(c)
		}
	}
}
