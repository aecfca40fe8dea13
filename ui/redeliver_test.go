package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gatehouse/model"
)

// pages answers a delivery log page by page; a page that is nil cannot be read.
func (f *fake) pages(all ...[]model.Delivery) {
	f.Deliveries = func(_ context.Context, _ model.Repo, _, cursor string) (model.Reading[[]model.Delivery], string) {
		at := 0
		_, _ = fmt.Sscan(cursor, &at)
		if all[at] == nil {
			return model.Unreadable[[]model.Delivery](&model.Cause{Kind: model.CauseNetwork, Op: "list deliveries", Said: text("connection reset")}), ""
		}
		next := ""
		if at+1 < len(all) {
			next = fmt.Sprint(at + 1)
		}
		return known(all[at]), next
	}
}

// sent is a delivery some minutes before noon.
func sent(id, guid string, minutes, code int) model.Delivery {
	return model.Delivery{ID: id, GUID: text(guid), At: model.UnixOf(noon) - model.Unix(minutes*60), Code: code, Event: text("push"), Status: text("-")}
}

// redelivered are the deliveries that the last plan asks for.
func (f *fake) redelivered() string {
	var out []string
	for _, p := range f.changes.applied {
		for _, s := range p.Steps {
			out = append(out, s.Op.(model.RedeliverHook).Delivery)
		}
	}
	return strings.Join(out, " ")
}

// TestRedeliver: R sends the delivery under the cursor again; F what failed in two hours, once each, and for that reads the log on as far as it must.
func TestRedeliver(t *testing.T) {
	t.Parallel()
	log := [][]model.Delivery{
		{sent("9", "mended", 1, 200), sent("8", "lost", 2, 502)},
		{sent("7", "mended", 30, 500), sent("6", "lost", 40, 504)},
		{sent("5", "forgotten", 90, 504), sent("4", "old", 130, 500)},
		{sent("3", "older", 300, 500)},
	}
	f := newFake(all(literal()...))
	f.pages(log...)
	open := []string{"enter", "2", "enter"}
	start(t, f.Services, 120, 40).press(append(open, "R")...).shows("redeliver", "Cancel").confirmed(f)
	if got := f.redelivered(); got != "9" {
		t.Fatalf("R redelivered %q", got)
	}
	f = newFake(all(literal()...))
	f.pages(log...)
	start(t, f.Services, 120, 40).press(append(open, "F")...).shows("redeliver 2 events of hook 4711").confirmed(f)
	if got := f.redelivered(); got != "8 5" {
		t.Fatalf("F redelivered %q, want the newest attempt of each that was lost", got)
	}
	for says, log := range map[string][][]model.Delivery{
		"the log could not be read back two hours: list deliveries": {log[0], nil},
		"nothing of the last two hours failed":                      {{log[0][0]}, {sent("1", "old", 200, 500)}},
	} {
		f = newFake(all(literal()...))
		f.pages(log...)
		start(t, f.Services, 120, 40).press(append(open, "F")...).shows(says).lacks("Cancel").press("F").lacks("Cancel")
	}
}
