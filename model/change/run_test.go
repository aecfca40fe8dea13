package change_test

import (
	"slices"
	"testing"

	"gatehouse/model"
	"gatehouse/model/change"
)

// TestMarkOfAResult: a step that stands is good only when what was read back is what was wanted.
func TestMarkOfAResult(t *testing.T) {
	t.Parallel()
	says := change.Version{Says: model.Outside("push; switched off")}
	for name, x := range map[string]struct {
		state change.StepState
		seen  *change.Seen
		mark  string
		warn  string
	}{
		"read back":             {change.Stands, &change.Seen{Effect: change.Present}, "✓", ""},
		"not read back":         {change.Stands, nil, "✓", ""},
		"changed since":         {change.Stands, &change.Seen{Effect: change.Other, Now: says}, "!", "it was done, and is now push; switched off"},
		"gone again":            {change.Stands, &change.Seen{Effect: change.Absent, Now: says}, "!", "it was done, and is now push; switched off"},
		"with something broken": {change.Stands, &change.Seen{Effect: change.Present, Warn: "the secret is gone"}, "!", "the secret is gone"},
		"already":               {change.Already, &change.Seen{Effect: change.Present}, "✓", ""},
		"refused":               {change.NotDone, &change.Seen{Effect: change.Other, Now: says}, "✗", ""},
		"open":                  {change.Open, nil, "?", ""},
		"unproven":              {change.Unproven, nil, "?", ""},
		"held":                  {change.Held, nil, "…", ""},
		"waiting":               {change.Waiting, nil, "…", ""},
	} {
		r := change.StepResult{State: x.state, Seen: x.seen}
		if r.Mark() != x.mark || r.Warning() != x.warn || x.state.Words() == "" {
			t.Errorf("%s: %s %q %q", name, r.Mark(), r.Warning(), x.state.Words())
		}
	}
}

// TestRestIsWhatWasNotSent: a secret that was sent already is not asked for again.
func TestRestIsWhatWasNotSent(t *testing.T) {
	t.Parallel()
	steps := []change.Step{{ID: "1", Slots: []string{"sent"}}, {ID: "2", Slots: []string{"held"}}, {ID: "3", Slots: []string{"waiting"}}, {ID: "4", Slots: []string{"open"}}}
	r := change.Run{ID: "7", Plan: change.Plan{Steps: steps}, Records: []change.Record{
		{Kind: change.Result, Step: "1", Outcome: &change.Outcome{Class: change.Committed}},
		{Kind: change.Result, Step: "2", Outcome: &change.Outcome{Class: change.Throttled}},
		{Kind: change.Intent, Step: "4"},
	}}
	if got := r.Rest().Slots(); !slices.Equal(got, []string{"held", "waiting"}) {
		t.Error(got)
	}
}
