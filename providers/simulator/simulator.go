// Package simulator is the services gatehouse talks to, in one process: real HTTP on loopback, real wire formats, stateful.
// It imports nothing of the analysis: it must not mark its own homework. What it decides where the real services'
// behaviour is not known stands in docs/assumptions.md.
package simulator

import (
	"time"

	"gatehouse/model"
)

// Options shape a simulator. The zero value is the demo world on a free loopback port.
type Options struct {
	Seed    int64         // of everything generated; 0: 1
	Repos   int           // generated repositories added to the demo world, made lazily
	Addr    string        // host:port to listen on; empty: 127.0.0.1 and a free port; only loopback is accepted
	Latency time.Duration // added to every answer
	Now     func() time.Time
}

// Token is one of the demo accounts' credentials, as `demo serve --tokens` writes it.
type Token struct {
	Service model.Service `json:"service"`
	Login   string        `json:"login"`
	Email   string        `json:"email"`
	Kind    string        `json:"kind"` // "classic", "fine-grained", "oauth"
	Scopes  []string      `json:"scopes"`
	Token   string        `json:"token"`
}

// Request is one line of the simulator's log: what a client really sent.
type Request struct {
	N       int // from 1
	Service model.Service
	Method  string
	Path    string // with query
	Login   string // empty: not authenticated
	Status  int
	Counted bool // against the primary limit; a 304 is not
	Body    []byte
}
