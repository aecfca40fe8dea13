package world

import (
	"sort"
	"strings"
)

// Order is what a list of repositories is sorted by.
type Order string

// The orders of GitHub's repository lists.
const (
	ByName    Order = "full_name"
	ByCreated Order = "created"
	ByUpdated Order = "updated"
	ByPushed  Order = "pushed"
)

func (o Order) less(a, b *Repo) bool {
	switch o {
	case ByCreated:
		return a.Created.Before(b.Created)
	case ByUpdated:
		return a.Updated.Before(b.Updated)
	case ByPushed:
		return a.Pushed.Before(b.Pushed)
	default:
		return byName(a, b) < 0
	}
}

// List is a sorted list of repositories of which only what is looked at is made.
type List struct {
	w       *World
	some    []*Repo // the kept repositories in it
	every   bool    // the generated ones are in it, too
	order   Order
	descend bool
	places  []int // for each of some: how many generated ones come before it
}

// List are the repositories that keep says yes to, in order. keep sees one generated repository and answers for all of them.
func (w *World) List(order Order, descend bool, keep func(*Repo) bool) *List {
	l := &List{w: w, order: order, descend: descend}
	for _, r := range w.sorted {
		if keep(r) {
			l.some = append(l.some, r)
		}
	}
	sort.SliceStable(l.some, func(i, j int) bool { return l.before(l.some[i], l.some[j]) })
	if w.generated == 0 || !keep(w.generate(0)) {
		return l
	}
	l.every = true
	l.places = make([]int, len(l.some))
	for i, r := range l.some {
		l.places[i] = sort.Search(w.generated, func(k int) bool { return l.before(r, w.sketch(l.numberOf(k))) })
	}
	return l
}

func (l *List) before(a, b *Repo) bool {
	if l.descend {
		a, b = b, a
	}
	return l.order.less(a, b)
}

// virtual is the k-th generated repository in the list's order.
func (l *List) virtual(k int) *Repo { return l.w.generate(l.numberOf(k)) }

// numberOf is its number. Names and dates of generated repositories rise or fall with their number, so nothing has to be sorted.
func (l *List) numberOf(k int) int {
	if (l.order == ByName) == l.descend {
		return l.w.generated - 1 - k
	}
	return k
}

// Len is how many there are. Generated repositories that were changed count once, as what they are now.
func (l *List) Len() int {
	if !l.every {
		return len(l.some)
	}
	return len(l.some) + l.w.generated - l.w.keptOfGenerated()
}

// Slice makes the repositories from i up to j; both may lie past the end.
func (l *List) Slice(i, j int) []*Repo {
	j = min(j, l.Len())
	if i >= j {
		return nil
	}
	if !l.every {
		return l.some[i:j]
	}
	if l.w.keptOfGenerated() > 0 {
		return l.walk(i, j)
	}
	out := make([]*Repo, 0, j-i)
	// some[n] stands at places[n]+n: the generated ones before it and those of some before it.
	n := sort.Search(len(l.some), func(n int) bool { return l.places[n]+n >= i })
	for at := i; at < j; at++ {
		if n < len(l.some) && l.places[n]+n == at {
			out = append(out, l.some[n])
			n++
			continue
		}
		out = append(out, l.virtual(at-n))
	}
	return out
}

// walk goes through the list from its start, past the generated repositories that were changed: they stand among some.
func (l *List) walk(i, j int) []*Repo {
	var out []*Repo
	at, n := 0, 0
	for k := 0; k <= l.w.generated && at < j; k++ {
		for n < len(l.some) && l.places[n] == k && at < j {
			if at >= i {
				out = append(out, l.some[n])
			}
			at, n = at+1, n+1
		}
		if k == l.w.generated || at >= j || l.w.kept(l.numberOf(k)) {
			continue
		}
		if at >= i {
			out = append(out, l.virtual(k))
		}
		at++
	}
	return out
}

func (w *World) keptOfGenerated() int {
	n := 0
	for id := range w.repos {
		if id >= firstGenerated && id < firstGenerated+int64(w.generated) {
			n++
		}
	}
	return n
}

// InOrg reports that the repository belongs to the organisation.
func (r *Repo) InOrg(o *Org) bool { return o != nil && strings.EqualFold(r.Owner, o.Login) }
