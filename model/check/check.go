// Package check holds the registry of checks: each fact about a repository's wiring is judged once, here, and every
// screen, command and report folds the same result. Checks are pure: a snapshot and the time in, a result out.
package check

import (
	"slices"

	"gatehouse/model"
)

// Verdict is what a check came to. The zero value is NotAssessed: forgetting to judge never reads as "fine".
type Verdict uint8

// The verdicts.
const (
	NotAssessed Verdict = iota // something it needs could not be read, or the question makes no sense here
	Holds
	Broken
)

// String is the verdict's name in JSON.
func (v Verdict) String() string {
	switch v {
	case Holds:
		return "holds"
	case Broken:
		return "broken"
	default:
		return "not_assessed"
	}
}

// MarshalText writes the name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Severity says how soon a broken check wants a person.
type Severity uint8

// The severities, least first.
const (
	Low Severity = iota + 1
	Medium
	High
)

// String is the severity's name in JSON.
func (s Severity) String() string {
	switch s {
	case High:
		return "high"
	case Medium:
		return "medium"
	default:
		return "low"
	}
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Fact names something a check reads.
type Fact string

// The facts.
const (
	FactHooks        Fact = "hooks"
	FactDeployKeys   Fact = "deploy_keys"
	FactPeople       Fact = "people"
	FactInvitations  Fact = "invitations"
	FactCI           Fact = "ci"
	FactCheckoutKeys Fact = "checkout_keys"
)

// Evidence is one line of what was seen: safe to print as it is.
type Evidence struct {
	Subject string `json:"subject"` // "hook 4711"
	Saw     string `json:"saw"`     // "sends pull_request only"
}

// Result is what a check found on one repository.
type Result struct {
	Verdict  Verdict      `json:"verdict"`
	Short    string       `json:"short,omitempty"` // two or three words for a table cell: "no push"
	Evidence []Evidence   `json:"evidence,omitempty"`
	Why      *model.Cause `json:"why,omitempty"` // of NotAssessed: what could not be read
	Fix      []model.Op   `json:"fix,omitempty"`
}

// Check judges one fact.
type Check struct {
	ID        string // "hook.push"
	Title     string // what is wrong when it is broken, one clause: "CircleCI's hook does not send push"
	Why       string // why that matters, one or two sentences
	Do        string // what to do about it, one sentence
	Reference string // the page of the service that says so
	Severity  Severity
	Needs     []Fact
	Run       func(s *model.Snapshot, on model.RepoRef, now model.Unix) Result
}

// Finding is a check with its result on a repository.
type Finding struct {
	Check  Check
	Repo   model.RepoRef
	Result Result
}

// All is the registry, in the order in which a person would look: first break first.
func All() []Check { return registry }

var registry = slices.Concat(hookChecks(), ciChecks(), keyChecks())

// Run judges every check on one repository. A repository that is not in the snapshot gives none.
func Run(s *model.Snapshot, on model.RepoRef, now model.Unix) []Finding {
	if s.Repo(on) == nil {
		return nil
	}
	out := make([]Finding, 0, len(registry))
	for _, c := range registry {
		out = append(out, Finding{Check: c, Repo: on, Result: c.Run(s, on, now)})
	}
	return out
}
