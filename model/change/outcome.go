package change

import (
	"fmt"
	"slices"

	"gatehouse/model"
)

// Class says what is known of a request after it was tried: never just "worked" or "failed" (safety.md 3.2). The zero value is Unknown,
// so a forgotten class is settled by reading.
type Class uint8

// The classes.
const (
	Unknown      Class = iota // it may have happened: time-out, reset, 5xx, a torn answer
	Committed                 // it happened
	NotCommitted              // proven not to have happened
	Throttled                 // refused by a limit, nothing happened; it may be sent again after Until
	Conflict                  // the world is not what the plan was made from
	Rejected                  // the service said no
)

var classNames = []string{"unknown", "committed", "not_committed", "throttled", "conflict", "rejected"}

// String is the class's name in journals.
func (c Class) String() string { return name(classNames, uint8(c)) }

// MarshalText writes the name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name; one that this version does not know is refused.
func (c *Class) UnmarshalText(b []byte) error { return read(c, classNames, b, "outcome") }

// Outcome is what came of one request.
type Outcome struct {
	Class  Class        `json:"class"`
	Status int          `json:"status,omitempty"` // of HTTP; 0: no answer
	Until  model.Unix   `json:"until,omitzero"`   // of Throttled: when to go on
	Made   string       `json:"made,omitempty"`   // the id of what was created, if the answer told
	Why    *model.Cause `json:"why,omitempty"`    // nil only for Committed
}

// Effect is what a reading says of a step.
type Effect uint8

// The effects. The zero value is Other: what is not recognised is refused.
const (
	Other   Effect = iota // neither: somebody else changed it
	Absent                // exactly as the plan was made from; only a complete reading says so
	Present               // as the step wants it
	Unseen                // nothing the service shows can tell: a ping, a secret
)

var effectNames = []string{"other", "absent", "present", "unseen"}

// String is the effect's name in journals.
func (e Effect) String() string { return name(effectNames, uint8(e)) }

// MarshalText writes the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads a name; one that this version does not know is refused.
func (e *Effect) UnmarshalText(b []byte) error { return read(e, effectNames, b, "effect") }

// Stakes says how a plan is confirmed.
type Stakes uint8

// The stakes.
const (
	Writes   Stakes = iota // a review, then Enter; --yes
	Destroys               // Plan.Phrase must be typed; --confirm
)

var stakesNames = []string{"writes", "destroys"}

// String is the name in plans.
func (s Stakes) String() string { return name(stakesNames, uint8(s)) }

// MarshalText writes the name.
func (s Stakes) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name; one that this version does not know is refused.
func (s *Stakes) UnmarshalText(b []byte) error { return read(s, stakesNames, b, "stakes") }

func name(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unnamed-%d", i)
}

func read[T ~uint8](to *T, names []string, b []byte, what string) error {
	i := slices.Index(names, string(b))
	if i < 0 {
		return model.Refuse("read "+what, string(b[:min(len(b), 40)]), "this gatehouse does not know it", "use the gatehouse that wrote it")
	}
	*to = T(i) //nolint:gosec // names are few
	return nil
}
