package model

import (
	"bytes"
	"encoding/json"
	"io"
)

// SavedOp is an Op as journals keep it: {"kind":"hook.edit","op":{…}}. An Op of an unknown kind, or with a field that this version
// does not know, is refused: an intent half understood must not be carried out.
type SavedOp struct{ Op Op }

type savedOp struct {
	Kind string          `json:"kind"`
	Op   json.RawMessage `json:"op"`
}

// opKinds reads every Op there is, by its Kind.
var opKinds = map[string]func([]byte) (Op, error){
	"hook.edit":          readOp[EditHook],
	"hook.add":           readOp[AddHook],
	"hook.remove":        readOp[RemoveHook],
	"hook.ping":          readOp[PingHook],
	"hook.test":          readOp[TestHook],
	"hook.redeliver":     readOp[RedeliverHook],
	"hook.configure":     readOp[ConfigureHook],
	"hook.rotate-secret": readOp[RotateHookSecret],
	"project.settings":   readOp[EditSettings],
}

func readOp[T Op](b []byte) (Op, error) {
	var o T
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, Refuse("read operation", o.Kind(), "there is more after its end", "")
	}
	return o, nil
}

// MarshalJSON writes the kind beside the Op's own fields; no Op gives null.
func (s SavedOp) MarshalJSON() ([]byte, error) {
	if s.Op == nil {
		return []byte("null"), nil
	}
	b, err := json.Marshal(s.Op)
	if err != nil {
		return nil, err
	}
	return json.Marshal(savedOp{Kind: s.Op.Kind(), Op: b})
}

// UnmarshalJSON reads what MarshalJSON wrote. The error of an unknown kind is ErrRefused and says that another version is needed.
func (s *SavedOp) UnmarshalJSON(b []byte) error {
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		s.Op = nil
		return nil
	}
	var v savedOp
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	read, ok := opKinds[v.Kind]
	if !ok {
		return Refuse("read operation", Outside(v.Kind).String(), "this gatehouse does not know this kind of operation", "use the gatehouse that wrote it")
	}
	o, err := read(v.Op)
	if err != nil {
		return &Error{Op: "read operation", On: v.Kind, Err: err, Cause: Cause{Kind: CauseRefused, Hint: "use the gatehouse that wrote it"}}
	}
	s.Op = o
	return nil
}
