package change

import (
	"encoding/json"

	"gatehouse/model"
)

// Step is one request as data, so that another process can take it up. It is made by a Driver and says all a person needs to judge it.
type Step struct {
	ID      string     `json:"id"` // unique in the plan
	What    string     `json:"what"`
	Op      model.Op   `json:"-"` // what it is a part of; see MarshalJSON
	Stakes  Stakes     `json:"stakes"`
	Call    Call       `json:"call"`
	Before  Version    `json:"before"`          // what it was made from: Check says Absent for it and for nothing else
	Expect  string     `json:"expect"`          // what will be found afterwards, in words
	Needs   []string   `json:"needs,omitempty"` // steps that must stand before; they come earlier in the plan
	Undo    []model.Op `json:"-"`               // what reverts it; model.Made stands for the id of what it creates
	Final   string     `json:"final,omitempty"` // why it cannot be undone here; empty when Undo says how
	Slots   []string   `json:"slots,omitempty"` // the secrets that its call names; see Secrets
	Builds  bool       `json:"may_start_build"`
	Reverts string     `json:"reverts,omitempty"` // in an undo: the step of the other run that this one takes back
}

// Call is the exact request, for people and for Driver.Send. A secret in the body is written as its slot: "{secret:NAME}".
type Call struct {
	Method string          `json:"method"`
	URL    string          `json:"url"` // whole, at the repository's canonical path
	Body   json.RawMessage `json:"body,omitempty"`
}

// Version is a state of what a step changes: a digest to compare, and words to show.
type Version struct {
	Digest string     `json:"digest"`
	Says   model.Text `json:"says"` // for example: pull_request, push; active
}

type plainStep Step

type savedStep struct {
	plainStep
	Op   model.SavedOp   `json:"op"`
	Undo []model.SavedOp `json:"undo,omitempty"`
}

// MarshalJSON writes the step with its Ops as model.SavedOp does.
func (s Step) MarshalJSON() ([]byte, error) {
	v := savedStep{plainStep: plainStep(s), Op: model.SavedOp{Op: s.Op}}
	for _, o := range s.Undo {
		v.Undo = append(v.Undo, model.SavedOp{Op: o})
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads what MarshalJSON wrote; an Op of an unknown kind is refused.
func (s *Step) UnmarshalJSON(b []byte) error {
	var v savedStep
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*s = Step(v.plainStep)
	s.Op, s.Undo = v.Op.Op, nil
	for _, o := range v.Undo {
		s.Undo = append(s.Undo, o.Op)
	}
	return nil
}
