package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"gatehouse/model"
)

// get reads one JSON document into v. A nil error means that v is filled by an answer that looked right.
func (c *Client) get(ctx context.Context, a asked, path string, v any) (*http.Response, error) {
	req, err := c.gh.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.op, err)
	}
	return c.do(ctx, a, req, v)
}

func (c *Client) do(ctx context.Context, a asked, req *http.Request, v any) (*http.Response, error) {
	res, err := c.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, broken(a, err)
	}
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, broken(a, err)
	}
	switch {
	case res.StatusCode == http.StatusOK:
	case res.StatusCode > 200 && res.StatusCode < 300:
		return res, a.bad(fmt.Sprintf("it has status %d, which a read never gets", res.StatusCode))
	default:
		return res, c.refusal(a, res, body)
	}
	if err := decode(body, v); err != nil {
		e := a.bad(err.Error())
		e.Err = err
		return res, e
	}
	return res, nil
}

// broken says of an error from below what was asked for.
func broken(a asked, err error) error {
	if e, ok := errors.AsType[*model.Error](err); ok {
		out := *e
		out.Op, out.On, out.Err = a.op, a.on, err
		return &out
	}
	kind := model.CauseNetwork
	if errors.Is(err, context.Canceled) {
		kind = model.CauseCancelled
	}
	return &model.Error{Op: a.op, On: a.on, Err: err, Cause: model.Cause{Kind: kind, Said: model.Outside(err.Error())}}
}

// decode takes exactly one JSON value of the right shape: null, trailing junk and a byte order mark are errors.
func decode(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return errors.New("it is empty")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// optional is a field that may be absent, which is not the same as null: a server that leaves a field out does not know it.
type optional[T any] struct {
	there bool
	value *T // nil: null
}

// UnmarshalJSON is called for null too, but not for a field that is absent.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	o.there = true
	return json.Unmarshal(b, &o.value)
}
