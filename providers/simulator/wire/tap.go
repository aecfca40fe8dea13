// Package wire is what can happen to any exchange with any simulated service, between its handler and the client: it is logged,
// delayed, broken on purpose, or filled with hostile text.
package wire

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"gatehouse/model"
)

// Request is one line of the simulator's log: what a client really sent.
type Request struct {
	N       int // from 1
	Service model.Service
	Method  string
	Path    string // with query
	Login   string // empty: not authenticated
	Status  int    // 0: the connection was cut
	Counted bool   // against the primary limit; a 304 is not
	Body    []byte
	Header  http.Header // without Authorization; of the last thousand requests only
}

// Note is what a service's handler tells the log.
type Note struct {
	Login   string
	Counted bool
}

type noteKey struct{}

// NoteOf is the note of the exchange; a handler that runs without a tap writes into one that nobody reads.
func NoteOf(ctx context.Context) *Note {
	if n, ok := ctx.Value(noteKey{}).(*Note); ok {
		return n
	}
	return &Note{}
}

// Tap is the log, the faults and the hostile text of all services. The zero value is ready.
type Tap struct {
	Latency time.Duration // before every answer

	mu      sync.Mutex
	count   int
	log     []Request
	faults  []*armed
	hostile *hostile
	check   func(*http.Request, []byte, *http.Response, []byte)
	watch   func(Request)
}

// maxBody is far above what a client of ours sends.
const maxBody = 4 << 20

// Wrap puts the tap in front of a service's handler.
func (t *Tap) Wrap(service model.Service, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return // the client went away
		}
		line := Request{Service: service, Method: r.Method, Path: r.URL.RequestURI(), Body: body, Header: r.Header.Clone()}
		line.Header.Del("Authorization")
		f := t.match(service, r, body)
		e := &exchange{tap: t, fault: f, w: w, r: r, body: body, line: &line}
		e.run(r.Context(), h)
		t.write(line)
	})
}

// What the log keeps: a hundred thousand repositories are read with two hundred thousand requests, and a served demo runs for days.
const (
	maxLines   = 1 << 18
	maxHeaders = 1000
)

// write adds a line, and forgets what is too old to keep.
func (t *Tap) write(line Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	line.N = t.count
	if len(t.log) == maxLines {
		t.log = append(make([]Request, 0, maxLines), t.log[maxLines/2:]...)
	}
	t.log = append(t.log, line)
	if old := len(t.log) - 1 - maxHeaders; old >= 0 {
		t.log[old].Header = nil
	}
}

// Requests are the requests so far (the last 131,072 at least), in the order in which they were answered.
func (t *Tap) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Request(nil), t.log...)
}

// Check calls f with every exchange that no fault has touched, before the answer is sent. The bodies are whole.
func (t *Tap) Check(f func(*http.Request, []byte, *http.Response, []byte)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.check = f
}

// Watch calls f after every request has taken effect, or has not, and before its answer: with every fault, too.
func (t *Tap) Watch(f func(Request)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watch = f
}

// exchange is one request and its answer.
type exchange struct {
	tap   *Tap
	fault Fault
	w     http.ResponseWriter
	r     *http.Request
	body  []byte
	line  *Request
}

func (e *exchange) run(ctx context.Context, h http.Handler) {
	if !sleep(ctx, e.tap.Latency+e.fault.Delay) {
		return
	}
	if e.fault.Cut == CutBefore {
		e.watched()
		e.hangUp()
		return
	}
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	if e.fault.Status == 0 || e.fault.Commit {
		note := &Note{}
		r := e.r.WithContext(context.WithValue(ctx, noteKey{}, note))
		r.Body = io.NopCloser(bytes.NewReader(e.body))
		h.ServeHTTP(rec, r)
		e.line.Login, e.line.Counted = note.Login, note.Counted
	}
	if e.fault.none() {
		e.checked(rec)
	}
	e.spoil(rec)
	e.line.Status = rec.status
	if e.fault.Cut == CutAfter || e.fault.Cut == CutNever {
		e.line.Status = 0
	}
	e.watched()
	switch e.fault.Cut {
	case CutAfter:
		e.hangUp()
	case CutNever:
		<-ctx.Done()
	case CutNone, CutBefore, CutBody:
		e.send(rec)
	}
}

func (e *exchange) watched() {
	e.tap.mu.Lock()
	watch := e.tap.watch
	e.tap.mu.Unlock()
	if watch != nil {
		watch(*e.line)
	}
}

// spoil puts the fault's answer in the place of the real one, or hostile text into it.
func (e *exchange) spoil(rec *recorder) {
	if e.fault.Status != 0 {
		rec.status, rec.header = e.fault.Status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}
		rec.body.Reset()
		rec.body.WriteString(e.fault.Body)
	}
	for k, v := range e.fault.Header {
		rec.header[http.CanonicalHeaderKey(k)] = v
	}
	e.tap.mu.Lock()
	hostile := e.tap.hostile
	e.tap.mu.Unlock()
	if hostile != nil {
		hostile.rewrite(rec)
	}
}

func (e *exchange) checked(rec *recorder) {
	e.tap.mu.Lock()
	check := e.tap.check
	e.tap.mu.Unlock()
	if check == nil {
		return
	}
	res := &http.Response{StatusCode: rec.status, Header: rec.header.Clone(), Request: e.r}
	check(e.r, e.body, res, bytes.Clone(rec.body.Bytes()))
}

func (e *exchange) send(rec *recorder) {
	for k, v := range rec.header {
		e.w.Header()[k] = v
	}
	body := rec.body.Bytes()
	if rec.status != http.StatusNotModified && rec.status != http.StatusNoContent {
		e.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	e.w.WriteHeader(rec.status)
	if e.fault.Cut == CutBody {
		_, _ = e.w.Write(body[:len(body)/2])
		_ = http.NewResponseController(e.w).Flush()
		e.hangUp()
		return
	}
	_, _ = e.w.Write(body) // the client may be gone
}

// sleep waits; false: the client went away first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// hangUp ends the connection without a word.
func (e *exchange) hangUp() {
	conn, _, err := http.NewResponseController(e.w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
