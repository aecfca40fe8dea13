//go:build unix

package cli_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"

	"gatehouse/cmd/cli"
)

// TestListOnTerminal: on a terminal a list has a header and fits; progress is drawn on stderr and wiped.
func TestListOnTerminal(t *testing.T) {
	t.Parallel()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, master) // ends with an error when the other side closes
		shown <- b.String()
	}()
	r := newRig(t)
	env := map[string]string{
		"GATEHOUSE_GITHUB_URL": r.sim.GitHubURL(), "GATEHOUSE_GITHUB_TOKEN": r.sim.Token("", ""), "XDG_STATE_HOME": r.home, "XDG_CONFIG_HOME": r.home,
	}
	code := cli.Main([]string{"repo", "list", "gh/acme/web", "gh/acme/ok"}, cli.Streams{
		In: strings.NewReader(""), Out: slave, Err: slave, Getenv: func(k string) string { return env[k] }, Home: r.home, Dir: r.home,
	})
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	text := <-shown
	_ = master.Close()
	head, list, ok := strings.Cut(text, "REPOSITORY ")
	if code != 0 || !ok || !strings.Contains(head, "\r\x1b[Kreading") || !strings.HasSuffix(head, "\r\x1b[K") {
		t.Fatalf("exit code %d:\n%q", code, text)
	}
	for _, line := range strings.Split(list, "\r\n") {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("%d wide: %q", n, line)
		}
	}
	if !strings.Contains(list, "gh/acme/web  ✗ no push") {
		t.Errorf("list:\n%s", list)
	}
}
