package ui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/model/hostile"
	"gatehouse/model/inventory"
)

// Every payload in every field, on every screen: no foreign control byte reaches the terminal, no line is lost or too wide.
func TestHostileText(t *testing.T) {
	t.Parallel()
	ways := [][]string{
		nil, {"enter"}, {"enter", "2"}, {"enter", "3"}, {"enter", "4"}, {"enter", "2", "enter"}, {"enter", "2", "enter", "enter"}, {"w"}, {"y"}, {"?"},
		{":", "type:acc", "enter"}, {"enter", "3", "enter"}, {"enter", "4", "enter"}, {"enter", "4", "y"},
		{"e"}, {"e", " ", "enter"}, {"enter", "2", "d"}, {"enter", "2", "P"}, {"J"}, {"J", "enter"}, {"J", "down", "enter"}, {"u"}, {"J", "t"}, {"J", "u"},
	}
	for _, p := range hostile.Payloads {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			f := poisoned(p.Text)
			for _, keys := range ways {
				f.session = newFakeSession(poisonedBatch(p.Text))
				d := start(t, f.Services, 120, 30).press(keys...)
				clean(t, fmt.Sprint(keys), d.app.View(), 120, 30)
			}
			f.session = newFakeSession(poisonedBatch(p.Text))
			d := start(t, f.Services, 120, 30).press("e", " ", "enter").confirmed(f)
			clean(t, "results", d.app.View(), 120, 30)
			f.session = newFakeSession(poisonedBatch(p.Text))
			d = start(t, f.Services, 120, 30).press("/")
			d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(p.Text), Paste: true})
			clean(t, "pasted into the filter", d.app.View(), 120, 30)
			d = start(t, f.Services, 120, 30).press(":")
			d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(p.Text), Paste: true})
			clean(t, "pasted into go to", d.app.View(), 120, 30)
		})
	}
}

// clean fails on anything a terminal would obey that is not one of our own styles.
func clean(t *testing.T, where, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Errorf("%s: %d lines on a screen of %d", where, len(lines), h)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Errorf("%s: line %d is %d wide: %q", where, i, n, l)
		}
		for _, r := range withoutStyles(l) {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				t.Fatalf("%s: %U on the screen: %q", where, r, l)
			}
		}
	}
}

// withoutStyles takes out the sequences ESC [ digits m, and nothing else.
func withoutStyles(l string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(l, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexFunc(after, func(r rune) bool { return (r < '0' || r > '9') && r != ';' })
		if end < 0 || after[end] != 'm' {
			b.WriteString("\x1b")
			l = after
			continue
		}
		l = after[end+1:]
	}
}

func poisoned(payload string) *fake {
	x := text(payload)
	f := newFake(poisonedBatch(payload))
	f.Deliveries = func(context.Context, model.Repo, string, string) (model.Reading[[]model.Delivery], string) {
		return known([]model.Delivery{{ID: "1", GUID: x, Status: x, Event: x, Action: x}}), ""
	}
	f.Delivery = func(context.Context, model.Repo, string, string) model.Reading[model.DeliveryDetail] {
		e := model.Exchange{Headers: []model.Header{{Name: x, Value: x}}, Payload: x}
		return known(model.DeliveryDetail{URL: x, Request: e, Response: e})
	}
	f.changes.payload, f.changes.warn, f.changes.failing = payload, payload, map[string]bool{"gh/acme/refused": true}
	op := func(slug string) model.Op {
		return model.EditHook{Target: model.Target{Repo: ref(slug)}, Hook: payload, Add: []string{payload}}
	}
	plan, _ := f.changes.Plan(context.Background(), payload, []model.Op{op("gh/acme/web"), op("gh/acme/refused")})
	_, _ = f.changes.Apply(context.Background(), plan, change.Go{})
	plan, _ = f.changes.Plan(context.Background(), payload, []model.Op{model.RemoveHook{Target: model.Target{Repo: ref("gh/acme/web")}, Hook: payload}})
	_, _ = f.changes.Apply(context.Background(), plan, change.Go{})
	f.Profile = payload
	f.Open = func(context.Context) (inventory.Session, error) { return f.session, nil }
	return f
}

func poisonedBatch(payload string) inventory.Batch {
	x := text(payload)
	why := &model.Cause{Kind: model.CauseForbidden, Op: "list invitations", Said: x}
	r := repo("gh/acme/web")
	r.Spelled, r.DefaultBranch, r.MyRole, r.Page = x, x, x, x
	r.Hooks = known([]model.Hook{{ID: "1", URL: x, Events: []model.Text{x, x}, ContentType: x, Last: &model.Response{Code: 500, Status: x, Message: x}}, circleHook("2", payload)})
	r.DeployKeys = known([]model.DeployKey{{ID: "1", Title: x, Public: x, Type: "ssh-rsa", Bits: 1024, Enabled: model.No, AddedBy: known(x), LastUsed: known(model.Unix(1))}})
	r.People = known([]model.Person{{Login: x, Role: x, Sources: known([]model.Grant{{Via: model.ViaTeam, Name: x, Role: x}})}})
	r.Teams = known([]model.Team{{Slug: x, Name: x, Role: x}})
	r.Invitations = model.AtLeast([]model.Invitation{{Login: x, Role: x, By: x}}, 1, why)
	refused := repo("gh/acme/refused")
	refused.Hooks = model.Unreadable[[]model.Hook](why)
	b := all(r, refused)
	b.Accounts[0].Login, b.Accounts[0].Scopes = known(x), known([]model.Text{x})
	b.Orgs[0].MyRole = known(x)
	return b
}

// No size breaks a screen, and none is drawn wider or higher than the terminal.
func TestAnySize(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{nil, {"enter"}, {"enter", "2"}, {"enter", "4"}, {"enter", "2", "enter"}, {"?"}, {"y"}, {":", "type:x"}, {"/", "type:x"}, {"w"}, {"e"}, {"e", " ", "enter"}, {"*", "e"}, {"enter", "2", "n"}, {"enter", "2", "d"}, {"J"}, {"u"}} {
		t.Run(fmt.Sprint(keys), func(t *testing.T) {
			t.Parallel()
			p := start(t, newFake(all(literal()...)).Services, 80, 24).press(keys...)
			for w := 0; w <= 300; w += 11 {
				for h := 0; h <= 100; h += 9 {
					p.send(tea.WindowSizeMsg{Width: w, Height: h})
					view := p.app.View()
					if n := strings.Count(view, "\n") + 1; n > max(h, 1) {
						t.Fatalf("at %dx%d there are %d lines", w, h, n)
					}
					for l := range strings.SplitSeq(view, "\n") {
						if ansi.StringWidth(l) > w {
							t.Fatalf("at %dx%d a line is too wide: %q", w, h, l)
						}
					}
				}
			}
		})
	}
}

// Keys without sense break nothing, and what is drawn stays inside.
func TestRandomWalks(t *testing.T) {
	t.Parallel()
	keys := []string{
		"enter", "esc", "up", "down", "tab", "shift+tab", "pgdown", "home", "end", "[", "]", "/", "s", "c", ":", "?", " ", "*", "w", "r", "y", "o", "1", "2", "3", "4", "j", "k", "g", "G",
		"x", "backspace", "m", "X", "left", "right", "e", "f", "p", "a", "n", "E", "S", "d", "P", "T", "R", "F", "u", "U", "t", "J",
	}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 1))
			f := newFake(all(literal()...))
			f.Open = func(context.Context) (inventory.Session, error) { return newFakeSession(all(literal()...)), nil }
			p := start(t, f.Services, 100, 30)
			for range 120 {
				p.press(keys[rnd.IntN(len(keys))])
				clean(t, "walk", p.app.View(), 100, 30)
			}
		})
	}
}
