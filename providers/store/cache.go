package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Cached is an answer with its ETag.
type Cached struct {
	ETag   string
	Status int
	Header http.Header
	Body   []byte
	At     time.Time
}

const (
	cacheCap  = 64 << 20 // bytes of compressed bodies
	cacheItem = 4 << 20  // a larger answer is not worth keeping
	patience  = 2 * time.Second
)

// CacheGet finds an answer. A cache that cannot be read is an empty one.
func (s *Store) CacheGet(key string) (Cached, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var c Cached
	var header, body []byte
	var at int64
	err := s.db.QueryRowContext(ctx, "SELECT etag, status, header, body, at FROM cache WHERE key = ?", key).Scan(&c.ETag, &c.Status, &header, &body, &at)
	if err != nil {
		return Cached{}, false
	}
	c.At = time.Unix(at, 0).UTC()
	if json.Unmarshal(header, &c.Header) != nil {
		return s.drop(ctx, key)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return s.drop(ctx, key)
	}
	if c.Body, err = io.ReadAll(io.LimitReader(z, 4*cacheItem)); err != nil {
		return s.drop(ctx, key)
	}
	return c, true
}

// drop forgets an answer that cannot be used.
func (s *Store) drop(ctx context.Context, key string) (Cached, bool) {
	_, _ = s.db.ExecContext(ctx, "DELETE FROM cache WHERE key = ?", key)
	return Cached{}, false
}

// kept are the headers an answer needs to be used again; the rest is not stored.
var kept = []string{"Content-Type", "Etag", "Link", "X-Oauth-Scopes", "X-Accepted-Oauth-Scopes", "X-Github-Sso", "X-Github-Request-Id"}

// CachePut keeps an answer; the oldest go when there are too many. Failing to keep one is no error: it will be asked for again.
func (s *Store) CachePut(key string, c Cached) {
	if len(c.Body) > cacheItem {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	h := http.Header{}
	for _, name := range kept {
		if v, ok := c.Header[name]; ok {
			h[name] = v
		}
	}
	header, err := json.Marshal(h)
	if err != nil {
		return
	}
	var body bytes.Buffer
	z, _ := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if _, err := z.Write(c.Body); err != nil || z.Close() != nil {
		return
	}
	size := int64(body.Len() + len(header))
	_, err = s.db.ExecContext(ctx, `INSERT INTO cache (key, etag, status, header, body, size, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET etag = excluded.etag, status = excluded.status, header = excluded.header, body = excluded.body, size = excluded.size, at = excluded.at`,
		key, c.ETag, c.Status, header, body.Bytes(), size, c.At.Unix())
	if err == nil {
		s.grow(ctx, size)
	}
}

// grow counts what was added, and halves the cache from its old end when it is over its cap.
func (s *Store) grow(ctx context.Context, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache += size; s.cache <= cacheCap {
		return
	}
	_, _ = s.db.ExecContext(ctx, `DELETE FROM cache WHERE key IN (
		SELECT key FROM (SELECT key, sum(size) OVER (ORDER BY at DESC, key) AS upto FROM cache) WHERE upto > ?)`, cacheCap/2)
	_ = s.db.QueryRowContext(ctx, "SELECT coalesce(sum(size), 0) FROM cache").Scan(&s.cache)
}
