package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

var (
	errTooSlow  = errors.New("no complete answer in time")
	errTooLarge = errors.New("the answer is larger than gatehouse accepts")
	errNotJSON  = errors.New("the answer is not JSON")
	errTooDeep  = errors.New("the answer is nested too deeply")
)

const maxDepth = 64

// memory is a body that is complete already: closing it early loses no connection.
type memory struct {
	*bytes.Reader
	all []byte
}

// Close does nothing.
func (*memory) Close() error { return nil }

func bodyOf(res *http.Response) []byte {
	if m, ok := res.Body.(*memory); ok {
		return m.all
	}
	return nil
}

// readCapped reads a body to its end, however it is encoded, but not more than most bytes of it.
func readCapped(res *http.Response, most int64, progress func()) ([]byte, error) {
	var buf bytes.Buffer
	if n := res.ContentLength; n > 0 && n <= most {
		buf.Grow(int(n))
	}
	chunk := make([]byte, 32<<10)
	for {
		n, err := res.Body.Read(chunk)
		if n > 0 {
			progress()
			if int64(buf.Len()+n) > most {
				return nil, fmt.Errorf("%w (%d MiB)", errTooLarge, most>>20)
			}
			buf.Write(chunk[:n])
		}
		if errors.Is(err, io.EOF) {
			return buf.Bytes(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read answer: %w", err)
		}
	}
}

// judge refuses a success that cannot be what was asked for: HTML where JSON was wanted (a captive portal, a login page), or JSON
// nested beyond reason. Errors are left to the caller: their text is worth reading.
func (t *Transport) judge(req *http.Request, res *http.Response) error {
	b := bodyOf(res)
	if res.StatusCode < 200 || res.StatusCode > 299 || len(b) == 0 || req.Method == http.MethodHead {
		return nil
	}
	if strings.Contains(req.Header.Get("Accept"), "json") {
		media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
		if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
			return t.fail(req, errNotJSON)
		}
	}
	if depth(b) > maxDepth {
		return t.fail(req, errTooDeep)
	}
	return nil
}

// depth is the deepest nesting of brackets outside strings.
func depth(b []byte) int {
	deepest, now, inString := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if now++; now > deepest {
				deepest = now
			}
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
