package transport

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

type freshKey struct{}

// Fresh makes reads with the context ask for a full answer, past the cache.
func Fresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

// revalidate adds If-None-Match when the cache holds an answer. The key holds a hash of the credential: GitHub's ETags and answers
// differ by token. An answer is never used without asking: what was cached before a write would be wrong after it.
func (t *Transport) revalidate(req *http.Request) (key string, hit *Cached) {
	if t.opts.Cache == nil || req.Method != http.MethodGet {
		return "", nil
	}
	id := ""
	if t.opts.Auth != nil {
		id = t.opts.Auth.ID()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{req.URL.String(), req.Header.Get("Accept"), id}, "\x00")))
	key = hex.EncodeToString(sum[:16])
	if req.Context().Value(freshKey{}) != nil {
		return key, nil
	}
	if c, ok := t.opts.Cache.Get(key); ok && c.ETag != "" {
		req.Header.Set("If-None-Match", c.ETag)
		return key, &c
	}
	return key, nil
}

// remember keeps a new answer, or turns a 304 into the kept one with the new answer's limits.
func (t *Transport) remember(key string, hit *Cached, req *http.Request, res *http.Response) *http.Response {
	if hit != nil && res.StatusCode == http.StatusNotModified {
		h := hit.Header.Clone()
		for name, v := range res.Header {
			if strings.HasPrefix(name, "X-Ratelimit-") || strings.HasPrefix(name, "X-Oauth-") || name == "Date" || name == "X-Github-Sso" {
				h[name] = v
			}
		}
		h.Set("X-From-Cache", "1")
		return &http.Response{
			Status: http.StatusText(hit.Status), StatusCode: hit.Status, Proto: res.Proto, ProtoMajor: res.ProtoMajor, ProtoMinor: res.ProtoMinor,
			Header: h, Body: &memory{Reader: bytes.NewReader(hit.Body), all: hit.Body}, ContentLength: int64(len(hit.Body)), Request: req,
		}
	}
	// What was reached by a redirect belongs to another address.
	if key != "" && res.StatusCode == http.StatusOK && res.Header.Get("Etag") != "" && res.Request == req && req.Header.Get("If-None-Match") == ifNoneMatch(hit) {
		t.opts.Cache.Put(key, Cached{ETag: res.Header.Get("Etag"), Status: res.StatusCode, Header: res.Header.Clone(), Body: bodyOf(res), At: t.policy.Clock.Now()})
	}
	return res
}

func ifNoneMatch(hit *Cached) string {
	if hit == nil {
		return ""
	}
	return hit.ETag
}
