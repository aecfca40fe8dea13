package transport

import (
	"context"
	"errors"
	"net"
)

// TooSlow reports that no complete answer came in the time allowed: asking for less may help, asking again may not.
func TooSlow(err error) bool {
	if errors.Is(err, errTooSlow) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
