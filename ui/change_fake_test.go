package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
)

// fakeChanges plans one request for each operation and pretends to send it. It counts what is applied, and keeps a journal.
type fakeChanges struct {
	runs     []change.Run
	applied  []change.Plan
	given    []change.Go
	failing  map[string]bool // repositories whose request fails
	warn     string          // of every step that stands
	limit    bool            // stops after the first step
	planErr  error
	applyErr error
	payload  string // put into every text that comes from outside
}

func (c *fakeChanges) Plan(_ context.Context, title string, ops []model.Op) (change.Plan, error) {
	p := change.Plan{Title: title, Made: model.UnixOf(noon)}
	for i, op := range ops {
		op = op.In("https://api.github.example", "dana")
		s := change.Step{
			ID: fmt.Sprint(i + 1), What: change.Words(op), Op: op, Before: change.Version{Digest: "d", Says: text("pull_request; active; secret set" + c.payload)},
			Expect: "pull_request, push; active; secret set" + c.payload,
			Call:   change.Call{Method: "PATCH", URL: "https://api.github.example/repos/" + strings.TrimPrefix(op.On().Repo.String(), "gh/") + "/hooks/4711", Body: []byte(`{"active":true,"add_events":["push"]}`)},
		}
		switch o := op.(type) {
		case model.EditHook:
			s.Undo = []model.Op{model.EditHook{Target: o.Target, Hook: o.Hook, Add: o.Remove, Remove: o.Add}}
		case model.RemoveHook:
			s.Stakes, s.Final = change.Destroys, "only CircleCI knows its secret"+c.payload
		case model.RotateHookSecret:
			s.Final, s.Slots = "the old secret is not readable", []string{o.Secret}
		default:
			s.Final, s.Builds = "it cannot be called back", true
		}
		p.Steps = append(p.Steps, s)
	}
	return p, c.planErr
}

func (c *fakeChanges) Apply(_ context.Context, p change.Plan, g change.Go) (change.Run, error) {
	c.applied, c.given = append(c.applied, p), append(c.given, g)
	if c.applyErr != nil {
		return change.Run{}, c.applyErr
	}
	r := change.Run{ID: fmt.Sprint(len(c.runs) + 1), Plan: p}
	for i, s := range p.Steps {
		if c.limit && i == 1 {
			break
		}
		out := change.Outcome{Class: change.Committed, Status: 200}
		if c.failing[s.Op.On().Repo.String()] {
			out = change.Outcome{Class: change.Rejected, Status: 403, Why: &model.Cause{Kind: model.CauseForbidden, Op: s.What, Said: text("SAML enforcement" + c.payload), Hint: "authorise the token"}}
		}
		r.Records = append(r.Records, change.Record{Kind: change.Intent, Step: s.ID, At: p.Made}, change.Record{Kind: change.Result, Step: s.ID, At: p.Made, Outcome: &out})
		if out.Class == change.Committed {
			r.Records = append(r.Records, change.Record{Kind: change.Verified, Step: s.ID, At: p.Made, Seen: &change.Seen{Effect: change.Present, Now: change.Version{Says: text(s.Expect)}, Warn: c.warn}})
		}
		if g.Progress != nil {
			g.Progress(r.Results()[i])
		}
	}
	if !c.limit {
		r.Records = append(r.Records, change.Record{Kind: change.Done, At: p.Made})
	}
	c.runs = append(c.runs, r)
	return r, nil
}

func (c *fakeChanges) find(id string) change.Run {
	return c.runs[slices.IndexFunc(c.runs, func(r change.Run) bool { return r.ID == id })]
}

func (c *fakeChanges) Resume(_ context.Context, id string, g change.Go) (change.Run, error) {
	r := c.find(id)
	c.applied, c.given = append(c.applied, r.Plan), append(c.given, g)
	for i, s := range r.Plan.Steps[1:] {
		r.Records = append(r.Records, change.Record{Kind: change.Result, Step: s.ID, At: 1, Outcome: &change.Outcome{Class: change.Committed}})
		g.Progress(r.Results()[i+1])
	}
	r.Records = append(r.Records, change.Record{Kind: change.Done, At: 1})
	c.runs[slices.IndexFunc(c.runs, func(x change.Run) bool { return x.ID == id })] = r
	return r, nil
}

func (c *fakeChanges) Undo(ctx context.Context, id string) (change.Plan, error) {
	var ops []model.Op
	for _, s := range c.find(id).Results() {
		if s.State == change.Stands {
			ops = append(ops, s.Step.Undo...)
		}
	}
	p, err := c.Plan(ctx, "undo #"+id, ops)
	p.Undoes = id
	return p, err
}

func (c *fakeChanges) Retry(ctx context.Context, id string) (change.Plan, error) {
	var ops []model.Op
	for _, s := range c.find(id).Results() {
		if s.State == change.NotDone {
			ops = append(ops, s.Step.Op)
		}
	}
	p, err := c.Plan(ctx, "retry #"+id, ops)
	p.Retries = id
	return p, err
}

func (c *fakeChanges) Runs(context.Context) ([]change.Run, error) {
	return slices.Clone(c.runs), nil
}
