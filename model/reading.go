package model

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// State says what the latest attempt to read something came to. The zero value is Unread, so a forgotten field is
// never mistaken for "none".
type State uint8

// The states of a [Reading]. Only Known may conclude that something is absent.
const (
	Unread        State = iota // nobody asked yet
	Known                      // read completely
	Partial                    // a lower bound: there may be more
	Denied                     // the service refused to say; Cause.Missing names what would help
	Failed                     // the attempt broke (network, limit, bad answer)
	NotApplicable              // the question makes no sense here, for example hooks of a service that has none
)

var stateNames = [...]string{"unread", "known", "partial", "denied", "failed", "not_applicable"}

// String is the state's name in JSON and on screen.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "state(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText writes the state's name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's name; an unknown name is an error, never Known.
func (s *State) UnmarshalText(b []byte) error {
	for i, n := range stateNames {
		if n == string(b) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("unknown reading state %q", b)
}

// Reading is something learned from outside: the last good value, when it was read, and the state of the latest
// attempt. A Denied or Failed reading may still carry an older Value; At then says how old it is.
type Reading[T any] struct {
	Value T
	At    Unix // when Value was read; 0: never
	State State
	Why   *Cause // nil only when Known, Unread or NotApplicable without a reason; shared, never written to
}

// Read is a complete reading of v at the given time.
func Read[T any](v T, at Unix) Reading[T] { return Reading[T]{Value: v, At: at, State: Known} }

// AtLeast is a reading that may miss something: why says what.
func AtLeast[T any](v T, at Unix, why *Cause) Reading[T] {
	return Reading[T]{Value: v, At: at, State: Partial, Why: why}
}

// Unreadable is a reading that gave nothing: Denied when the cause is a refusal, NotApplicable when the service does
// not have the thing, Failed otherwise.
func Unreadable[T any](why *Cause) Reading[T] {
	return Reading[T]{State: why.State(), Why: why}
}

// All returns the value when, and only when, it is known to be complete.
func (r Reading[T]) All() (T, bool) { return r.Value, r.State == Known }

// Some returns the value when there is one to show, complete or not, however old.
func (r Reading[T]) Some() (T, bool) { return r.Value, r.At != 0 }

// Gap reports that this was asked for and could not be read in full.
func (r Reading[T]) Gap() bool {
	return r.State == Partial || r.State == Denied || r.State == Failed
}

// Err is nil when the value is known to be complete; otherwise the error of what was asked for that way, with the reading's own cause.
func (r Reading[T]) Err(op, on string) error {
	switch {
	case r.State == Known:
		return nil
	case r.Why != nil:
		return &Error{Op: op, On: on, Cause: *r.Why}
	}
	return &Error{Op: op, On: on, Cause: Cause{Kind: CauseIncomplete, Said: Outside("it was not read"), Hint: "read again"}}
}

// Or returns r, except that when r gave no value the older one is kept beside r's state and cause.
func (r Reading[T]) Or(older Reading[T]) Reading[T] {
	if r.At == 0 && older.At != 0 {
		r.Value, r.At = older.Value, older.At
	}
	return r
}

type readingJSON[T any] struct {
	Value *T     `json:"value,omitempty"`
	At    Unix   `json:"at,omitempty"`
	State State  `json:"state"`
	Why   *Cause `json:"why,omitempty"`
}

// MarshalJSON writes {"value","at","state","why"}; value is left out when nothing was ever read.
func (r Reading[T]) MarshalJSON() ([]byte, error) {
	out := readingJSON[T]{At: r.At, State: r.State, Why: r.Why}
	if r.At != 0 {
		out.Value = &r.Value
	}
	return json.Marshal(out)
}

// UnmarshalJSON is the inverse of MarshalJSON.
func (r *Reading[T]) UnmarshalJSON(b []byte) error {
	var in readingJSON[T]
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*r = Reading[T]{At: in.At, State: in.State, Why: in.Why}
	if in.Value != nil {
		r.Value = *in.Value
	}
	return nil
}

// Tri is a yes/no answer that may be unknown. The zero value is TriUnknown; in JSON it is true, false or null.
type Tri uint8

// The three answers.
const (
	TriUnknown Tri = iota
	Yes
	No
)

// Is turns what is known into a Tri.
func Is(b bool) Tri { return TriOf(&b) }

// TriOf turns an optional bool into a Tri; nil is TriUnknown.
func TriOf(b *bool) Tri {
	switch {
	case b == nil:
		return TriUnknown
	case *b:
		return Yes
	default:
		return No
	}
}

// String is yes, no or unknown.
func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalJSON writes true, false or null.
func (t Tri) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads true, false or null.
func (t *Tri) UnmarshalJSON(b []byte) error {
	var v *bool
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*t = TriOf(v)
	return nil
}

// Unix is a point in time in seconds since 1970, UTC; 0 means "no time". In JSON it is RFC 3339 or null.
type Unix uint32

// UnixOf converts t; the zero time and times before 1970 become 0.
func UnixOf(t time.Time) Unix {
	s := t.Unix()
	if t.IsZero() || s <= 0 || s > int64(^Unix(0)) {
		return 0
	}
	return Unix(s)
}

// Time converts back; 0 gives the zero time.
func (u Unix) Time() time.Time {
	if u == 0 {
		return time.Time{}
	}
	return time.Unix(int64(u), 0).UTC()
}

// MarshalJSON writes an RFC 3339 string, or null for 0.
func (u Unix) MarshalJSON() ([]byte, error) {
	if u == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(u.Time())
}

// UnmarshalJSON reads an RFC 3339 string or null.
func (u *Unix) UnmarshalJSON(b []byte) error {
	var t *time.Time
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	*u = 0
	if t != nil {
		*u = UnixOf(*t)
	}
	return nil
}
