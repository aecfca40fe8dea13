package github

import (
	"context"
	"encoding/json"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
)

// Driver writes to one GitHub as one account. It reads through its Client; a write leaves only by Send.
type Driver struct {
	c     *Client
	place change.Place
	base  string // what Calls begin with, without a slash at the end
}

var _ change.Driver = (*Driver)(nil)

// NewDriver makes a Driver of the client. The origin is what plans and journals call the service; empty: its address.
func NewDriver(c *Client, account, origin string) *Driver {
	base := strings.TrimSuffix(c.gh.BaseURL.String(), "/")
	if origin == "" {
		origin = c.transport.Origin()
	} else {
		base = origin + strings.TrimSuffix(c.gh.BaseURL.Path, "/")
	}
	return &Driver{c: c, place: change.Place{Origin: origin, Account: account}, base: base}
}

// Place is where it writes, and as whom.
func (d *Driver) Place() change.Place { return d.place }

// Prepare reads afresh and gives the one step that makes op true; none when it is so already.
func (d *Driver) Prepare(ctx context.Context, op model.Op) ([]change.Step, error) {
	r, err := d.c.Repo(ctx, op.On().Repo)
	if err != nil {
		return nil, err
	}
	if r.Archived {
		return nil, model.Refuse(change.Words(op), r.Ref.String(), "the repository is archived, which makes it read-only", "unarchive it on its settings page first")
	}
	hooks, err := d.hooks(ctx, r)
	if err != nil {
		return nil, err
	}
	w := wiring{d, r, hooks}
	s := change.Step{ID: "call", What: change.Words(op), Op: op}
	if r.Ref != op.On().Repo {
		s.What += " (which is " + r.Spelled.String() + " now)"
	}
	fill, ok := writers[op.Kind()]
	if !ok {
		return nil, unknownOp(op)
	}
	todo, err := fill.prepare(ctx, w, op, &s)
	if err != nil || !todo {
		return nil, err
	}
	return []change.Step{s}, nil
}

// writer is how one kind of operation is made a request, and what is read back of it.
type writer struct {
	// prepare fills the step in; false: it is so already.
	prepare func(context.Context, wiring, model.Op, *change.Step) (bool, error)
	check   func(context.Context, wiring, change.Step) (change.Seen, error)
	// accepted reports that an answer of a 2xx status is what GitHub documents, and the id of what it made.
	accepted func(s change.Step, status int, body []byte) (made string, ok bool)
}

var writers = map[string]writer{
	model.EditHook{}.Kind():         writes(prepareEdit, checkEdit, sameHook),
	model.ConfigureHook{}.Kind():    writes(prepareConfigure, checkConfigure, someConfig),
	model.RotateHookSecret{}.Kind(): writes(prepareSecret, checkSecret, someConfig),
	model.AddHook{}.Kind():          writes(prepareAdd, checkAdd, newHook),
	model.RemoveHook{}.Kind():       writes(prepareRemove, checkRemove, noContent),
	model.PingHook{}.Kind():         writes(preparePing, checkCalled[model.PingHook], noContent),
	model.TestHook{}.Kind():         writes(prepareTest, checkCalled[model.TestHook], noContent),
	model.RedeliverHook{}.Kind():    writes(prepareRedeliver, checkRedelivered, taken),
}

// writes makes a writer of functions that know their own kind of operation.
func writes[O model.Op](
	prepare func(context.Context, wiring, O, *change.Step) (bool, error),
	check func(context.Context, wiring, O, change.Step) (change.Seen, error),
	accepted func(change.Step, int, []byte) (string, bool),
) writer {
	return writer{
		prepare: func(ctx context.Context, w wiring, op model.Op, s *change.Step) (bool, error) {
			o, ok := op.(O)
			if !ok {
				return false, unknownOp(op)
			}
			return prepare(ctx, w, o, s)
		},
		check: func(ctx context.Context, w wiring, s change.Step) (change.Seen, error) {
			o, ok := s.Op.(O)
			if !ok {
				return change.Seen{}, unknownOp(s.Op)
			}
			return check(ctx, w, o, s)
		},
		accepted: accepted,
	}
}

func unknownOp(op model.Op) error {
	return &model.Error{Op: change.Words(op), Cause: model.Cause{
		Kind: model.CauseUnsupported, Said: model.Outside("GitHub's part of gatehouse does not know this operation"), Hint: "use the gatehouse that planned it",
	}}
}

// wiring is a repository with its hooks, read completely.
type wiring struct {
	*Driver
	repo  model.Repo
	hooks []model.Hook
}

// hooks reads every hook; what is incomplete is an error, for nothing may be concluded from it.
func (d *Driver) hooks(ctx context.Context, r model.Repo) ([]model.Hook, error) {
	got := d.c.Hooks(ctx, r)
	return got.Value, got.Err("list hooks", r.Ref.String())
}

// hook finds one of them.
func (w wiring) hook(id string) (model.Hook, bool) {
	for _, h := range w.hooks {
		if h.ID == id {
			return h, true
		}
	}
	return model.Hook{}, false
}

// find is the hook an operation names; the error says which there are.
func (w wiring) find(op model.Op, id string) (model.Hook, error) {
	h, ok := w.hook(id)
	if ok {
		return h, nil
	}
	hint := "the repository has no hook"
	if len(w.hooks) > 0 {
		ids := make([]string, len(w.hooks))
		for i, h := range w.hooks {
			ids[i] = h.ID
		}
		hint = "its hooks are " + strings.Join(ids, ", ")
	}
	return h, &model.Error{Op: change.Words(op), Cause: model.Cause{Kind: model.CauseNotFound, Said: model.Outside("there is no such hook"), Hint: hint}}
}

// call is a request to the repository's canonical path.
func (w wiring) call(method, rest string, body any) (change.Call, error) {
	path, err := repoPath(w.repo, rest)
	if err != nil {
		return change.Call{}, err
	}
	c := change.Call{Method: method, URL: w.base + "/" + path}
	if body != nil {
		if c.Body, err = json.Marshal(body); err != nil {
			return change.Call{}, err
		}
	}
	return c, nil
}

// path is a call's address below the API's root. A call of another service is refused.
func (d *Driver) path(c change.Call) (string, error) {
	if rest, ok := strings.CutPrefix(c.URL, d.base+"/repos/"); ok {
		return "repos/" + rest, nil
	}
	return "", model.Refuse("send "+c.Method, model.Outside(c.URL).String(), "this is not "+d.base, "use the profile that the plan was made with")
}

// repo is the repository of a step, in the spelling that its call has.
func (d *Driver) repo(s change.Step) (model.Repo, error) {
	path, err := d.path(s.Call)
	if err != nil {
		return model.Repo{}, err
	}
	parts := strings.Split(path, "/")
	if len(parts) < 4 {
		return model.Repo{}, model.Refuse("read plan", s.What, "its address names no repository", "make the plan anew")
	}
	if _, err := model.NewRepoRef(model.GitHub, parts[1], parts[2]); err != nil {
		return model.Repo{}, err
	}
	return model.Repo{Ref: s.Op.On().Repo, Spelled: model.Outside(parts[1] + "/" + parts[2]), ID: "known", MyRole: model.Outside("admin")}, nil
}

// Check reads what the step would change.
func (d *Driver) Check(ctx context.Context, s change.Step) (change.Seen, error) {
	w, ok := writers[s.Op.Kind()]
	if !ok {
		return change.Seen{}, unknownOp(s.Op)
	}
	r, err := d.repo(s)
	if err != nil {
		return change.Seen{}, err
	}
	hooks, err := d.hooks(ctx, r)
	if err != nil {
		return change.Seen{}, err
	}
	return w.check(ctx, wiring{d, r, hooks}, s)
}
