package wire

import (
	"net/http"
	"testing"
)

// TestLogIsBounded: lines are numbered on, the oldest are forgotten, headers sooner.
func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	var tap Tap
	for range maxLines + 1 {
		tap.write(Request{Header: http.Header{}})
	}
	log := tap.Requests()
	if n := len(log); n != maxLines/2+1 || log[n-1].N != maxLines+1 || log[0].N != maxLines/2+1 {
		t.Errorf("%d lines, from %d to %d", len(log), log[0].N, log[len(log)-1].N)
	}
	for i, want := range map[int]bool{len(log) - 1: true, len(log) - maxHeaders: true, len(log) - maxHeaders - 1: false, 0: false} {
		if (log[i].Header != nil) != want {
			t.Errorf("line %d of %d has headers: %v", i, len(log), log[i].Header != nil)
		}
	}
}
