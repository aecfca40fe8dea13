package model

// CauseKind sorts causes by what a program does about them; the text is for people.
type CauseKind string

// The kinds of cause. CauseKind.State and Error's sentinels follow from them.
const (
	CauseUnauthorized CauseKind = "unauthorized" // the credential was refused, or there is none
	CauseForbidden    CauseKind = "forbidden"    // role, scope, permission or policy; Missing names it
	CauseNotFound     CauseKind = "not_found"    // not there, or hidden: a lone 404 never proves absence
	CauseConflict     CauseKind = "conflict"     // the world changed under us
	CauseRateLimited  CauseKind = "rate_limited"
	CauseUnsupported  CauseKind = "unsupported" // the service does not have this
	CauseIncomplete   CauseKind = "incomplete"  // read in part only
	CauseNetwork      CauseKind = "network"     // refused, reset, timed out
	CauseBadAnswer    CauseKind = "bad_answer"  // an answer we cannot trust: HTML, wrong type, too large
	CauseCancelled    CauseKind = "cancelled"
	CauseRefused      CauseKind = "refused" // gatehouse itself refused: read-only, invalid input, unsafe target
)

// Cause says why something could not be read or done, in a form that survives being saved.
type Cause struct {
	Kind    CauseKind `json:"kind"`
	Op      string    `json:"op,omitempty"`      // what was tried, in our words: "list hooks of gh/acme/web"
	Missing string    `json:"missing,omitempty"` // the scope, permission or role that would help: "read:repo_hook"
	Said    Text      `json:"said,omitzero"`     // what the service said
	Hint    string    `json:"hint,omitempty"`    // what to do next, one sentence
}

// State is the reading state that this cause leads to.
func (c *Cause) State() State {
	if c == nil {
		return Unread
	}
	switch c.Kind {
	case CauseUnauthorized, CauseForbidden, CauseNotFound:
		return Denied
	case CauseUnsupported:
		return NotApplicable
	case CauseIncomplete:
		return Partial
	default:
		return Failed
	}
}

// Summary is one line for a cell's footer: what was tried, what was said, what is missing.
func (c *Cause) Summary() string {
	if c == nil {
		return ""
	}
	s := c.Op
	if s == "" {
		s = string(c.Kind)
	}
	if c.Missing != "" {
		s += ": needs " + c.Missing
	}
	if !c.Said.Empty() {
		s += ": " + c.Said.String()
	}
	return s
}

// Ability says whether something can be done here and now, with this account on this repository, and if not, why.
type Ability struct {
	OK  bool   `json:"ok"`
	Why *Cause `json:"why,omitempty"`
}
