// Package world is what the simulated services hold: people, organisations, repositories, hooks, keys, tokens, and the rules
// among them that the services enforce. It is plain state; it knows neither HTTP nor JSON.
//
// Everything is made from one seed and dated from the moment the world was made, so two worlds with the same seed and clock
// are equal. Generated repositories are computed when looked at and kept only once something changed them.
package world

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// World is the state. Its exported methods expect the caller to hold the lock: RLock to look, Lock to change.
type World struct {
	sync.RWMutex
	seed  int64
	now   func() time.Time
	start time.Time // when it was made; everything older is dated from here

	users     map[string]*User // by folded login
	orgs      map[string]*Org
	repos     map[int64]*Repo // the demo's, and the generated ones that were changed
	names     map[string]int64
	moved     map[string]int64 // former names
	sorted    []*Repo          // of repos, by full name
	generated int
	tokens    map[string]*Token
	lastID    int64
	pairs     sync.Map // label → authorized_keys line, for keys that are dear to make
	shown     shown
	projects  []*CIProject
	ciTokens  map[string]string // token → login
}

// New makes the demo world with n generated repositories. A seed of 0 is 1. now is the clock of everything that happens later.
func New(seed int64, n int, now func() time.Time) *World {
	if seed == 0 {
		seed = 1
	}
	w := &World{
		seed: seed, now: now, start: now().UTC().Truncate(time.Second), generated: max(n, 0), lastID: firstNewID,
		users: map[string]*User{}, orgs: map[string]*Org{}, repos: map[int64]*Repo{}, names: map[string]int64{},
		moved: map[string]int64{}, tokens: map[string]*Token{},
	}
	w.shown.by = map[uint64]int64{}
	w.populate()
	w.populateCI()
	return w
}

// Ids are dealt out in ranges, so that the owner of an id can be told from it.
const (
	firstUser      = 1001
	firstOrg       = 2001
	firstTeam      = 3001
	firstRepo      = 5001
	firstGenerated = 1_000_000
	firstNewID     = 700_000_000
)

// Now is the present, in whole seconds, UTC: the services' wire formats have no smaller unit.
func (w *World) Now() time.Time { return w.now().UTC().Truncate(time.Second) }

// ago is a moment before the world was made.
func (w *World) ago(d time.Duration) time.Time { return w.start.Add(-d) }

const day = 24 * time.Hour

func (w *World) newID() int64 {
	w.lastID++
	return w.lastID
}

// roll is a number that depends on the seed, the label and the numbers only: FNV-1a, mixed as splitmix64 does because FNV alone is
// weak in its low bits.
func (w *World) roll(label string, numbers ...int64) uint64 {
	const prime = 1099511628211
	x := uint64(14695981039346656037) ^ uint64(w.seed)
	for i := range len(label) {
		x = (x ^ uint64(label[i])) * prime
	}
	for _, n := range numbers {
		x = mix((x ^ uint64(n)) * prime)
	}
	return mix(x)
}

func mix(x uint64) uint64 {
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// guid is a version 4 UUID that depends on the seed, the label and the numbers only.
func (w *World) guid(label string, numbers ...int64) string {
	a, b := w.roll(label+"/a", numbers...), w.roll(label+"/b", numbers...)
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, (a>>16)&0xffff, a&0xfff, 0x8000|(b>>48)&0x3fff, b&0xffffffffffff)
}

func fold(s string) string { return strings.ToLower(s) }
