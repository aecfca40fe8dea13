package change

import (
	"encoding/json"
	"slices"

	"gatehouse/model"
)

// RecordKind says what a record proves.
type RecordKind string

// The kinds, in the order in which a step meets them.
const (
	Intent   RecordKind = "intent"   // the step is about to be sent
	Result   RecordKind = "outcome"  // what is known of it; the last one holds
	Verified RecordKind = "verified" // its effect was read back
	Done     RecordKind = "done"     // of the run: nothing more will happen
)

var recordKinds = []RecordKind{Intent, Result, Verified, Done}

// Record is one durable line of a run. A journal only ever adds records.
type Record struct {
	Kind    RecordKind `json:"kind"`
	At      model.Unix `json:"at"`
	Step    string     `json:"step,omitempty"`     // empty for Done
	Outcome *Outcome   `json:"outcome,omitempty"`  // of Result
	Already bool       `json:"already,omitempty"`  // of Result: it was so before; nothing was sent and nothing is to be undone
	Read    bool       `json:"read,omitempty"`     // of Result: found by reading, not told by the answer
	Seen    *Seen      `json:"seen,omitempty"`     // of Verified, and of a Result found by reading
	Unproof bool       `json:"unproven,omitempty"` // of Result: nothing the service shows can tell
}

// maxRecord bounds what is read back as one record, in bytes.
const maxRecord = 1 << 20

// DecodeRecord reads one record strictly: an unknown kind or outcome, or one that lacks what its kind must have, is refused.
func DecodeRecord(b []byte) (Record, error) {
	var r Record
	if len(b) > maxRecord {
		return r, refuseRecord("it is too long")
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return Record{}, &model.Error{Op: "read journal record", Err: err, Cause: model.Cause{Kind: model.CauseBadAnswer}}
	}
	switch {
	case !slices.Contains(recordKinds, r.Kind):
		return Record{}, refuseRecord("its kind is unknown")
	case (r.Kind == Done) != (r.Step == ""):
		return Record{}, refuseRecord("it does not say which step")
	case (r.Kind == Result) != (r.Outcome != nil):
		return Record{}, refuseRecord("its outcome is missing or out of place")
	case r.Kind == Verified && r.Seen == nil:
		return Record{}, refuseRecord("it does not say what was seen")
	}
	return r, nil
}

func refuseRecord(why string) error {
	return model.Refuse("read journal record", "", why, "use the gatehouse that wrote it")
}
