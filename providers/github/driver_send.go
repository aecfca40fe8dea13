package github

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gatehouse/model"
	"gatehouse/model/change"
	"gatehouse/providers/rest"
	"gatehouse/providers/transport"
)

// Send makes the step's one request. What is believed of it is the transport's receipt, and of a success that the answer is the one that
// GitHub documents: an empty 201 or a login page with status 200 proves nothing.
func (d *Driver) Send(ctx context.Context, s change.Step, secrets change.Secrets) change.Outcome {
	a := asked{need: needHooksWrite, op: s.What, known: true, mine: true}
	if _, err := d.repo(s); err != nil {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(err)}
	}
	path, err := d.path(s.Call)
	if err != nil {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(err)}
	}
	body, err := fillSlots(s.Call.Body, secrets)
	if err != nil {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(err)}
	}
	req, err := d.c.gh.NewRequest(s.Call.Method, path, body)
	if err != nil {
		return change.Outcome{Class: change.NotCommitted, Why: model.CauseOf(fmt.Errorf("%s: %w", s.What, err))}
	}
	ctx, receipt := transport.WithReceipt(ctx)
	res, err := d.c.transport.RoundTrip(req.WithContext(ctx))
	out := rest.Outcome(receipt, err)
	if err != nil {
		out.Why = model.CauseOf(rest.Broken(a.op, a.on, err))
		return out
	}
	return d.judge(a, s, res, out)
}

// judge looks at an answer.
func (d *Driver) judge(a asked, s change.Step, res *http.Response, out change.Outcome) change.Outcome {
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return change.Outcome{Status: out.Status, Why: model.CauseOf(rest.Broken(a.op, a.on, err))}
	}
	if res.StatusCode >= 300 {
		out.Why = model.CauseOf(d.c.refusal(a, res, answer))
		if out.Class == change.Rejected && strings.Contains(out.Why.Said.Raw(), "already exists") {
			out.Class = change.Conflict
		}
		return out
	}
	made, ok := writers[s.Op.Kind()].accepted(s, res.StatusCode, answer)
	if !ok {
		e := a.bad(fmt.Sprintf("status %d with another body than it documents", res.StatusCode))
		return change.Outcome{Class: change.Unknown, Status: out.Status, Why: &e.Cause}
	}
	return change.Outcome{Class: change.Committed, Status: out.Status, Made: made}
}

// slot is how a secret stands in a call's body.
func slot(name string) string { return "{secret:" + name + "}" }

// fillSlots puts the secrets where their slots stand. The result goes to the wire and nowhere else.
func fillSlots(body json.RawMessage, secrets change.Secrets) (any, error) {
	if len(body) == 0 {
		return nil, nil //nolint:nilnil // no body
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, model.Refuse("send", "", "the plan's body cannot be read", "make the plan anew")
	}
	return filled(v, secrets)
}

func filled(v any, secrets change.Secrets) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			f, err := filled(e, secrets)
			if err != nil {
				return nil, err
			}
			v[k] = f
		}
	case string:
		name, ok := strings.CutPrefix(v, "{secret:")
		if !ok {
			return v, nil
		}
		s := secrets[strings.TrimSuffix(name, "}")]
		if s.Empty() {
			return nil, model.Refuse("send", "", "the secret "+model.Outside(v).String()+" is missing", "enter it again: it is kept nowhere")
		}
		return s.Reveal(), nil
	}
	return v, nil
}

// The answers that GitHub documents.

func sameHook(s change.Step, status int, body []byte) (string, bool) {
	var h hook
	if status != http.StatusOK || rest.Decode(body, &h) != nil {
		return "", false
	}
	id, lacks := h.check()
	return "", lacks == "" && strings.HasSuffix(s.Call.URL, "/hooks/"+id)
}

func newHook(_ change.Step, status int, body []byte) (string, bool) {
	var h hook
	if status != http.StatusCreated || rest.Decode(body, &h) != nil {
		return "", false
	}
	id, lacks := h.check()
	return id, lacks == ""
}

func someConfig(_ change.Step, status int, body []byte) (string, bool) {
	var c struct {
		URL string `json:"url"`
	}
	return "", status == http.StatusOK && rest.Decode(body, &c) == nil && c.URL != ""
}

func noContent(_ change.Step, status int, _ []byte) (string, bool) {
	return "", status == http.StatusNoContent
}

// taken is GitHub's 202 of a redelivery: it is the success, though for any other request it would prove nothing.
func taken(_ change.Step, status int, _ []byte) (string, bool) {
	return "", status == http.StatusAccepted
}

// hookID is the id at the end of …/hooks/ID, which a step about one hook has in its call.
func hookID(s change.Step) (string, error) {
	_, rest, ok := strings.Cut(s.Call.URL, "/hooks/")
	id, _, _ := strings.Cut(rest, "/")
	if _, err := strconv.ParseInt(id, 10, 64); !ok || err != nil {
		return "", model.Refuse("read plan", s.What, "its call names no hook", "make the plan anew")
	}
	return id, nil
}
