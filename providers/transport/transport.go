// Package transport is the one way out: every HTTP request of gatehouse goes through it, and what gatehouse promises about
// credentials, redirects, read-only mode, limits and bodies is kept here, in one place.
package transport

import (
	"net/http"
	"time"

	"gatehouse/model"
)

// Auth puts a credential on a request. A Transport adds it only to requests for the exact scheme, host and port it was
// made for, and removes whatever credential a caller may have put there.
type Auth interface {
	Apply(h http.Header)
	ID() string // a short one-way hash: tells credentials apart in caches and journals
}

// Cache keeps answers with their ETags. Implementations are safe for concurrent use and never fail loudly: a broken cache
// is an empty one.
type Cache interface {
	Get(key string) (Cached, bool)
	Put(key string, c Cached)
}

// Cached is an answer that can be asked for again with If-None-Match.
type Cached struct {
	ETag   string
	Status int
	Header http.Header
	Body   []byte
	At     time.Time
}

// Policy is what an origin's rules ask of us.
type Policy struct {
	Concurrency int           // requests at once; 0: 16
	PerMinute   int           // requests a minute, counted as GitHub counts points; 0: 800
	WritePace   time.Duration // between the starts of two writes; 0: one second
	MaxWait     time.Duration // the longest wait for a limit before giving up with model.ErrRateLimited; 0: 30 s
	Retries     int           // of reads, after 5xx and broken connections; 0: 2, negative: none
	MaxBody     int64         // decompressed bytes; 0: 16 MiB
	Timeout     time.Duration // of one exchange, its answer included; 0: 60 s
	Clock       Clock         // nil: the wall clock
}

// Clock lets tests own the time.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// Options make a Transport for one service origin.
type Options struct {
	Service   model.Service
	Base      string   // service root, https, for example https://api.github.com/ ; http only for loopback with AllowLoopback
	Auth      Auth     // nil: anonymous
	ReadOnly  bool     // refuse every write
	GraphQL   string   // absolute URL of the GraphQL endpoint; POST there is a read when its query is one of Documents
	Documents []string // our constant query documents
	Cache     Cache    // nil: none
	Policy    Policy
	Loopback  bool // allow http:// to 127.0.0.0/8, ::1 and localhost: the simulator and tests
	UserAgent string
}

// Counts is what went over the wire, for budgets and the header line.
type Counts struct {
	Sent        int64 // requests that left
	NotModified int64 // of those, answered 304: not counted against GitHub's limit
	Writes      int64
	Refused     int64 // refused here, never sent
}
