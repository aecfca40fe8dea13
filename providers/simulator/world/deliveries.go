package world

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Delivery is one attempt to call a hook.
type Delivery struct {
	ID         int64
	GUID       string // one for an event and all its redeliveries
	At         time.Time
	Redelivery bool
	Duration   float64 // seconds
	Code       int     // 0: no answer came
	Event      string
	Action     string // empty: the event has none
	Secret     string // what it was signed with; empty: it was not signed
}

// Retention is how long deliveries are kept. Source: GitHub "Redelivering webhooks".
const Retention = 3 * day

// OK reports success. Source: GitHub's OpenAPI description: 200 to 399.
func (d Delivery) OK() bool { return d.Code >= 200 && d.Code < 400 }

// Status is the word beside the code.
func (d Delivery) Status() string {
	switch {
	case d.OK():
		return "OK"
	case d.Code == 0:
		return "timed out"
	default:
		return fmt.Sprintf("Invalid HTTP Response: %d", d.Code)
	}
}

// Deliveries are a hook's deliveries that are still remembered, youngest first.
func (w *World) Deliveries(h *Hook) []Delivery {
	out := append(slices.Clone(h.added), w.past(h)...)
	slices.SortStableFunc(out, func(a, b Delivery) int { return b.At.Compare(a.At) })
	oldest := w.Now().Add(-Retention)
	return slices.DeleteFunc(out, func(d Delivery) bool { return d.At.Before(oldest) })
}

// past computes what was delivered before the world was made. A failed delivery is followed by a redelivery that worked when the
// one after it did.
func (w *World) past(h *Hook) []Delivery {
	if h.Every <= 0 || len(h.Events) == 0 {
		return nil
	}
	var out []Delivery
	for n := 0; ; n++ {
		at := w.start.Add(-h.Quiet - time.Duration(n)*h.Every)
		if w.start.Sub(at) > Retention || at.Before(h.Created) {
			return out
		}
		d := w.delivery(h, n, at)
		if !d.OK() && n > 0 && out[len(out)-1].OK() {
			again := d
			again.ID, again.At, again.Redelivery, again.Code = d.ID+1, at.Add(4*time.Minute), true, 200
			out = append(out, again)
		}
		out = append(out, d)
	}
}

// settle turns the computed past into remembered deliveries: what a hook is changed to changes nothing that was delivered before.
func (w *World) settle(h *Hook) {
	h.added = append(h.added, w.past(h)...)
	h.Every = 0
}

func (w *World) delivery(h *Hook, n int, at time.Time) Delivery {
	event := h.Events[w.roll("event", h.ID, int64(n))%uint64(len(h.Events))]
	if slices.Contains(h.Events, "push") && n%2 == 0 {
		event = "push"
	}
	if event == "*" {
		event = "push"
	}
	d := Delivery{
		ID: h.ID*1_000_000 + int64(999_998-2*n), GUID: w.guid("delivery", h.ID, int64(n)), At: at, Code: 200, Event: event, Action: actionOf(event),
		Duration: float64(w.roll("took", h.ID, int64(n))%180+20) / 100, Secret: h.Secret,
	}
	if n < len(h.Fails) && h.Fails[n] != 0 {
		d.Code = h.Fails[n]
	}
	return d
}

func actionOf(event string) string {
	switch event {
	case "pull_request":
		return "synchronize" //nolint:misspell // GitHub's word
	case "issues", "issue_comment", "pull_request_review_comment", "pull_request_review":
		return "created"
	case "release":
		return "published"
	case "member":
		return "added"
	case "watch":
		return "started"
	}
	return ""
}

// Deliver records a delivery that is made now and answered with 200.
func (w *World) Deliver(r *Repo, h *Hook, event string, redelivery bool) Delivery {
	w.Keep(r)
	id := w.newID()
	d := Delivery{ID: h.ID*1_000_000_000 + id, GUID: w.guid("new delivery", id), At: w.Now(), Redelivery: redelivery, Duration: 0.24, Code: 200, Event: event, Action: actionOf(event), Secret: h.Secret}
	h.added = append([]Delivery{d}, h.added...)
	return d
}

// Redeliver sends an old delivery once more: the same guid, a new id.
func (w *World) Redeliver(r *Repo, h *Hook, old Delivery) Delivery {
	w.Deliver(r, h, old.Event, true)
	d := &h.added[0]
	d.GUID, d.Action = old.GUID, old.Action
	return *d
}

// Last is the youngest delivery that is remembered; false: there is none.
func (w *World) Last(h *Hook) (Delivery, bool) {
	all := w.Deliveries(h)
	if len(all) == 0 {
		return Delivery{}, false
	}
	return all[0], true
}

// Body is what was answered: CircleCI's own words where it is CircleCI.
func (d Delivery) Body(h *Hook) string {
	switch {
	case d.Code == 0:
		return ""
	case d.OK() && strings.Contains(h.URL, "circleci.com"):
		return `{"message":"ok"}`
	case d.OK():
		return "ok"
	case d.Code == 400:
		return `{"message":"Blocked webhook payload"}`
	default:
		return fmt.Sprintf("<html><body><h1>%d</h1></body></html>", d.Code)
	}
}
