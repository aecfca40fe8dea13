package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"gatehouse/model"
)

const maxRequestBody = 1 << 20

// takeBody reads a request's body once, so that it can be judged before anything is sent, and sent again after a failed read.
func takeBody(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	defer req.Body.Close() //nolint:errcheck // a request body we have read to its end
	b, err := io.ReadAll(io.LimitReader(req.Body, maxRequestBody+1))
	if err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	if len(b) > maxRequestBody {
		return nil, model.Refuse("send "+req.Method, req.URL.Host, "the request body is over 1 MiB", "")
	}
	return b, nil
}

// isRead tells reads from writes. GET and HEAD read. A POST reads only at the GraphQL address, and only when its query is one
// of our own constant documents: any other text could hold a mutation.
func (t *Transport) isRead(req *http.Request, body []byte) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, "":
		return true
	case http.MethodPost:
	default:
		return false
	}
	if !t.isGraphQL(req) {
		return false
	}
	var q struct {
		Query string `json:"query"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if dec.Decode(&q) != nil || dec.More() {
		return false
	}
	_, ours := t.documents[q.Query]
	return ours
}

func (t *Transport) isGraphQL(req *http.Request) bool {
	return t.graphQL != nil && t.base.owns(req.URL) && req.URL.EscapedPath() == t.graphQL.EscapedPath() && req.URL.RawQuery == ""
}

// masked matches values that stand for a secret and are none (safety.md I5): writing one back would destroy the real one.
var masked = regexp.MustCompile(`^(\*{3,}|x{4}.{0,4}|[•●]+|\[REDACTED\]|<redacted>)$`)

var secretNames = []string{"secret", "token", "password", "passwd", "private_key", "privatekey", "credential"}

// refuseMasked refuses a write whose JSON body holds a masked value anywhere, or an empty value under a secret's name.
func refuseMasked(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err == nil {
		return masks(v)
	}
	return nil // what is no JSON has no fields
}

func masks(v any) error {
	if at, found := findMasked("", v); found {
		return model.Refuse("send a write", "", "the field "+strconv.Quote(model.Outside(at).String())+" holds a masked or empty secret", "leave the secret out to keep it, or give the real one")
	}
	return nil
}

// findMasked names the first field with a value that only stands for a secret.
func findMasked(name string, v any) (string, bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if at, found := findMasked(k, e); found {
				return at, true
			}
		}
	case []any:
		for _, e := range v {
			if at, found := findMasked(name, e); found {
				return at, true
			}
		}
	case string:
		return name, masked.MatchString(v) || v == "" && isSecretName(name)
	}
	return "", false
}

func isSecretName(name string) bool {
	low := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, s := range secretNames {
		if low == s || strings.HasSuffix(low, "_"+s) {
			return true
		}
	}
	return false
}
