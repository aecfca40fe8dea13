package github

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"gatehouse/providers/rest"
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
		return nil, rest.Broken(a.op, a.on, err)
	}
	defer res.Body.Close() //nolint:errcheck // the transport has read it whole
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, rest.Broken(a.op, a.on, err)
	}
	switch {
	case res.StatusCode == http.StatusOK:
	case res.StatusCode > 200 && res.StatusCode < 300:
		return res, a.bad(fmt.Sprintf("it has status %d, which a read never gets", res.StatusCode))
	default:
		return res, c.refusal(a, res, body)
	}
	if err := rest.Decode(body, v); err != nil {
		e := a.bad(err.Error())
		e.Err = err
		return res, e
	}
	return res, nil
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
