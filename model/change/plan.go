package change

import (
	"fmt"
	"slices"
	"strconv"

	"gatehouse/model"
)

// Plan is what would be done, as data. It is worthless once the world moved on: each step is checked again before it is sent.
type Plan struct {
	Title   string     `json:"title"`
	Made    model.Unix `json:"made"`
	Steps   []Step     `json:"steps"`
	Refused []Refused  `json:"refused,omitempty"` // what cannot be done, and why; the rest can
	Already []string   `json:"already,omitempty"` // what is so already, in words
	Undoes  string     `json:"undoes,omitempty"`  // the run that it takes back
	Retries string     `json:"retries,omitempty"` // the run whose failures it tries again
}

// Refused is an op that got no step.
type Refused struct {
	Target model.Target `json:"target"`
	What   string       `json:"what"`
	Why    model.Cause  `json:"why"`
}

// Targets are the targets of all steps, each once, in the plan's order.
func (p Plan) Targets() []model.Target {
	var out []model.Target
	seen := map[model.Target]bool{}
	for _, s := range p.Steps {
		if t := s.Op.On(); !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// Stakes is the highest of the steps'.
func (p Plan) Stakes() Stakes {
	if p.destroyed() > 0 {
		return Destroys
	}
	return Writes
}

// MayBuild reports that a step may start a build.
func (p Plan) MayBuild() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Builds })
}

// Final are the reasons why steps cannot be undone, each once: shown before anything is sent.
func (p Plan) Final() []string {
	var out []string
	for _, s := range p.Steps {
		if s.Final != "" && !slices.Contains(out, s.Final) {
			out = append(out, s.Final)
		}
	}
	return out
}

// Slots are the secrets that the steps need, each once.
func (p Plan) Slots() []string {
	var out []string
	for _, s := range p.Steps {
		for _, n := range s.Slots {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// Phrase is what a person types before a plan that destroys: the repository's slug, or for several the number of repositories. It is
// empty when the plan only writes.
func (p Plan) Phrase() string {
	if p.Stakes() != Destroys {
		return ""
	}
	if t := p.Targets(); len(t) > 1 {
		return strconv.Itoa(len(t))
	}
	return p.Steps[0].Op.On().Repo.String()
}

// brake is the share of all repositories that one plan may destroy on.
const brake = 0.2

// Brake refuses a plan that destroys on more than a fifth of all repositories: of is how many there are in all. One repository is always let
// through, Phrase guards it.
func (p Plan) Brake(of int) error {
	n := p.destroyed()
	if n <= 1 || float64(n) <= brake*float64(of) {
		return nil
	}
	return model.Refuse("apply plan", p.Title, fmt.Sprintf("it destroys on %d of %d repositories, more than %.0f%%", n, of, brake*100),
		"choose fewer repositories")
}

func (p Plan) destroyed() int {
	on := map[model.Target]bool{}
	for _, s := range p.Steps {
		if s.Stakes == Destroys {
			on[s.Op.On()] = true
		}
	}
	return len(on)
}

// Valid refuses a plan that cannot be carried out as it stands: a step without op, an id used twice, a need that does not come
// earlier, a step that is neither undoable nor says why not.
func (p Plan) Valid() error {
	seen := map[string]bool{}
	for _, s := range p.Steps {
		wrong := ""
		switch {
		case s.Op == nil:
			wrong = "it has no operation"
		case s.ID == "" || seen[s.ID]:
			wrong = "its id is not its own"
		case s.Op.On().Origin == "" || s.Op.On().Account == "":
			wrong = "it does not say where and as whom"
		case len(s.Undo) == 0 && s.Final == "":
			wrong = "it says neither how it is undone nor why it cannot be"
		case slices.ContainsFunc(s.Needs, func(n string) bool { return !seen[n] }):
			wrong = "it needs a step that does not come before it"
		}
		if wrong != "" {
			return model.Refuse("read plan", "step "+model.Outside(s.ID).String(), wrong, "make the plan anew")
		}
		seen[s.ID] = true
	}
	return nil
}

// Words are an op's own words, or its kind.
func Words(o model.Op) string {
	if s, ok := o.(fmt.Stringer); ok {
		return s.String()
	}
	return o.Kind()
}
