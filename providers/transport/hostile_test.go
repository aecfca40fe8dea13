package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"gatehouse/model"
)

// raw answers every connection with these bytes, then does what after says.
type raw struct {
	bytes string
	after string // "close", "hang", "drip", "flood", "reset"
}

func (r raw) serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { close(done); _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.answer(c, done)
		}
	}()
	return "http://" + l.Addr().String()
}

func (r raw) answer(c net.Conn, done chan struct{}) {
	defer c.Close()
	_, _ = c.Read(make([]byte, 4096))
	if _, err := io.WriteString(c, r.bytes); err != nil {
		return
	}
	switch r.after {
	case "hang":
		<-done
	case "drip", "flood":
		piece := "x"
		if r.after == "flood" {
			piece = strings.Repeat("y", 64<<10)
		}
		for {
			select {
			case <-done:
				return
			default:
			}
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
			if r.after == "drip" {
				select {
				case <-done:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		}
	case "reset":
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return b.String()
}

const (
	ok     = "HTTP/1.1 200 OK\r\n"
	isJSON = "Content-Type: application/json\r\n"
)

func with(head, body string) string {
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
}

// hostile lists what a server may do (safety.md T-12, T-13). want is the kind of the error; empty: an answer is fine.
var hostile = []struct {
	name string
	raw
	want model.CauseKind
}{
	{"says nothing and closes", raw{"", "close"}, model.CauseNetwork},
	{"says nothing and hangs", raw{"", "hang"}, model.CauseNetwork},
	{"resets at once", raw{"", "reset"}, model.CauseNetwork},
	{"is no HTTP", raw{"220 mail.example ESMTP\r\n", "close"}, model.CauseNetwork},
	{"SSH banner", raw{"SSH-2.0-OpenSSH_9.2\r\n", "hang"}, model.CauseNetwork},
	{"status line without end", raw{"HTTP/1.1 200 ", "flood"}, model.CauseNetwork},
	{"endless header", raw{ok + "X-A: ", "flood"}, model.CauseNetwork},
	{"endless header, slowly", raw{ok + "X-A: ", "drip"}, model.CauseNetwork},
	{"300 KiB of headers", raw{ok + strings.Repeat("X-A: "+strings.Repeat("b", 1000)+"\r\n", 300) + "\r\n", "close"}, model.CauseNetwork},
	{"header without colon", raw{ok + "nonsense\r\n\r\n", "close"}, model.CauseNetwork},
	{"header with a control byte", raw{ok + "X-A: a\x00b\r\n\r\n", "close"}, model.CauseNetwork},
	{"two lengths", raw{ok + isJSON + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "close"}, model.CauseNetwork},
	{"negative length", raw{ok + isJSON + "Content-Length: -1\r\n\r\n{}", "close"}, model.CauseNetwork},
	{"length that is no number", raw{ok + isJSON + "Content-Length: many\r\n\r\n{}", "close"}, model.CauseNetwork},
	{"body shorter than said", raw{ok + isJSON + "Content-Length: 100\r\n\r\n{\"a\":", "close"}, model.CauseNetwork},
	{"body shorter than said, hanging", raw{ok + isJSON + "Content-Length: 100\r\n\r\n{\"a\":", "hang"}, model.CauseNetwork},
	{"body longer than said", raw{with(ok+isJSON, "{}") + "junk", "close"}, ""},
	{"reset within the body", raw{ok + isJSON + "Content-Length: 100\r\n\r\n{", "reset"}, model.CauseNetwork},
	{"endless body", raw{ok + isJSON + "\r\n", "flood"}, model.CauseBadAnswer},
	{"endless chunks", raw{ok + isJSON + "Transfer-Encoding: chunked\r\n\r\nffffff\r\n", "flood"}, model.CauseBadAnswer},
	{"one byte at a time", raw{ok + isJSON + "\r\n", "drip"}, model.CauseNetwork},
	{"chunk size that is no number", raw{ok + isJSON + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "close"}, model.CauseNetwork},
	{"chunk that is cut", raw{ok + isJSON + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"a\"", "close"}, model.CauseNetwork},
	{"unknown transfer encoding", raw{ok + isJSON + "Transfer-Encoding: rot13\r\n\r\n{}", "close"}, model.CauseNetwork},
	{"gzip bomb", raw{with(ok+isJSON+"Content-Encoding: gzip\r\n", gzipped(strings.Repeat(" ", 64<<20))), "close"}, model.CauseBadAnswer},
	{"gzip bomb as an error", raw{with("HTTP/1.1 500 Oops\r\n"+isJSON+"Content-Encoding: gzip\r\n", gzipped(strings.Repeat(" ", 64<<20))), "close"}, model.CauseBadAnswer},
	{"gzip that is none", raw{with(ok+isJSON+"Content-Encoding: gzip\r\n", "not gzip at all"), "close"}, model.CauseNetwork},
	{"gzip that is cut", raw{with(ok+isJSON+"Content-Encoding: gzip\r\n", gzipped(`{"a":1}`)[:12]), "close"}, model.CauseNetwork},
	{"a login page", raw{with(ok+"Content-Type: text/html\r\n", "<html>Sign in</html>"), "close"}, model.CauseBadAnswer},
	{"no content type", raw{with(ok, "hello"), "close"}, model.CauseBadAnswer},
	{"a content type that is none", raw{with(ok+"Content-Type: ;;;\r\n", "{}"), "close"}, model.CauseBadAnswer},
	{"nested a thousand deep", raw{with(ok+isJSON, strings.Repeat("[", 1000)), "close"}, model.CauseBadAnswer},
	{"nested a million deep", raw{with(ok+isJSON, strings.Repeat(`{"a":`, 1_000_000)), "close"}, model.CauseBadAnswer},
	{"brackets in a string", raw{with(ok+isJSON, `"`+strings.Repeat("[", 1000)+`"`), "close"}, ""},
	{"empty success", raw{with(ok+isJSON, ""), "close"}, ""},
	{"204 with a body", raw{"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", "close"}, ""},
	{"a flood of 100 Continue", raw{strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50), "close"}, model.CauseNetwork},
	{"103 and nothing else", raw{"HTTP/1.1 103 Early Hints\r\n\r\n", "hang"}, model.CauseNetwork},
	{"HTTP/0.9", raw{"{}", "close"}, model.CauseNetwork},
	{"HTTP/1.0 without length", raw{"HTTP/1.0 200 OK\r\n" + isJSON + "\r\n{}", "close"}, ""},
	{"HTTP/9.9", raw{"HTTP/9.9 200 OK\r\n" + isJSON + "\r\n{}", "close"}, ""},
	{"status 000", raw{with("HTTP/1.1 000 Nope\r\n"+isJSON, "{}"), "close"}, ""},
	{"status 999", raw{with("HTTP/1.1 999 Nope\r\n"+isJSON, "{}"), "close"}, ""},
	{"status that is no number", raw{"HTTP/1.1 two hundred\r\n\r\n", "close"}, model.CauseNetwork},
	{"reason with escape codes", raw{with("HTTP/1.1 404 \x1b]52;c;aGk=\x07\r\n"+isJSON, "{}"), "close"}, ""},
	{"redirect without an address", raw{with("HTTP/1.1 302 Found\r\n", ""), "close"}, model.CauseRefused},
	{"redirect to a file", raw{with("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n", ""), "close"}, model.CauseRefused},
	{"redirect to itself", raw{with("HTTP/1.1 302 Found\r\nLocation: /\r\n", ""), "close"}, model.CauseRefused},
	{"304 that was not asked for", raw{"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", "close"}, ""},
	{"wait a year", raw{with("HTTP/1.1 429 Slow down\r\n"+isJSON+"Retry-After: 31536000\r\n", "{}"), "close"}, model.CauseRateLimited},
	{"limit headers beyond reason", raw{with(ok+isJSON+"X-RateLimit-Remaining: 99999999999999999999\r\nX-RateLimit-Reset: -5\r\n", "{}"), "close"}, ""},
	{"switching protocols", raw{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "hang"}, model.CauseBadAnswer},
}

func TestHostileServer(t *testing.T) {
	if len(hostile) < 40 {
		t.Fatalf("%d behaviours, want 40", len(hostile))
	}
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			tr := transportFor(t, h.serve(t), impatient)
			req := request(t, "GET", tr.base.String()+"/", "")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			res, err := tr.RoundTrip(req)
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
				t.Errorf("it made us allocate %d MiB", grown>>20)
			}
			if res != nil {
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
			if h.want == "" {
				if err != nil {
					t.Fatalf("want an answer, got %v", err)
				}
				return
			}
			var e *model.Error
			if !errors.As(err, &e) || e.Cause.Kind != h.want {
				t.Fatalf("want %s, got %v", h.want, err)
			}
			if strings.ContainsAny(e.Error(), "\x1b\x07\r\n") {
				t.Errorf("the error would steer a terminal: %q", e.Error())
			}
		})
	}
}

// impatient makes the limits small, so that what hangs is given up in a fraction of a second.
func impatient(o *Options) { o.Policy.MaxBody = 1 << 20 }

func TestCancelledWhileHanging(t *testing.T) {
	t.Parallel()
	tr := transportFor(t, raw{"", "hang"}.serve(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := tr.RoundTrip(request(t, "GET", tr.base.String()+"/", "").WithContext(ctx))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("want the cancellation, got %v", err)
	}
}
