package change_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"gatehouse/model"
	"gatehouse/model/change"
)

func fullPlan() change.Plan {
	step := change.Step{
		ID: "1/call", What: "add", Op: add(0, "push"), Stakes: change.Destroys, Call: change.Call{Method: "PATCH", URL: "https://api.github.com/x", Body: json.RawMessage(`{"active":true}`)},
		Before: change.Version{Digest: "d", Says: model.Outside("push\x1b")}, Expect: "push", Undo: []model.Op{model.RemoveHook{Target: at(0), Hook: model.Made}},
		Slots: []string{"slot"}, Builds: true, Reverts: "2/call",
	}
	next := step
	next.ID, next.Needs, next.Undo, next.Final = "1/next", []string{"1/call"}, nil, "it is final"
	return change.Plan{
		Title: "edit", Made: 1_700_000_000, Steps: []change.Step{step, next}, Already: []string{"ping"}, Undoes: "40", Retries: "39",
		Refused: []change.Refused{{Target: at(1), What: "test", Why: model.Cause{Kind: model.CauseForbidden, Said: model.Outside("no")}}},
	}
}

func records() []change.Record {
	seen := &change.Seen{Effect: change.Present, Now: change.Version{Digest: "d", Says: model.Outside("push")}, Made: "12", Warn: "the secret is gone"}
	var out []change.Record
	for c := change.Unknown; c <= change.Rejected; c++ {
		o := &change.Outcome{Class: c, Status: 200, Until: 5, Made: "12", Why: &model.Cause{Kind: model.CauseNetwork, Hint: "h"}}
		out = append(out, change.Record{Kind: change.Result, At: 7, Step: "1", Outcome: o, Already: true, Read: true, Seen: seen, Unproof: true})
	}
	for e := change.Other; e <= change.Unseen; e++ {
		out = append(out, change.Record{Kind: change.Verified, Step: "1", Seen: &change.Seen{Effect: e}})
	}
	return append(out, change.Record{Kind: change.Intent, At: 7, Step: "1"}, change.Record{Kind: change.Done, At: 8})
}

// TestRoundTrips: what another process reads is what this one wrote, every field of it.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	p := fullPlan()
	var back change.Plan
	if err := json.Unmarshal(must(json.Marshal(p)), &back); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("a plan came back as %+v: %v", back, err)
	}
	if err := p.Valid(); err != nil {
		t.Error(err)
	}
	for _, r := range records() {
		if back, err := change.DecodeRecord(must(json.Marshal(r))); err != nil || !reflect.DeepEqual(r, back) {
			t.Errorf("%+v came back as %+v: %v", r, back, err)
		}
	}
}

func TestPlansAreChecked(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*change.Plan){
		"no op":              func(p *change.Plan) { p.Steps[0].Op = nil },
		"no place":           func(p *change.Plan) { p.Steps[0].Op = model.PingHook{} },
		"an id twice":        func(p *change.Plan) { p.Steps[1].ID = p.Steps[0].ID },
		"no id":              func(p *change.Plan) { p.Steps[1].ID = "" },
		"a need that is not": func(p *change.Plan) { p.Steps[0].Needs = []string{"1/next"} },
		"silent about undo":  func(p *change.Plan) { p.Steps[1].Final = "" },
	} {
		p := fullPlan()
		spoil(&p)
		if p.Valid() == nil {
			t.Errorf("%s is let through", name)
		}
	}
}

func TestRecordsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `null`, `{}`, `{"kind":"intent"}`, `{"kind":"done","step":"1"}`, `{"kind":"outcome","step":"1"}`, `{"kind":"verified","step":"1"}`,
		`{"kind":"intent","step":"1","outcome":{"class":"committed"}}`, `{"kind":"outcome","step":"1","outcome":{"class":"fine"}}`,
		`{"kind":"outcome","step":"1","outcome":{"class":1}}`, `{"kind":"perhaps","step":"1"}`, `{"kind":"done"}{"kind":"done"}`,
	} {
		if r, err := change.DecodeRecord([]byte(text)); err == nil {
			t.Errorf("%s is read as %+v", text, r)
		}
	}
}

// FuzzDecodeRecord: whatever the bytes, a record is refused or comes back the same, and folding it into a run ends.
func FuzzDecodeRecord(f *testing.F) {
	for _, r := range records() {
		f.Add(must(json.Marshal(r)))
	}
	f.Add([]byte(`{"kind":"outcome","step":"1","outcome":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := change.DecodeRecord(b)
		if err != nil {
			return
		}
		once := must(json.Marshal(r))
		again, err := change.DecodeRecord(once)
		if err != nil || !bytes.Equal(once, must(json.Marshal(again))) {
			t.Errorf("%s is not read again: %v", once, err)
		}
		run := change.Run{Plan: fullPlan(), Records: []change.Record{r, {Kind: change.Done}}}
		if run.State(); len(run.Results()) != 2 {
			t.Error("a result is missing")
		}
	})
}

func TestChainNoticesEverything(t *testing.T) {
	t.Parallel()
	whole := change.Chain("before", []byte("a"), []byte("bc"))
	for name, other := range map[string]string{
		"what came before": change.Chain("Before", []byte("a"), []byte("bc")),
		"a part":           change.Chain("before", []byte("a"), []byte("bd")),
		"where parts end":  change.Chain("before", []byte("ab"), []byte("c")),
		"a part less":      change.Chain("before", []byte("a")),
	} {
		if other == whole {
			t.Errorf("%s does not matter", name)
		}
	}
}
