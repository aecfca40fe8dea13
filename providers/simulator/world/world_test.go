package world

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func at(seed int64, n int) *World { return New(seed, n, func() time.Time { return noon }) }

// TestListsAgreeWithSorting: the lists that make only what is looked at are what sorting everything gives, also after generated
// repositories were changed and renamed, at every cut.
func TestListsAgreeWithSorting(t *testing.T) {
	t.Parallel()
	w := at(1, 40)
	for _, i := range []int{0, 7, 39} {
		r := w.Keep(w.generate(i))
		r.Archived = true
	}
	w.Rename(w.generate(12), "zebra")
	w.Rename(w.generate(13), "aardvark")
	keep := map[string]func(*Repo) bool{
		"all": func(*Repo) bool { return true }, "private": func(r *Repo) bool { return r.Private }, "public": func(r *Repo) bool { return !r.Private },
		"umbrella": func(r *Repo) bool { return r.Owner == "umbrella" },
	}
	for name, f := range keep {
		for _, order := range []Order{ByName, ByCreated, ByUpdated, ByPushed} {
			for _, descend := range []bool{false, true} {
				want := sorted(w, order, descend, f)
				l := w.List(order, descend, f)
				if l.Len() != len(want) {
					t.Errorf("%s by %s: %d, want %d", name, order, l.Len(), len(want))
				}
				for _, cut := range [][2]int{{0, 1000}, {0, 1}, {3, 9}, {20, 60}, {len(want) - 1, len(want) + 5}, {len(want), len(want) + 1}} {
					got, part := fullNames(l.Slice(cut[0], cut[1])), want[min(cut[0], len(want)):min(cut[1], len(want))]
					if !slices.Equal(keys(w, order, got), keys(w, order, part)) {
						t.Errorf("%s by %s (descending %v) from %d to %d:\n got %v\nwant %v", name, order, descend, cut[0], cut[1], got, part)
					}
				}
			}
		}
	}
}

// keys is what the order compares: repositories that are equal in it may stand either way.
func keys(w *World, o Order, full []string) []string {
	out := make([]string, len(full))
	for i, f := range full {
		owner, name, _ := strings.Cut(f, "/")
		r, _ := w.Repo(owner, name)
		out[i] = map[Order]string{ByName: fold(f), ByCreated: r.Created.String(), ByUpdated: r.Updated.String(), ByPushed: r.Pushed.String()}[o]
	}
	return out
}

func sorted(w *World, o Order, descend bool, keep func(*Repo) bool) []string {
	var all []*Repo
	for _, r := range w.repos {
		all = append(all, r)
	}
	for i := range w.generated {
		if !w.kept(i) {
			all = append(all, w.generate(i))
		}
	}
	all = slices.DeleteFunc(all, func(r *Repo) bool { return !keep(r) })
	sort.Slice(all, func(i, j int) bool {
		if descend {
			i, j = j, i
		}
		return o.less(all[i], all[j])
	})
	return fullNames(all)
}

func fullNames(rs []*Repo) []string {
	out := []string{}
	for _, r := range rs {
		out = append(out, r.FullName())
	}
	return out
}

// TestLooking keeps nothing: a hundred thousand repositories cost what is changed.
func TestLooking(t *testing.T) { // alone: it counts allocations
	w := at(1, 100_000)
	before := len(w.repos)
	for _, r := range w.List(ByName, false, func(*Repo) bool { return true }).Slice(0, 5000) {
		_, _ = w.Repo(r.Owner, r.Name)
		w.Deliveries(&Hook{})
	}
	if len(w.repos) != before {
		t.Errorf("looking kept %d repositories", len(w.repos)-before)
	}
	allocs := testing.AllocsPerRun(20, func() { w.List(ByName, false, func(*Repo) bool { return true }).Slice(50_000, 50_100) })
	if allocs > 20_000 { // a page; all would be millions
		t.Errorf("a page in the middle takes %v allocations", allocs)
	}
}

// TestGeneratedRepositories are varied, and each way in which wiring breaks is among them.
func TestGeneratedRepositories(t *testing.T) {
	t.Parallel()
	w := at(1, 2000)
	seen := map[string]int{}
	for i := range 2000 {
		r := w.generate(i)
		if again, moved := w.Repo(r.Owner, strings.ToUpper(r.Name)); again == nil || moved || again.ID != r.ID || again.FullName() != r.FullName() {
			t.Fatalf("%s is not found by its name", r.FullName())
		}
		switch {
		case len(r.Hooks) == 0:
			seen["no hook"]++
		case !slices.Contains(r.Hooks[0].Events, "push"):
			seen["no push"]++
		case !r.Hooks[0].Active:
			seen["inactive"]++
		case r.Hooks[0].Secret == "":
			seen["no secret"]++
		case r.Hooks[0].Insecure:
			seen["insecure"]++
		case r.Hooks[0].Fails != nil:
			seen["failing"]++
		default:
			seen["well"]++
		}
	}
	if len(seen) != 7 || seen["well"] < 1200 {
		t.Errorf("the generated hooks are %v", seen)
	}
	for _, name := range []string{"acme/gen-", "acme/gen-00000x-a", "acme/gen-002000-billing-api", "acme/gen-000001-wrong-name", "other/" + w.generatedName(1)} {
		owner, repo, _ := strings.Cut(name, "/")
		if r, _ := w.Repo(owner, repo); r != nil {
			t.Errorf("%s is found as %s", name, r.FullName())
		}
	}
}

// TestDemoIsWhole: everything that a repository names is there, no id is dealt twice, and acme/ok has nothing to complain of.
func TestDemoIsWhole(t *testing.T) {
	t.Parallel()
	w := at(1, 3)
	ids := map[int64]string{}
	claim := func(id int64, what string) {
		if other := ids[id]; other != "" {
			t.Errorf("%s and %s have one id", what, other)
		}
		ids[id] = what
	}
	for _, r := range append(slices.Clone(w.sorted), w.generate(0), w.generate(2)) {
		claim(r.ID, r.FullName())
		if w.User(r.Owner) == nil && w.Org(r.Owner) == nil {
			t.Errorf("%s has no owner", r.FullName())
		}
		for _, h := range r.Hooks {
			claim(h.ID, fmt.Sprint("hook of ", r.FullName()))
			for _, e := range h.Events {
				if !slices.Contains(repositoryEvents, e) {
					t.Errorf("%s has a hook for %s", r.FullName(), e)
				}
			}
		}
		for _, k := range r.Keys {
			claim(k.ID, fmt.Sprint("key of ", r.FullName()))
			if w.User(k.AddedBy) == nil {
				t.Errorf("nobody added %s to %s", k.Title, r.FullName())
			}
		}
		for _, g := range r.Teams {
			if w.Org(r.Owner).Team(g.Slug) == nil {
				t.Errorf("%s has no team %s", r.FullName(), g.Slug)
			}
		}
		for _, login := range w.People(r) {
			if w.User(login) == nil || w.Role(login, r) == None {
				t.Errorf("%s reaches %s by nothing", login, r.FullName())
			}
		}
	}
	for _, o := range w.orgs {
		for _, login := range o.All() {
			if w.User(login) == nil {
				t.Errorf("%s has a member %s who has no account", o.Login, login)
			}
		}
	}
	ok, _ := w.Repo("acme", "ok")
	h := ok.Hooks[0]
	if d, _ := w.Last(h); len(ok.Hooks) != 1 || !h.Active || h.Secret == "" || h.Insecure || !slices.Contains(h.Events, "push") || !d.OK() || len(ok.Invitations)+len(ok.Direct) != 0 {
		t.Error("something is wrong with acme/ok")
	}
}

// TestSamsShare is what leaving would leave behind.
func TestSamsShare(t *testing.T) {
	t.Parallel()
	w := at(1, 0)
	keys, direct, only := 0, 0, 0
	for _, r := range w.sorted {
		for _, k := range r.Keys {
			if k.AddedBy == "sam" {
				keys++
			}
		}
		admins := 0
		for _, d := range r.Direct {
			if d.Login == "sam" {
				direct++
			}
			if d.Role == Admin {
				admins++
			}
		}
		if r.Owner == "acme" && admins == 1 && slices.Contains(r.Direct, Direct{"sam", Admin}) {
			only++
		}
	}
	if keys != 6 || direct != 4 || only != 1 {
		t.Errorf("sam added %d keys, has a direct role on %d repositories, and is the only direct admin of %d; want 6, 4, 1", keys, direct, only)
	}
}

// TestRetention: deliveries are remembered for three days.
func TestRetention(t *testing.T) {
	t.Parallel()
	now := noon
	w := New(1, 0, func() time.Time { return now })
	ok, _ := w.Repo("acme", "ok")
	all := len(w.Deliveries(ok.Hooks[0]))
	w.Deliver(ok, ok.Hooks[0], "ping", false)
	if got := len(w.Deliveries(ok.Hooks[0])); got != all+1 {
		t.Errorf("%d deliveries, want %d", got, all+1)
	}
	now = now.Add(Retention - time.Minute)
	if d, _ := w.Last(ok.Hooks[0]); d.Event != "ping" {
		t.Errorf("the last one is %v", d)
	}
	now = now.Add(2 * time.Minute)
	if d, some := w.Last(ok.Hooks[0]); some {
		t.Errorf("after three days %v is remembered", d)
	}
}

// TestGUID: version 4, variant 10, as GitHub's are.
func TestGUID(t *testing.T) {
	t.Parallel()
	w := at(1, 0)
	seen := map[string]bool{}
	for i := range int64(1000) {
		g := w.guid("g", i)
		if len(g) != 36 || g[14] != '4' || !strings.ContainsRune("89ab", rune(g[19])) || seen[g] {
			t.Fatalf("%s is none, or was given before", g)
		}
		seen[g] = true
	}
	if w.guid("g", 1) != at(1, 9).guid("g", 1) || w.guid("g", 1) == at(2, 0).guid("g", 1) {
		t.Error("it does not follow from the seed")
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		at(1, 100_000)
	}
}

func BenchmarkPage(b *testing.B) {
	w := at(1, 100_000)
	for b.Loop() {
		w.List(ByName, false, func(*Repo) bool { return true }).Slice(50_000, 50_100)
	}
}
