// Package filter is the one language in which rows are picked, on screen after / and in commands after --match:
// words are fuzzy, fields are exact, - turns a term around.
//
//	web org:acme hook:broken key:write people:outside -archived
package filter

import (
	"strings"

	"gatehouse/model"
	"gatehouse/model/check"
)

// Filter picks rows. The zero value picks all. It is safe for concurrent use.
type Filter struct {
	text  string
	terms []term
}

type term struct {
	not   bool
	match func(*check.Row) bool
}

// fields lists what may stand before a colon, and the words it takes.
var fields = map[string]struct {
	words string
	make  func(word string) func(*check.Row) bool
}{
	"org":   {"an owner's name", func(w string) func(*check.Row) bool { return func(r *check.Row) bool { return r.Ref.Owner == w } }},
	"owner": {"an owner's name", func(w string) func(*check.Row) bool { return func(r *check.Row) bool { return r.Ref.Owner == w } }},
	"forge": {"gh or bb", func(w string) func(*check.Row) bool {
		return func(r *check.Row) bool { return string(r.Ref.Forge) == w }
	}},
	"role": {"a role's name", func(w string) func(*check.Row) bool {
		return func(r *check.Row) bool { return strings.EqualFold(r.Role, w) }
	}},
	"hook":     {"ok, broken, none, denied, unknown", cellWord(func(r *check.Row) *check.Cell { return &r.Hook })},
	"key":      {"none, read, write, disabled, denied, unknown", cellWord(func(r *check.Row) *check.Cell { return &r.Keys })},
	"people":   {"outside, none, denied, unknown", cellWord(func(r *check.Row) *check.Cell { return &r.People })},
	"ci":       {"followed, unfollowed, app, denied, unknown", ci},
	"checkout": {"ok, broken, user, none, denied, unknown", checkout},
	"findings": {"any, high, medium, low, none", findings},
	"is":       {"archived, private, public", is},
}

// Parse reads an expression. The error says which words would have been right.
func Parse(expr string) (Filter, error) {
	f := Filter{text: strings.ToLower(strings.TrimSpace(expr))}
	for word := range strings.FieldsSeq(f.text) {
		t := term{}
		if rest, ok := strings.CutPrefix(word, "-"); ok {
			t.not, word = true, rest
		}
		name, value, field := strings.Cut(word, ":")
		switch {
		case word == "":
			continue
		case word == "archived" || word == "private" || word == "public":
			t.match = is(word)
		case !field:
			t.match = func(r *check.Row) bool { return fuzzy(word, r.Slug) }
		default:
			known, ok := fields[name]
			if !ok {
				return Filter{}, model.Refuse("read filter", "", "there is no field "+model.Outside(name).String()+":", "fields are org:, ci:, hook:, checkout:, key:, people:, findings:, role:, is:, forge:; other words match names")
			}
			if value == "" {
				continue // still being typed
			}
			if t.match = known.make(value); t.match == nil {
				return Filter{}, model.Refuse("read filter", "", name+": does not take "+model.Outside(value).String(), name+": takes "+known.words)
			}
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

// Match reports whether the row is picked. It allocates nothing.
func (f Filter) Match(r *check.Row) bool {
	for i := range f.terms {
		if f.terms[i].match(r) == f.terms[i].not {
			return false
		}
	}
	return true
}

// Empty reports that every row is picked.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// Narrows reports that every row f picks is picked by older too, so that only older's matches need to be looked at.
func (f Filter) Narrows(older Filter) bool {
	rest, ok := strings.CutPrefix(f.text, older.text)
	if !ok || strings.ContainsAny(older.text, ":-") && rest != "" && !strings.HasPrefix(rest, " ") {
		return false
	}
	last := older.text[strings.LastIndexByte(older.text, ' ')+1:]
	return rest == "" || strings.HasPrefix(rest, " ") || !isWord(last)
}

// isWord: completing one of these words changes what it means.
func isWord(last string) bool {
	for _, w := range [...]string{"archived", "private", "public"} {
		if last != "" && strings.HasPrefix(w, last) {
			return true
		}
	}
	return false
}

// fuzzy reports that the letters of word stand in slug in order.
func fuzzy(word, slug string) bool {
	i := 0
	for j := 0; j < len(slug) && i < len(word); j++ {
		if slug[j] == word[i] {
			i++
		}
	}
	return i == len(word)
}

func cellWord(cell func(*check.Row) *check.Cell) func(string) func(*check.Row) bool {
	return func(word string) func(*check.Row) bool {
		mark, byMark := map[string]check.Mark{
			"ok": check.MarkGood, "broken": check.MarkBad, "bad": check.MarkBad, "none": check.MarkNone, "denied": check.MarkDenied, "waiting": check.MarkWaiting,
		}[word]
		switch {
		case word == "unknown":
			return func(r *check.Row) bool {
				m := cell(r).Mark
				return m == check.MarkWaiting || m == check.MarkDenied || m == check.MarkFailed || m == check.MarkAbsent
			}
		case byMark:
			return func(r *check.Row) bool { return cell(r).Mark == mark }
		case word == "outside" || word == "out":
			return func(r *check.Row) bool { return strings.Contains(cell(r).Words, " out") }
		case word == "write" || word == "read" || word == "disabled":
			return func(r *check.Row) bool { return strings.Contains(cell(r).Words, word) }
		}
		return nil
	}
}

func findings(word string) func(*check.Row) bool {
	switch word {
	case "any":
		return func(r *check.Row) bool { return r.Findings.High+r.Findings.Medium+r.Findings.Low > 0 }
	case "none":
		return func(r *check.Row) bool {
			return r.Findings.High+r.Findings.Medium+r.Findings.Low+r.Findings.NotAssessed == 0
		}
	case "high":
		return func(r *check.Row) bool { return r.Findings.High > 0 }
	case "medium":
		return func(r *check.Row) bool { return r.Findings.Medium > 0 }
	case "low":
		return func(r *check.Row) bool { return r.Findings.Low > 0 }
	}
	return nil
}

func is(word string) func(*check.Row) bool {
	switch word {
	case "archived":
		return func(r *check.Row) bool { return r.Archived }
	case "private":
		return func(r *check.Row) bool { return r.Private }
	case "public":
		return func(r *check.Row) bool { return !r.Private }
	}
	return nil
}

// ci picks by how CircleCI knows a repository.
func ci(word string) func(*check.Row) bool {
	switch word {
	case "followed":
		return func(r *check.Row) bool { return r.CI.Mark == check.MarkGood || r.CI.Mark == check.MarkWarn } // under an old name, too
	case "unfollowed":
		return func(r *check.Row) bool { return r.CI.Mark == check.MarkNone }
	case "app":
		return func(r *check.Row) bool { return r.CI.Words == "GitHub App" }
	case "denied", "unknown":
		return cellWord(func(r *check.Row) *check.Cell { return &r.CI })(word)
	}
	return nil
}

// checkout picks by what CircleCI checks a repository out with.
func checkout(word string) func(*check.Row) bool {
	if word == "user" {
		return func(r *check.Row) bool { return r.Checkout.Words == "user key" }
	}
	switch word {
	case "ok", "broken", "none", "denied", "unknown":
		return cellWord(func(r *check.Row) *check.Cell { return &r.Checkout })(word)
	}
	return nil
}
