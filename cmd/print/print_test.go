package print_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"gatehouse/cmd/print"
	"gatehouse/model"
	"gatehouse/model/hostile"
)

var names = print.Table{
	Columns: []string{"name", "state", "note"},
	Rows: [][]string{
		{"gh/acme/web", "✗ no push", "short"},
		{"全角文字", "✓", "a longer remark that has to give way first"},
		{"שלום", "–", ""},
	},
}

func TestTablePiped(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := names.Write(&b, 0); err != nil {
		t.Fatal(err)
	}
	want := "gh/acme/web\t✗ no push\tshort\n全角文字\t✓\ta longer remark that has to give way first\nשלום\t–\t\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestTableOnTerminal: at every width there is one line for each row, none wraps, and columns stand under each other.
func TestTableOnTerminal(t *testing.T) {
	t.Parallel()
	for width := 20; width <= 120; width++ {
		var b bytes.Buffer
		if err := names.Write(&b, width); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[0], "NAME") {
			t.Fatalf("width %d: %q", width, lines)
		}
		column := ansi.StringWidth(lines[0][:strings.Index(lines[0], "ST")])
		for _, line := range lines {
			if ansi.StringWidth(line) > width {
				t.Errorf("width %d: %q is %d wide", width, line, ansi.StringWidth(line))
			}
			if gap := ansi.Cut(line, column-2, column); gap != "  " {
				t.Errorf("width %d: %q has %q before its second column", width, line, gap)
			}
		}
	}
}

// TestJSONIsLossless: what is parsed is what went in, and nothing a terminal would obey comes out.
func TestJSONIsLossless(t *testing.T) {
	t.Parallel()
	for _, p := range hostile.Payloads {
		var b bytes.Buffer
		if err := print.JSON(t.Context(), &b, print.Document{Kind: "test.view", Item: model.Outside(p.Text)}, ""); err != nil {
			t.Fatal(err)
		}
		var got struct{ Item string }
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.Item != string([]rune(p.Text)) {
			t.Errorf("%s: got %q, %v; want %q", p.Name, got.Item, err, p.Text)
		}
		if shown := strings.ReplaceAll(b.String(), "\n", ""); !model.Outside(shown).Clean() {
			t.Errorf("%s: %q", p.Name, shown)
		}
	}
}

func TestJSONShape(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := print.JSON(t.Context(), &b, print.Document{Kind: "hook.list", Complete: true, Items: []print.Hook{}}, ""); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"schema\": \"gatehouse.v1\",\n  \"kind\": \"hook.list\",\n  \"complete\": true,\n  \"gaps\": [],\n  \"items\": []\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	doc := print.Document{Kind: "x", Items: []string{"a<b", "c\x1b[2J"}}
	var b bytes.Buffer
	if err := print.JSON(t.Context(), &b, doc, `.kind, .items, .items[1], (.items | length)`); err != nil {
		t.Fatal(err)
	}
	if want := "x\n[\"a<b\",\"c\\u001b[2J\"]\nc‹U+001B›[2J\n2\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	for _, bad := range []string{".items[", "nonsense(1)", "$ENV.PATH|error", "input"} {
		if err := print.JSON(t.Context(), &b, doc, bad); !errors.Is(err, model.ErrRefused) {
			t.Errorf("%s: %v, want a refusal", bad, err)
		}
	}
	if err := errors.Join(print.CheckQuery(""), print.CheckQuery(".a")); err != nil {
		t.Error(err)
	}
	// A program without an end stops with the command.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := print.JSON(ctx, &b, doc, `def f: f; f`); err == nil {
		t.Error("an endless program ended well")
	}
}
