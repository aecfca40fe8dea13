package model

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is text from outside: names, titles, messages, URLs. String, the only way it is shown, replaces everything that
// could steer a terminal or deceive an eye by a visible mark such as ‹U+001B›; Raw gives the text for the wire.
// In JSON it is the raw text, lossless.
type Text struct{ raw string }

// Outside wraps text that came from outside.
func Outside(s string) Text { return Text{raw: s} }

// Raw is the text as it came, for the wire and for comparing. Never print it.
func (t Text) Raw() string { return t.raw }

// Empty reports that there is no text.
func (t Text) Empty() bool { return t.raw == "" }

// String is the text, safe on one line of a terminal: control, bidirectional, invisible and blank-looking characters,
// and bytes that are not UTF-8, become visible marks.
func (t Text) String() string { return visible(t.raw, false) }

// Lines is the text, safe on a terminal, with line feeds and tabs kept; carriage returns before a line feed are dropped.
func (t Text) Lines() string { return visible(strings.ReplaceAll(t.raw, "\r\n", "\n"), true) }

// Clean reports that String shows the text unchanged.
func (t Text) Clean() bool {
	for i := range len(t.raw) {
		if c := t.raw[i]; c < 0x20 || c >= 0x7f {
			return t.String() == t.raw
		}
	}
	return true
}

// Format makes every verb show the safe form.
func (t Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(t.String())) }

// MarshalJSON writes the raw text as a JSON string.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.raw) }

// UnmarshalJSON reads a JSON string; null gives the empty text.
func (t *Text) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &t.raw) }

// IsZero lets omitzero leave an empty text out.
func (t Text) IsZero() bool { return t.raw == "" }

func visible(s string, multiline bool) string {
	i := 0
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x7f {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "‹%02X›", s[i])
		case multiline && (r == '\n' || r == '\t'):
			b.WriteRune(r)
		case deceptive(r):
			fmt.Fprintf(&b, "‹U+%04X›", r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// deceptive reports characters that steer a terminal, reorder a line, or cannot be seen. The marks' own brackets are
// among them, so that a text cannot pretend to hold a mark. Sources: Unicode categories Cc, Cf, Zl, Zp; the property
// Bidi_Control; variation selectors; and the letters and symbols that draw nothing though they count as printable.
func deceptive(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r < 0x7f:
		return false
	case r == '‹', r == '›', r == '\ufffd':
		return true
	case r == 0x00a0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000, r == 0x1680: // spaces that pass for a space
		return true
	case r == 0x00ad, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x2800, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Bidi_Control) || !unicode.IsGraphic(r)
}
