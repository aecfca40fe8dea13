package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/providers/simulator"
	"gatehouse/providers/simulator/simtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// start runs a simulator whose exchanges are all checked against GitHub's descriptions.
func start(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	s := startUnchecked(t, o)
	simtest.Validate(t, s)
	return s
}

func startUnchecked(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// client asks as one of the demo accounts.
type client struct {
	t     *testing.T
	base  string
	token string
	http  *http.Client
}

func as(t *testing.T, s *simulator.Simulator, login, kind string) client {
	t.Helper()
	token := s.Token(login, kind)
	if token == "" {
		t.Fatalf("no token of %s, %s", login, kind)
	}
	return client{t, s.GitHubURL(), token, newHTTP(t)}
}

// newHTTP follows no redirect and leaves no connection behind.
func newHTTP(t *testing.T) *http.Client {
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// reply is an answer, read whole.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (c client) try(method, path, body string, header ...string) (reply, error) {
	c.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = c.base + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{c.t, res.StatusCode, res.Header, b}, err
}

func (c client) do(method, path, body string, header ...string) reply {
	c.t.Helper()
	r, err := c.try(method, path, body, header...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (c client) get(path string, header ...string) reply {
	c.t.Helper()
	return c.do(http.MethodGet, path, "", header...)
}

// query sends a GraphQL document and gives the data and the errors.
func (c client) query(document string, variables map[string]any) (data map[string]any, errs []map[string]any) {
	c.t.Helper()
	b, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		c.t.Fatal(err)
	}
	var out struct {
		Data   map[string]any
		Errors []map[string]any
	}
	c.do(http.MethodPost, "/graphql", string(b)).want(200).into(&out)
	return out.Data, out.Errors
}

// want fails the test when the status is another one.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %.300s", r.status, status, r.body)
	}
	return r
}

func (r reply) into(v any) reply {
	r.t.Helper()
	if err := json.NewDecoder(bytes.NewReader(r.body)).Decode(v); err != nil {
		r.t.Fatalf("decode %.200s: %v", r.body, err)
	}
	return r
}

func (r reply) rows() []map[string]any {
	r.t.Helper()
	var out []map[string]any
	r.into(&out)
	return out
}

func (r reply) row() map[string]any {
	r.t.Helper()
	var out map[string]any
	r.into(&out)
	return out
}

// next is the address of the next page, or "".
func (r reply) next() string { return r.link("next") }

func (r reply) link(rel string) string {
	for part := range strings.SplitSeq(r.header.Get("Link"), ", ") {
		if target, ok := strings.CutSuffix(part, fmt.Sprintf(">; rel=%q", rel)); ok {
			return strings.TrimPrefix(target, "<")
		}
	}
	return ""
}

// all reads a list to its end.
func (c client) all(path string) []map[string]any {
	c.t.Helper()
	var out []map[string]any
	for path != "" {
		r := c.get(path).want(200)
		out = append(out, r.rows()...)
		path = r.next()
	}
	return out
}

func names(rows []map[string]any, field string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = fmt.Sprint(r[field])
	}
	return out
}
