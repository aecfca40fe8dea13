package check

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/model"
)

// Mark is a cell's glyph: meaning is never in colour alone, so each has words beside it.
type Mark uint8

// The marks.
const (
	MarkWaiting Mark = iota // not read yet
	MarkGood
	MarkBad
	MarkWarn
	MarkNone   // known to be none
	MarkDenied // we may not see it
	MarkFailed // reading broke
	MarkAbsent // the service does not have this
)

var glyphs = [...]string{"…", "✓", "✗", "!", "–", "⊘", "?", "·"}

// Glyph is the mark as one character.
func (m Mark) Glyph() string { return glyphs[m] }

// Cell is one table cell: a mark and a few words. Text is both, made once, because tables draw it for every key press.
type Cell struct {
	Mark  Mark
	Words string
	Text  string
}

func cell(m Mark, words string) Cell {
	text := m.Glyph() + " " + words
	return Cell{Mark: m, Words: text[len(m.Glyph())+1:], Text: text}
}

// String is the glyph and the words.
func (c Cell) String() string { return c.Text }

// Counts is how many checks are broken, by severity, and how many could not be judged because a reading is missing.
type Counts struct {
	High        uint16 `json:"high"`
	Medium      uint16 `json:"medium"`
	Low         uint16 `json:"low"`
	NotAssessed uint16 `json:"not_assessed"`
}

// Row is a repository as one line of the table: every cell is folded from the same checks that doctor and audit use.
type Row struct {
	Ref      model.RepoRef
	Slug     string // Ref as text, made once: tables and filters look at it for every key press
	Archived bool
	Private  bool
	Role     string
	Pushed   model.Unix
	Hook     Cell
	Keys     Cell
	CI       Cell
	Checkout Cell
	People   Cell
	Build    Mark       // of the last build on the default branch
	Built    model.Unix // when; 0: none, or not known
	Findings Counts
	Verdict  Cell   // the findings as a cell: "▲ 2 high"
	Worst    string // the first broken check in one sentence: "gh/acme/web: CircleCI's hook does not send push"
}

// Fold makes the row of a repository; a repository that is not in the snapshot gives an empty row.
func Fold(s *model.Snapshot, on model.RepoRef, now model.Unix) Row {
	r := s.Repo(on)
	if r == nil {
		return Row{Ref: on, Slug: on.String()}
	}
	row := Row{
		Ref: on, Slug: on.String(), Archived: r.Archived, Private: r.Private, Role: r.MyRole.String(), Pushed: r.Pushed,
		Keys: keysCell(r.DeployKeys), CI: ciCell(r), Checkout: checkoutCell(r), People: peopleCell(r.People),
	}
	row.Build, row.Built = build(r)
	var hookBroken string
	worst := Severity(0)
	for i := range registry {
		c := &registry[i]
		res := c.Run(s, on, now)
		if res.Verdict != Broken {
			if res.Verdict == NotAssessed && gap(r, c.Needs) {
				row.Findings.NotAssessed++
			}
			continue
		}
		row.Findings.add(c.Severity)
		if hookBroken == "" && strings.HasPrefix(c.ID, "hook.") {
			hookBroken = res.Short
		}
		if c.Severity > worst {
			worst, row.Worst = c.Severity, c.Title
			if len(res.Evidence) > 0 {
				row.Worst += " (" + res.Evidence[0].Subject + " " + res.Evidence[0].Saw + ")"
			}
		}
	}
	if row.Hook = hookCell(r.Hooks, hookBroken); row.Hook.Mark == MarkNone && hasApp(r) {
		row.Hook = cell(MarkNone, "by App")
	}
	row.Verdict = verdictCell(row.Findings, r)
	return row
}

// verdictCell sums the findings up. "none" is said only when everything that the checks need was read.
func verdictCell(c Counts, r *model.Repo) Cell {
	more := ""
	if c.NotAssessed > 0 {
		more = ", not all read"
	}
	switch {
	case c.High > 0:
		return Cell{MarkBad, "", ""}.with("▲", fmt.Sprintf("%d high%s", c.High, more))
	case c.Medium > 0:
		return Cell{MarkWarn, "", ""}.with("●", fmt.Sprintf("%d medium%s", c.Medium, more))
	case c.Low > 0:
		return Cell{MarkWarn, "", ""}.with("○", fmt.Sprintf("%d low%s", c.Low, more))
	case c.NotAssessed > 0:
		return cell(MarkFailed, "not all read")
	case r.Hooks.State == model.Unread || r.DeployKeys.State == model.Unread:
		return cell(MarkWaiting, "reading")
	}
	return cell(MarkGood, "none")
}

func (c Cell) with(glyph, words string) Cell {
	c.Text = glyph + " " + words
	c.Words = c.Text[len(glyph)+1:]
	return c
}

func gap(r *model.Repo, needs []Fact) bool {
	return slices.ContainsFunc(needs, func(f Fact) bool {
		switch f {
		case FactHooks:
			return r.Hooks.Gap()
		case FactDeployKeys:
			return r.DeployKeys.Gap()
		case FactPeople:
			return r.People.Gap()
		case FactInvitations:
			return r.Invitations.Gap()
		case FactCI:
			return r.CI.Gap()
		case FactCheckoutKeys:
			return r.CheckoutKeys.Gap()
		}
		return false
	})
}

func (c *Counts) add(s Severity) {
	switch s {
	case High:
		c.High++
	case Medium:
		c.Medium++
	default:
		c.Low++
	}
}

// Unseen is the cell of a reading that gave nothing to judge.
func Unseen(s model.State, why *model.Cause) Cell {
	switch s {
	case model.Unread:
		return cell(MarkWaiting, "not read")
	case model.Denied:
		if why != nil && why.Missing != "" {
			return cell(MarkDenied, "denied: "+why.Missing)
		}
		return cell(MarkDenied, "denied")
	case model.NotApplicable:
		return cell(MarkAbsent, "not available here")
	default:
		if why != nil && why.Kind == model.CauseRateLimited {
			return cell(MarkFailed, "limit reached")
		}
		return cell(MarkFailed, "not readable")
	}
}

func hookCell(r model.Reading[[]model.Hook], broken string) Cell {
	hooks, ok := r.Some()
	if r.State != model.Known && r.State != model.Partial || !ok {
		return Unseen(r.State, r.Why)
	}
	if broken != "" {
		return cell(MarkBad, broken)
	}
	for _, h := range hooks {
		if h.Whose() == model.HookOfCircleCI {
			return cell(MarkGood, eventWords(h))
		}
	}
	switch {
	case r.State == model.Partial:
		return cell(MarkFailed, "partly read")
	case len(hooks) == 0:
		return cell(MarkNone, "none")
	default:
		return cell(MarkNone, fmt.Sprintf("none of CI, %d other", len(hooks)))
	}
}

// eventWords names what matters to builds and counts the rest: "push, PR +14".
func eventWords(h model.Hook) string {
	var words []string
	n := len(h.Events)
	if h.Sends("push") {
		words, n = append(words, "push"), n-1
	}
	if h.Sends("pull_request") {
		words, n = append(words, "PR"), n-1
	}
	s := strings.Join(words, ", ")
	if n > 0 {
		s += fmt.Sprintf(" +%d", n)
	}
	return strings.TrimSpace(s)
}

func keysCell(r model.Reading[[]model.DeployKey]) Cell {
	keys, ok := r.Some()
	if r.State != model.Known && r.State != model.Partial || !ok {
		return Unseen(r.State, r.Why)
	}
	if len(keys) == 0 && r.State == model.Known {
		return cell(MarkNone, "none")
	}
	write, off := 0, 0
	for _, k := range keys {
		if !k.ReadOnly {
			write++
		}
		if k.Enabled == model.No {
			off++
		}
	}
	var words []string
	if n := len(keys) - write; n > 0 {
		words = append(words, fmt.Sprintf("%d read", n))
	}
	if write > 0 {
		words = append(words, fmt.Sprintf("%d write", write))
	}
	c := cell(MarkGood, strings.Join(words, ", "))
	if write > 0 {
		c = cell(MarkWarn, strings.Join(words, ", ")) // nothing broken, but it can push
	}
	if off > 0 {
		c = cell(MarkBad, fmt.Sprintf("%d disabled", off))
	}
	if r.State == model.Partial {
		c = cell(MarkFailed, "at least "+fmt.Sprint(len(keys)))
	}
	return c
}

func peopleCell(r model.Reading[[]model.Person]) Cell {
	people, ok := r.Some()
	if r.State != model.Known && r.State != model.Partial || !ok {
		return Unseen(r.State, r.Why)
	}
	out := 0
	for _, p := range people {
		if p.Outside == model.Yes {
			out++
		}
	}
	words := fmt.Sprint(len(people))
	if r.State == model.Partial {
		words = "at least " + words
	}
	c := cell(MarkGood, words)
	if out > 0 {
		c = cell(MarkWarn, fmt.Sprintf("%s · %d out", words, out))
	}
	return c
}
