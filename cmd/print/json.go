// Package print puts values on a page: JSON, tables, pages of text. It computes nothing.
package print

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"gatehouse/model"
)

// Schema names the shape of every JSON document gatehouse prints.
const Schema = "gatehouse.v1"

// Document is the one JSON object a command prints.
type Document struct {
	Schema   string      `json:"schema"`
	Kind     string      `json:"kind"`     // "hook.list"
	Complete bool        `json:"complete"` // everything asked for was read
	Gaps     []model.Gap `json:"gaps"`
	Items    any         `json:"items,omitempty"` // of lists; never null
	Item     any         `json:"item,omitempty"`  // of one thing
}

// JSON writes the document, or what the jq expression makes of it, one value a line.
func JSON(ctx context.Context, w io.Writer, d Document, jq string) error {
	d.Schema = Schema
	if d.Gaps == nil {
		d.Gaps = []model.Gap{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if jq == "" {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(d); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if jq != "" {
		return query(ctx, w, b.Bytes(), jq)
	}
	_, err := w.Write(Safe(b.Bytes()))
	return err
}

// CheckQuery refuses a jq program that cannot be read; none is none.
func CheckQuery(jq string) error {
	if jq == "" {
		return nil
	}
	_, err := parse(jq)
	return err
}

func parse(jq string) (*gojq.Code, error) {
	q, err := gojq.Parse(jq)
	if err == nil {
		var code *gojq.Code
		if code, err = gojq.Compile(q); err == nil {
			return code, nil
		}
	}
	return nil, model.Refuse("read --jq", "", err.Error(), "it is a jq program, for example '.items[].slug'")
}

// query prints texts as they are, as jq -r does, but never what a terminal would obey.
func query(ctx context.Context, w io.Writer, text []byte, jq string) error {
	q, err := parse(jq)
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	for it := q.RunWithContext(ctx, v); ; {
		out, ok := it.Next()
		if !ok {
			return nil
		}
		if err, bad := out.(error); bad {
			return model.Refuse("run --jq", "", err.Error(), "look at the whole answer with --json")
		}
		var line []byte
		if text, isText := out.(string); isText {
			line = []byte(model.Outside(text).Lines())
		} else if line, err = gojq.Marshal(out); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		} else {
			line = Safe(line)
		}
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
	}
}

// Safe escapes what JSON allows in a string but a terminal would obey or hide: C1 controls, DEL, bidirectional and invisible
// characters. What is parsed from it is the same, to the last character.
func Safe(text []byte) []byte {
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		if c := text[0]; c < 0x7f {
			out, text = append(out, c), text[1:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		switch {
		case model.Outside(string(text[:n])).Clean():
			out = append(out, text[:n]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[n:]
	}
	return out
}
