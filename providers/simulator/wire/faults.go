package wire

import (
	"net/http"
	"path"
	"time"

	"gatehouse/model"
)

// Cut says where a connection breaks.
type Cut int

// The places where it can break.
const (
	CutNone   Cut = iota
	CutBefore     // nothing took effect
	CutAfter      // it took effect, and no answer came
	CutBody       // in the middle of the answer's body
	CutNever      // it took effect, and the answer is held until the client goes away
)

// Fault is something that goes wrong on purpose. The zero value matches every request and does nothing.
type Fault struct {
	Service model.Service // empty: any
	Method  string        // empty: any
	Path    string        // a pattern of package path, without the query: "/repos/*/*/hooks"; empty: any
	Where   func(r *http.Request, body []byte) bool

	Nth   int // the first matching call that it hits, from 1; 0: 1
	Times int // how many it hits from there; 0: with Nth one, without Nth all

	Delay  time.Duration
	Cut    Cut
	Status int         // of the answer that takes the real one's place; 0: the real one
	Body   string      // of that answer
	Header http.Header // added to whichever answer is given
	Commit bool        // the request takes effect although Status answers it
}

func (f Fault) none() bool { return f.Cut == CutNone && f.Status == 0 && f.Header == nil }

type armed struct {
	Fault
	seen int
}

// Fault arms a fault. Of several that match one request the first armed wins; each counts its own calls.
func (t *Tap) Fault(f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, &armed{Fault: f})
}

// Mend disarms all faults.
func (t *Tap) Mend() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = nil
}

func (t *Tap) match(service model.Service, r *http.Request, body []byte) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	var hit Fault
	found := false
	for _, f := range t.faults {
		if f.wants(service, r, body) && f.strikes() && !found {
			hit, found = f.Fault, true
		}
	}
	return hit
}

func (f *armed) wants(service model.Service, r *http.Request, body []byte) bool {
	if f.Service != "" && f.Service != service || f.Method != "" && f.Method != r.Method {
		return false
	}
	if f.Path != "" {
		if ok, err := path.Match(f.Path, r.URL.Path); err != nil || !ok {
			return false
		}
	}
	return f.Where == nil || f.Where(r, body)
}

func (f *armed) strikes() bool {
	f.seen++
	first, times := max(f.Nth, 1), f.Times
	if times == 0 {
		if f.Nth == 0 {
			return true
		}
		times = 1
	}
	return f.seen >= first && f.seen < first+times
}
