package simtest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

//go:embed testdata/github.json.gz
var openAPI []byte

// rest is GitHub's OpenAPI description.
type rest struct{ doc *openapi3.T }

var description = sync.OnceValues(func() (*rest, error) {
	b, err := unzip(openAPI)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	return &rest{doc}, err
})

// exchange checks a request and its answer.
func (d *rest) exchange(r *http.Request, body []byte, res *http.Response, answer []byte) error {
	route, params := d.find(r)
	if route == nil {
		if res.StatusCode == http.StatusNotFound {
			return nil
		}
		return errors.New("GitHub's description has no such address")
	}
	in, err := d.request(r, body, route, params)
	if err != nil {
		return err
	}
	if route.Operation.Responses.Status(res.StatusCode) == nil {
		return undescribed(res.StatusCode, answer)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if len(answer) == 0 {
		out.Options.ExcludeResponseBody = true
		if res.StatusCode == http.StatusOK || res.StatusCode == http.StatusCreated {
			return errors.New("the answer has no body")
		}
	}
	return short(openapi3filter.ValidateResponse(context.Background(), out.SetBodyBytes(answer)))
}

// short says where and why, without the whole schema.
func short(err error) error {
	var e *openapi3.SchemaError
	if errors.As(err, &e) {
		return fmt.Errorf("at /%s: %s", strings.Join(e.JSONPointer(), "/"), e.Reason)
	}
	return err
}

// request checks the request alone. A request that is refused need not be one that the description allows: that is why it was.
func (d *rest) request(r *http.Request, body []byte, route *routers.Route, params map[string]string) (*openapi3filter.RequestValidationInput, error) {
	copied := r.Clone(context.Background())
	copied.Body = http.NoBody
	if len(body) > 0 {
		copied.Body = readCloser{bytes.NewReader(body)}
		copied.Header.Set("Content-Type", "application/json")
	}
	in := &openapi3filter.RequestValidationInput{
		Request: copied, PathParams: params, Route: route, QueryParams: r.URL.Query(),
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true},
	}
	return in, short(openapi3filter.ValidateRequest(context.Background(), in))
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// undescribed lets the statuses pass that every address of GitHub's can answer with, described or not: then the body is an error of
// GitHub's form.
func undescribed(status int, answer []byte) error {
	switch {
	case status == http.StatusNotModified:
		return nil
	case status >= 500, status == 401, status == 403, status == 404, status == 422, status == 429, status == 301, status == 307:
		var e struct {
			Message string `json:"message"`
			Docs    string `json:"documentation_url"`
		}
		if err := json.Unmarshal(answer, &e); err != nil || e.Message == "" || e.Docs == "" {
			return fmt.Errorf("the error has not the form of GitHub's: %s", answer)
		}
		return nil
	}
	return fmt.Errorf("GitHub's description has no status %d here", status)
}

// byNumber are the addresses by number that Link headers and redirects lead to; the description has the ones by name.
var byNumber = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`^/repositories/\d+(/|$)`), "/repos/o/r$1"},
	{regexp.MustCompile(`^/organizations/\d+(/|$)`), "/orgs/o$1"},
}

// find looks the address up. A segment given literally goes before a parameter.
func (d *rest) find(r *http.Request) (*routers.Route, map[string]string) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v3")
	for _, n := range byNumber {
		path = n.from.ReplaceAllString(path, n.to)
	}
	have := strings.Split(path, "/")
	best, literal := (*routers.Route)(nil), -1
	var found map[string]string
	for pattern, item := range d.doc.Paths.Map() {
		op := item.GetOperation(r.Method)
		params, n, ok := match(strings.Split(pattern, "/"), have)
		if op != nil && ok && n > literal {
			best = &routers.Route{Spec: d.doc, Path: pattern, PathItem: item, Method: r.Method, Operation: op}
			found, literal = params, n
		}
	}
	return best, found
}

func match(pattern, have []string) (params map[string]string, literal int, ok bool) {
	if len(pattern) != len(have) {
		return nil, 0, false
	}
	params = map[string]string{}
	for i, p := range pattern {
		if strings.HasPrefix(p, "{") {
			params[strings.Trim(p, "{}")] = have[i]
			continue
		}
		if p != have[i] {
			return nil, 0, false
		}
		literal++
	}
	return params, literal, true
}
