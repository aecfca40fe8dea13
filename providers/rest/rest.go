// Package rest is what the clients of services that answer in JSON have in common: reading an answer strictly, naming an error from below, and
// saying what is known of a write.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/transport"
)

// Decode takes exactly one JSON value of the right shape: null, trailing junk and a byte order mark are errors.
func Decode(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return errors.New("it is empty")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// Broken says of an error from below what was asked for, and of what.
func Broken(op, on string, err error) error {
	if e, ok := errors.AsType[*model.Error](err); ok {
		out := *e
		out.Op, out.On, out.Err = op, on, err
		return &out
	}
	kind := model.CauseNetwork
	if errors.Is(err, context.Canceled) {
		kind = model.CauseCancelled
	}
	return &model.Error{Op: op, On: on, Err: err, Cause: model.Cause{Kind: kind, Said: model.Outside(err.Error())}}
}

var classes = map[transport.Outcome]change.Class{
	transport.Unknown: change.Unknown, transport.Committed: change.Committed, transport.NotCommitted: change.NotCommitted,
	transport.Throttled: change.Throttled, transport.Conflict: change.Conflict, transport.Rejected: change.Rejected,
}

// Outcome is what the transport's receipt says of a write. err is the exchange's: where something answered, but not as a service does,
// nothing is known.
func Outcome(r *transport.Receipt, err error) change.Outcome {
	out := change.Outcome{Class: classes[r.Outcome], Status: r.Status}
	if !r.Until.IsZero() {
		out.Until = model.UnixOf(r.Until)
	}
	if err != nil && out.Class == change.Committed {
		out.Class = change.Unknown
	}
	return out
}
