// Package simtest checks what goes between a client and the simulated GitHub against GitHub's own descriptions: requests and
// answers of the REST interface against its OpenAPI description, GraphQL documents and data against its schema. A simulator
// that drifts from GitHub, or a client that asks for what GitHub does not have, fails the test it happens in.
package simtest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"net/http"
	"strings"
	"testing"

	"gatehouse/providers/simulator"
)

// Validate checks every exchange of the simulator until the test ends. Exchanges that a fault has touched are not checked. Use one
// Validate for a simulator.
func Validate(t testing.TB, s *simulator.Simulator) {
	t.Helper()
	rest, err := description()
	if err != nil {
		t.Fatalf("load GitHub's OpenAPI description: %v", err)
	}
	s.Check(func(r *http.Request, body []byte, res *http.Response, answer []byte) {
		var err error
		if strings.HasSuffix(r.URL.Path, "/graphql") {
			err = exchange(body, res.StatusCode, answer)
		} else {
			err = rest.exchange(r, body, res, answer)
		}
		if err != nil {
			t.Errorf("%s %s answered with %d: %v", r.Method, r.URL.RequestURI(), res.StatusCode, err)
		}
	})
	t.Cleanup(func() { s.Check(nil) })
}

// GraphQL checks a document against GitHub's schema.
func GraphQL(t testing.TB, document string) {
	t.Helper()
	if _, err := parse(document); err != nil {
		t.Errorf("the document is not one GitHub understands: %v", err)
	}
}

func unzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
