package filter_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/model/filter"
)

func row(slug string, change func(*check.Row)) *check.Row {
	ref, err := model.ParseRepoRef(slug)
	if err != nil {
		panic(err)
	}
	r := &check.Row{Ref: ref, Slug: slug, Role: "admin", Hook: check.Cell{Mark: check.MarkGood, Words: "push, PR"}, Keys: check.Cell{Mark: check.MarkGood, Words: "1 read"}, People: check.Cell{Mark: check.MarkGood, Words: "3"}}
	change(r)
	return r
}

func rows() []*check.Row {
	return []*check.Row{
		row("gh/acme/web", func(r *check.Row) { r.Hook = check.Cell{Mark: check.MarkBad, Words: "no push"}; r.Findings.High = 1 }),
		row("gh/acme/attic", func(r *check.Row) { r.Archived = true; r.Hook.Mark = check.MarkNone }),
		row("gh/acme/guests", func(r *check.Row) {
			r.People = check.Cell{Mark: check.MarkWarn, Words: "12 · 2 out"}
			r.Findings.Low = 2
		}),
		row("gh/umbrella/core", func(r *check.Row) {
			r.Hook, r.Private = check.Cell{Mark: check.MarkDenied, Words: "denied"}, true
			r.Findings.NotAssessed = 3
		}),
		row("bb/acme/tools", func(r *check.Row) { r.Keys.Words, r.Role, r.Findings.Medium = "1 read, 1 write", "write", 1 }),
	}
}

// wired are the same rows with CircleCI's side: followed, not followed, followed under an old name, not readable, by the GitHub App.
func wired() []*check.Row {
	out := rows()
	for i, cells := range [][2]check.Cell{
		{{Mark: check.MarkGood, Words: "followed"}, {Mark: check.MarkBad, Words: "not on GitHub"}},
		{{Mark: check.MarkNone, Words: "not followed"}, {Mark: check.MarkNone, Words: "none"}},
		{{Mark: check.MarkWarn, Words: "old name"}, {Mark: check.MarkWarn, Words: "user key"}},
		{{Mark: check.MarkDenied, Words: "denied"}, {Mark: check.MarkDenied, Words: "denied"}},
		{{Mark: check.MarkGood, Words: "GitHub App"}, {Mark: check.MarkNone, Words: "by App"}},
	} {
		out[i].CI, out[i].Checkout = cells[0], cells[1]
	}
	return out
}

func TestMatchCircleCI(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"ci:followed":      "web guests tools",
		"ci:unfollowed":    "attic",
		"ci:app":           "tools",
		"ci:denied":        "core",
		"ci:unknown":       "core",
		"checkout:broken":  "web",
		"checkout:user":    "guests",
		"checkout:none":    "attic tools",
		"checkout:unknown": "core",
	} {
		f, err := filter.Parse(expr)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		var out []string
		for _, r := range wired() {
			if f.Match(r) {
				out = append(out, r.Ref.Name)
			}
		}
		if got := strings.Join(out, " "); got != want {
			t.Errorf("%s picks %q, want %q", expr, got, want)
		}
	}
	for _, expr := range []string{"ci:read", "checkout:outside"} {
		if _, err := filter.Parse(expr); err == nil {
			t.Errorf("%s is taken", expr)
		}
	}
}

func picked(f filter.Filter) []string {
	var out []string
	for _, r := range rows() {
		if f.Match(r) {
			out = append(out, r.Ref.Name)
		}
	}
	return out
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"":                           "web attic guests core tools",
		"   ":                        "web attic guests core tools",
		"web":                        "web",
		"WEB":                        "web",
		"acme":                       "web attic guests tools",
		"gh/tools":                   "",
		"ghumc":                      "core",
		"org:acme":                   "web attic guests tools",
		"org:acme forge:gh":          "web attic guests",
		"org:acme -forge:gh":         "tools",
		"owner:umbrella":             "core",
		"hook:broken":                "web",
		"hook:ok":                    "guests tools",
		"hook:denied":                "core",
		"hook:none":                  "attic",
		"hook:unknown":               "core",
		"-hook:ok":                   "web attic core",
		"key:write":                  "tools",
		"people:outside":             "guests",
		"-archived":                  "web guests core tools",
		"is:archived":                "attic",
		"private":                    "core",
		"is:public -archived":        "web guests tools",
		"findings:any":               "web guests tools",
		"findings:high":              "web",
		"findings:medium":            "tools",
		"findings:low":               "guests",
		"findings:none":              "attic",
		"role:write":                 "tools",
		"role:":                      "web attic guests core tools",
		"-":                          "web attic guests core tools",
		"org:acme hook:broken -core": "web",
	} {
		f, err := filter.Parse(expr)
		if err != nil {
			t.Errorf("%q: %v", expr, err)
			continue
		}
		if got := strings.Join(picked(f), " "); got != want {
			t.Errorf("%q picks %q, want %q", expr, got, want)
		}
	}
}

func TestWrongWordsAreRefusedWithTheRightOnes(t *testing.T) {
	t.Parallel()
	for expr, hint := range map[string]string{
		"hoook:broken":  "hook:",
		"hook:sideways": "broken",
		"findings:9":    "medium",
		"is:small":      "archived",
		"\x1b[31m:x":    "org:",
	} {
		_, err := filter.Parse(expr)
		if !errors.Is(err, model.ErrRefused) {
			t.Errorf("%q: %v, want a refusal", expr, err)
			continue
		}
		if got := model.CauseOf(err).Hint; !strings.Contains(got, hint) {
			t.Errorf("%q: the hint %q does not name %q", expr, got, hint)
		}
		if strings.ContainsRune(err.Error(), '\x1b') {
			t.Errorf("%q: an escape sequence in the error", expr)
		}
	}
}

// When f narrows older, every row that f picks was picked by older: only those need to be looked at.
func TestNarrowsNeverLosesARow(t *testing.T) {
	t.Parallel()
	exprs := []string{
		"", "w", "we", "web", "web ", "web a", "-", "-a", "-ac", "a", "ar", "archived", "archivedx", "p", "private", "hook:", "hook:o", "hook:ok", "hook:broken", "hook:broken w", "org:a", "org:acme", "org:acme -", "org:acme -w",
		"org:acme -web", "key:", "is:", "-archived", "-archived w",
	}
	narrowed := 0
	for _, a := range exprs {
		for _, b := range exprs {
			older, err := filter.Parse(a)
			if err != nil {
				continue
			}
			f, err := filter.Parse(b)
			if err != nil || !f.Narrows(older) {
				continue
			}
			narrowed++
			before := picked(older)
			for _, name := range picked(f) {
				if !slices.Contains(before, name) {
					t.Errorf("%q is said to narrow %q but picks %s", b, a, name)
				}
			}
		}
	}
	if narrowed < len(exprs) {
		t.Errorf("only %d of %d pairs narrow: typing is slow", narrowed, len(exprs)*len(exprs))
	}
	older, _ := filter.Parse("web")
	if f, _ := filter.Parse("webs"); !f.Narrows(older) {
		t.Error("typing on does not narrow")
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	f, err := filter.Parse("web org:acme hook:broken -archived key:read people:outside findings:any is:public")
	if err != nil {
		t.Fatal(err)
	}
	all := rows()
	if n := testing.AllocsPerRun(100, func() {
		for _, r := range all {
			f.Match(r)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("web org:acme hook:broken -archived")
	f.Fuzz(func(_ *testing.T, expr string) {
		if parsed, err := filter.Parse(expr); err == nil {
			for _, r := range rows() {
				parsed.Match(r)
			}
		}
	})
}

func BenchmarkFilter100k(b *testing.B) {
	all := make([]*check.Row, 100_000)
	for i := range all {
		all[i] = row(fmt.Sprintf("gh/acme-%d/service-%06d", i%40, i), func(*check.Row) {})
	}
	f, err := filter.Parse("serv99 -archived hook:ok")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, r := range all {
			if f.Match(r) {
				n++
			}
		}
	}
}
