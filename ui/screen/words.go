package screen

import (
	"fmt"
	"strings"

	"gatehouse/model"
	"gatehouse/model/check"
	"gatehouse/ui/theme"
	"gatehouse/ui/widget"
)

// ages holds every age the tables show, so that drawing one allocates nothing.
var ages = func() (t struct{ minutes, hours, days, years [1000]string }) {
	for i := range 1000 {
		t.minutes[i], t.hours[i] = fmt.Sprintf("%d min", i), fmt.Sprintf("%d h", i)
		t.days[i], t.years[i] = fmt.Sprintf("%d d", i), fmt.Sprintf("%d y", i)
	}
	return t
}()

// Age is how long ago something was, in one unit: "3 h". No time is "–".
func Age(now, at model.Unix) string {
	if at == 0 {
		return "–"
	}
	if at > now {
		return "now"
	}
	switch d := int(now - at); {
	case d < 60:
		return "now"
	case d < 3600:
		return ages.minutes[d/60]
	case d < 2*86400:
		return ages.hours[d/3600]
	case d < 1000*86400:
		return ages.days[d/86400]
	default:
		return ages.years[min(d/(365*86400), 999)]
	}
}

// Ago is Age in a sentence.
func Ago(now, at model.Unix) string {
	switch s := Age(now, at); s {
	case "–":
		return "never"
	case "now":
		return "just now"
	default:
		return s + " ago"
	}
}

// markStyle is the style of a mark.
func markStyle(t *theme.Theme, m check.Mark) *theme.Style {
	switch m {
	case check.MarkGood:
		return &t.Good
	case check.MarkBad:
		return &t.Danger
	case check.MarkWarn:
		return &t.Warn
	case check.MarkDenied, check.MarkFailed:
		return &t.Unknown
	case check.MarkWaiting, check.MarkNone, check.MarkAbsent:
		return &t.Faint
	}
	return &t.Plain
}

// unread says why there is no list to show, with what to do next, as the body of an empty table.
func unread[T any](r model.Reading[T], what string) []string {
	switch r.State {
	case model.Unread:
		return []string{"reading " + what + " …"}
	case model.Known, model.Partial:
		return nil
	case model.Denied, model.Failed, model.NotApplicable:
	}
	lines := []string{check.Unseen(r.State, r.Why).Text}
	if r.Why != nil {
		lines = append(lines, r.Why.Summary())
		if r.Why.Hint != "" {
			lines = append(lines, "→ "+r.Why.Hint)
		}
	}
	return lines
}

// list gives a reading's rows, or none and the words for an empty table.
func list[T any](r model.Reading[[]T], what, none string) ([]T, []string) {
	if words := unread(r, what); words != nil {
		if v, ok := r.Some(); ok && len(v) > 0 {
			return v, nil // an older value: better than nothing, and the title says how old
		}
		return nil, words
	}
	return r.Value, []string{none}
}

// stale says in a title that a list is not complete or not fresh.
func stale[T any](r model.Reading[T], now model.Unix) string {
	switch {
	case r.State == model.Partial:
		return " · at least, more could not be read"
	case r.Gap() && r.At != 0:
		return " · as of " + Ago(now, r.At) + ", reading again failed"
	}
	return ""
}

// field writes "name   value" lines of a text page.
func field(t *theme.Theme, name, value string, w int) string {
	return "  " + t.Faint.Render(widget.Fit(name, 14)) + widget.Cut(value, w-16)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func eventList(events []model.Text) string {
	words := make([]string, len(events))
	for i, e := range events {
		words[i] = e.String()
	}
	return strings.Join(words, ", ")
}
