package circleci

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/rest"
	"gatehouse/providers/transport"
)

// Driver writes to one CircleCI as one account. It reads through its Client; a write leaves only by Send.
type Driver struct {
	c     *Client
	place change.Place
	base  string // what Calls begin with
}

var _ change.Driver = (*Driver)(nil)

// NewDriver makes a Driver of the client. The origin is what plans and journals call the service; empty: its address.
func NewDriver(c *Client, account, origin string) *Driver {
	base := c.base
	if origin == "" {
		origin = c.transport.Origin()
	} else {
		base = origin
	}
	return &Driver{c: c, place: change.Place{Origin: origin, Account: account}, base: base}
}

// Place is where it writes, and as whom.
func (d *Driver) Place() change.Place { return d.place }

// Prepare reads the settings afresh and gives the one request that changes what differs; none when nothing does.
func (d *Driver) Prepare(ctx context.Context, op model.Op) ([]change.Step, error) {
	o, ok := op.(model.EditSettings)
	if !ok {
		return nil, unknownOp(op)
	}
	now, err := d.settings(ctx, o.Project)
	if err != nil {
		return nil, err
	}
	changed, back := map[string]bool{}, map[string]bool{}
	for name, want := range o.Set {
		switch is, there := now.Value(name); {
		case !there:
			return nil, model.Refuse(change.Words(op), "", "there is no setting "+model.Outside(name).String(), "see gatehouse project settings --help")
		case is == model.TriUnknown:
			return nil, model.Refuse(change.Words(op), "", "CircleCI does not say what "+name+" is now, so it could not be put back", "change it on the project's settings page")
		case is != model.Is(want):
			changed[name], back[name] = want, is == model.Yes
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	path, err := slugPath(o.Project.Raw())
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"advanced": changed}) // changed keys only, never oss
	if err != nil {
		return nil, err
	}
	return []change.Step{{
		ID: "call", What: change.Words(op), Op: op, Before: version(now, changed), Expect: says(after(now, changed), changed),
		Call: change.Call{Method: http.MethodPatch, URL: d.base + "/api/v2/project/" + path + "/settings", Body: body},
		Undo: []model.Op{model.EditSettings{Target: o.Target, Project: o.Project, Set: back}},
	}}, nil
}

func unknownOp(op model.Op) error {
	return &model.Error{Op: change.Words(op), Cause: model.Cause{
		Kind: model.CauseUnsupported, Said: model.Outside("CircleCI's part of gatehouse does not know this operation"), Hint: "use the gatehouse that planned it",
	}}
}

func (d *Driver) settings(ctx context.Context, slug model.Text) (model.CISettings, error) {
	r := d.c.Settings(ctx, slug)
	return r.Value, r.Err("read project settings", slug.String())
}

// values are the settings that can be switched, by name.
func values(s model.CISettings) map[string]model.Tri {
	out := map[string]model.Tri{}
	for name := range model.SettingNames {
		out[name], _ = s.Value(name)
	}
	return out
}

// after are the settings with some switched.
func after(s model.CISettings, set map[string]bool) map[string]model.Tri {
	out := values(s)
	for name, on := range set {
		out[name] = model.Is(on)
	}
	return out
}

// version is a digest of all settings, and the words of those that are changed.
func version(s model.CISettings, changed map[string]bool) change.Version {
	return change.Version{Digest: digest(values(s), s.PROnlyOverrides), Says: model.Outside(says(values(s), changed))}
}

func digest(v map[string]model.Tri, overrides []string) string {
	parts := []string{strings.Join(slices.Sorted(slices.Values(overrides)), "\x00")}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		parts = append(parts, name, v[name].String())
	}
	return change.Digest(parts...)
}

// says is for example: build_fork_prs off, build_prs_only on.
func says(v map[string]model.Tri, only map[string]bool) string {
	words := make([]string, 0, len(only))
	for _, name := range slices.Sorted(maps.Keys(only)) {
		words = append(words, name+" "+map[model.Tri]string{model.Yes: "on", model.No: "off", model.TriUnknown: "not known"}[v[name]])
	}
	return strings.Join(words, ", ")
}

// Check reads the settings back.
func (d *Driver) Check(ctx context.Context, s change.Step) (change.Seen, error) {
	o, ok := s.Op.(model.EditSettings)
	if !ok {
		return change.Seen{}, unknownOp(s.Op)
	}
	if !strings.HasPrefix(s.Call.URL, d.base+"/api/v2/project/") {
		return change.Seen{}, d.elsewhere(s)
	}
	now, err := d.settings(ctx, o.Project)
	if err != nil {
		return change.Seen{}, err
	}
	seen := change.Seen{Now: version(now, o.Set)}
	before := values(now)
	if len(s.Undo) == 1 {
		if back, ok := s.Undo[0].(model.EditSettings); ok {
			before = after(now, back.Set)
		}
	}
	switch {
	case seen.Now.Digest == s.Before.Digest:
		seen.Effect = change.Absent
	case maps.Equal(after(now, o.Set), values(now)) && digest(before, now.PROnlyOverrides) == s.Before.Digest:
		seen.Effect = change.Present
	case seen.Now.Says.Raw() == s.Before.Says.Raw():
		seen.Now.Says = model.Outside(seen.Now.Says.Raw() + "; another setting was changed")
	}
	return seen, nil
}

func (d *Driver) elsewhere(s change.Step) error {
	return model.Refuse("send "+s.Call.Method, model.Outside(s.Call.URL).String(), "this is not "+d.base, "use the profile that the plan was made with")
}

// Send makes the step's one request. What is believed of it is the transport's receipt, and of a success that it carries the settings.
func (d *Driver) Send(ctx context.Context, s change.Step, _ change.Secrets) change.Outcome {
	path, ok := strings.CutPrefix(s.Call.URL, d.base+"/api/v2/project/")
	if !ok {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(d.elsewhere(s))}
	}
	a := asked{op: s.What}
	ctx, receipt := transport.WithReceipt(ctx)
	req, err := http.NewRequestWithContext(ctx, s.Call.Method, d.c.base+"/api/v2/project/"+path, bytes.NewReader(s.Call.Body))
	if err != nil {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(err)}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	res, err := d.c.transport.RoundTrip(req)
	out := rest.Outcome(receipt, err)
	if err != nil {
		out.Why = model.CauseOf(rest.Broken(a.op, a.on, err))
		return out
	}
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	answer, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return change.Outcome{Status: out.Status, Why: model.CauseOf(rest.Broken(a.op, a.on, err))}
	case res.StatusCode >= 300:
		out.Why = model.CauseOf(refusal(a, res.StatusCode, answer))
		return out
	}
	var got settings
	if err := rest.Decode(answer, &got); err != nil || res.StatusCode != http.StatusOK || got.Advanced == nil {
		return change.Outcome{Class: change.Unknown, Status: out.Status, Why: model.CauseOf(a.bad("a success without the settings"))}
	}
	return out
}
