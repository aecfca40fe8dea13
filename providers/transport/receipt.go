package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Outcome says what is known of a write after it was tried: never just "worked" or "failed".
type Outcome uint8

// The outcomes (safety.md 3.2). The zero value is Unknown: a forgotten outcome is resolved by reading, never by sending again.
const (
	Unknown      Outcome = iota // it may have happened: time-out, reset, 5xx, 408, 202, a torn answer
	Committed                   // it happened
	NotCommitted                // proven not to have happened: refused here, connection refused, a redirect
	Throttled                   // refused by a limit, nothing happened; Receipt.Until says when to go on
	Conflict                    // the world is not as assumed: 409, 412
	Rejected                    // the service said no: other 4xx
)

var outcomeNames = [...]string{"unknown", "committed", "not_committed", "throttled", "conflict", "rejected"}

// String is the outcome's name in journals.
func (o Outcome) String() string { return outcomeNames[o] }

// Receipt is what the transport saw of one request.
type Receipt struct {
	Outcome Outcome
	Status  int       // 0: no answer
	Until   time.Time // of Throttled
	Sent    bool      // the request may have left
}

type receiptKey struct{}

// WithReceipt asks for a receipt: it is filled in when the request made with the context returns.
func WithReceipt(ctx context.Context) (context.Context, *Receipt) {
	r := &Receipt{}
	return context.WithValue(ctx, receiptKey{}, r), r
}

func receiptOf(ctx context.Context) *Receipt {
	if r, ok := ctx.Value(receiptKey{}).(*Receipt); ok {
		return r
	}
	return &Receipt{}
}

// neverSent reports errors that prove that no byte of the request left: the connection was not made.
func neverSent(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func outcomeOf(status int, limited bool) Outcome {
	switch {
	case limited:
		return Throttled
	case status == http.StatusAccepted, status == http.StatusRequestTimeout, status >= 500:
		return Unknown
	case status >= 200 && status < 300:
		return Committed
	case status >= 300 && status < 400:
		return NotCommitted
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return Conflict
	default:
		return Rejected
	}
}
