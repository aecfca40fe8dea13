package model_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"gatehouse/model"
	"gatehouse/model/hostile"
)

// forbidden finds what must never reach a terminal.
func forbidden(s string, multiline bool) (rune, bool) {
	if !utf8.ValidString(s) {
		return utf8.RuneError, true
	}
	for _, r := range s {
		if multiline && (r == '\n' || r == '\t') {
			continue
		}
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Variation_Selector) || r == 0x3164 || r == 0x2800 || r == 0xa0 || r == 0x034f {
			return r, true
		}
	}
	return 0, false
}

func TestTextNeverSteersATerminal(t *testing.T) {
	t.Parallel()
	if len(hostile.Payloads) < 60 {
		t.Fatalf("%d payloads, want 60", len(hostile.Payloads))
	}
	for _, p := range hostile.Payloads {
		x := model.Outside(p.Text)
		for how, shown := range map[string]string{
			"String": x.String(), "%s": fmt.Sprintf("%s", x), "%v": fmt.Sprint(x), "%q": fmt.Sprintf("%q", x), "%+v": fmt.Sprintf("%+v", struct{ T model.Text }{x}), //nolint:gocritic // the verbs are the point
		} {
			if r, bad := forbidden(shown, false); bad {
				t.Errorf("%s: %s lets %U through: %q", p.Name, how, r, shown)
			}
		}
		if r, bad := forbidden(x.Lines(), true); bad {
			t.Errorf("%s: Lines lets %U through", p.Name, r)
		}
		if x.Raw() != p.Text {
			t.Errorf("%s: Raw changed it", p.Name)
		}
		if x.Clean() != (x.String() == p.Text) {
			t.Errorf("%s: Clean is %v", p.Name, x.Clean())
		}
		if !utf8.ValidString(p.Text) {
			continue
		}
		b, err := json.Marshal(x)
		var back model.Text
		if err != nil || json.Unmarshal(b, &back) != nil || back != x {
			t.Errorf("%s: JSON gave %q back", p.Name, back.Raw())
		}
	}
}

// TestTextMarks: every single character of the dangerous categories becomes a mark of its own, so no two look alike.
func TestTextMarks(t *testing.T) {
	t.Parallel()
	seen := map[string]rune{}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Variation_Selector) {
			continue
		}
		s := model.Outside("a" + string(r) + "b").String()
		if want := fmt.Sprintf("a‹U+%04X›b", r); s != want {
			t.Fatalf("%U is shown as %q", r, s)
		}
		if other, twice := seen[s]; twice {
			t.Fatalf("%U looks like %U", r, other)
		}
		seen[s] = r
	}
	if s := model.Outside("Grüße, 世界! naïve — “quoted” €5 ✓").String(); s != "Grüße, 世界! naïve — “quoted” €5 ✓" {
		t.Errorf("plain text was changed: %q", s)
	}
	if model.Outside("‹U+001B›").String() == model.Outside("\x1b").String() {
		t.Error("a text can pretend to hold a mark")
	}
}

func FuzzText(f *testing.F) {
	for _, p := range hostile.Payloads {
		f.Add(p.Text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, bad := forbidden(model.Outside(s).String(), false); bad {
			t.Errorf("%q lets %U through", s, r)
		}
		if strings.Count(model.Outside(s).String(), "\n") != 0 {
			t.Errorf("%q breaks the line", s)
		}
	})
}
