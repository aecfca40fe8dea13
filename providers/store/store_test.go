package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/model"
)

func open2(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func place(t *testing.T) string { return filepath.Join(t.TempDir(), "state", "gatehouse.db") }

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	st, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Mode().Perm()
}

// TestOnlyItsUserCanReadIt: whatever was there before, the folder ends as 0700 and every file as 0600 (safety.md T-08).
func TestOnlyItsUserCanReadIt(t *testing.T) {
	t.Parallel()
	for _, before := range []os.FileMode{0, 0o600, 0o644, 0o666, 0o777} {
		path := place(t)
		if before != 0 {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, before); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, before); err != nil {
				t.Fatal(err)
			}
		}
		s := open2(t, path)
		s.CachePut("k", Cached{ETag: `"x"`, Body: []byte("{}")})
		if m := mode(t, filepath.Dir(path)); m != 0o700 {
			t.Errorf("before %o: the folder is %o", before, m)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if m := mode(t, path+suffix); m != 0o600 {
				t.Errorf("before %o: %q is %o", before, suffix, m)
			}
		}
	}
}

// TestPlantedLink: a link where the file should be is refused, and what it points to is not touched (T-09).
func TestPlantedLink(t *testing.T) {
	t.Parallel()
	path := place(t)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(victim, []byte("precious"), 0o600), os.Symlink(victim, path)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrUnusable) || !errors.Is(err, model.ErrRefused) {
		t.Errorf("opened through a link: %v", err)
	}
	if b, _ := os.ReadFile(victim); string(b) != "precious" {
		t.Errorf("the victim holds %q", b)
	}
}

func TestUnusablePlaces(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(file, "gatehouse.db"), "/proc/nowhere/gatehouse.db", "/dev/null/x/gatehouse.db"} {
		_, err := Open(context.Background(), path)
		var e *model.Error
		if !errors.Is(err, ErrUnusable) || !errors.As(err, &e) || e.Cause.Hint == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDamagedFileIsMovedAside(t *testing.T) {
	t.Parallel()
	path := place(t)
	s := open2(t, path)
	_ = s.Close()
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open2(t, path)
	if !strings.Contains(s.Note, ".corrupt-") {
		t.Errorf("nothing was said: %q", s.Note)
	}
	if all, _ := filepath.Glob(path + ".corrupt-*"); len(all) != 1 {
		t.Errorf("moved aside: %v", all)
	}
	s.CachePut("k", Cached{ETag: "e", Body: []byte("b")})
	if _, ok := s.CacheGet("k"); !ok {
		t.Error("the new store does not work")
	}
}

func TestNewerFileIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := place(t)
	s := open2(t, path)
	if _, err := s.db.ExecContext(context.Background(), "PRAGMA user_version = 999"); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrUnusable) || !strings.Contains(err.Error(), "newer") {
		t.Errorf("a newer file was opened: %v", err)
	}
	if all, _ := filepath.Glob(path + ".corrupt-*"); len(all) != 0 {
		t.Error("a newer file was taken for a damaged one")
	}
}

func TestCache(t *testing.T) {
	t.Parallel()
	path := place(t)
	a, b := open2(t, path), open2(t, path) // two processes
	in := Cached{ETag: `W/"1"`, Status: 200, Header: http.Header{"Link": {"<x>; rel=next"}, "Content-Type": {"application/json"}, "Set-Cookie": {"secret"}}, Body: []byte(strings.Repeat(`{"a":1}`, 1000)), At: time.Unix(1_700_000_000, 0).UTC()}
	a.CachePut("k", in)
	got, ok := b.CacheGet("k")
	in.Header.Del("Set-Cookie")
	if !ok || cmp.Diff(in, got) != "" {
		t.Errorf("differs: %s", cmp.Diff(in, got))
	}
	if _, ok := b.CacheGet("other"); ok {
		t.Error("found what was never put")
	}
	if _, err := a.db.ExecContext(context.Background(), "UPDATE cache SET body = x'00' WHERE key = 'k'"); err != nil {
		t.Fatal(err)
	}
	if _, ok := b.CacheGet("k"); ok {
		t.Error("a corrupt row was used")
	}
	a.CachePut("huge", Cached{ETag: "e", Body: make([]byte, cacheItem+1)})
	if _, ok := a.CacheGet("huge"); ok {
		t.Error("an answer beyond reason was kept")
	}
}

// TestCacheIsBounded: the oldest go first.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	s := open2(t, place(t))
	rnd := rand.NewChaCha8([32]byte{1})
	body := make([]byte, 3<<20)
	_, _ = rnd.Read(body) // does not compress
	for i := range 30 {
		s.CachePut(fmt.Sprint(i), Cached{ETag: "e", Body: body, At: time.Unix(int64(1000+i), 0)})
	}
	if s.cache > cacheCap {
		t.Errorf("%d MiB are kept", s.cache>>20)
	}
	if _, ok := s.CacheGet("29"); !ok {
		t.Error("the newest is gone")
	}
	if _, ok := s.CacheGet("0"); ok {
		t.Error("the oldest is still there")
	}
}

// fill puts something into every field, so that one added later cannot be forgotten.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Type() {
	case reflect.TypeFor[model.Text]():
		v.Set(reflect.ValueOf(model.Outside(fmt.Sprintf("text %d\x1b", *n))))
		return
	case reflect.TypeFor[model.Unix]():
		v.SetUint(uint64(1_700_000_000 + *n))
		return
	case reflect.TypeFor[model.State]():
		v.SetUint(uint64(model.Partial))
		return
	case reflect.TypeFor[model.Tri]():
		v.SetUint(uint64(model.No))
		return
	case reflect.TypeFor[model.RepoRef]():
		v.Set(reflect.ValueOf(model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprint("r", *n)}))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n))
	default:
		panic("no filling for " + v.Type().String())
	}
}

func TestSnapshotComesBackWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := place(t)
	s := open2(t, path)
	var in model.Snapshot
	n := 0
	fill(reflect.ValueOf(&in).Elem(), &n)
	in.Sort()
	if err := s.SaveSnapshot(ctx, "admin", &in); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSnapshot(ctx, "bot", &model.Snapshot{}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	s = open2(t, path)
	out, err := s.LoadSnapshot(ctx, "admin")
	if err != nil {
		t.Fatal(err)
	}
	opt := cmp.Exporter(func(typ reflect.Type) bool { return strings.HasPrefix(typ.PkgPath(), "gatehouse/model") })
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".index" }, cmp.Ignore())
	if d := cmp.Diff(&in, out, opt, ignore); d != "" || n < 100 {
		t.Errorf("%d fields, differs: %s", n, d)
	}
	if other, err := s.LoadSnapshot(ctx, "nobody"); other != nil || err != nil {
		t.Errorf("a profile without a snapshot: %v %v", other, err)
	}
	if _, err := s.db.ExecContext(ctx, "UPDATE snapshot SET format = 99"); err != nil {
		t.Fatal(err)
	}
	if future, err := s.LoadSnapshot(ctx, "admin"); future != nil || err != nil {
		t.Errorf("a snapshot of another format: %v %v", future, err)
	}
}

func TestThrowAway(t *testing.T) {
	t.Parallel()
	s, err := OpenTemporary(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	dir := s.temp
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

func BenchmarkLoadSnapshot(b *testing.B) {
	ctx := context.Background()
	s, err := OpenTemporary(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	snap := &model.Snapshot{}
	for i := range 10_000 {
		snap.Put(model.Repo{Ref: model.RepoRef{Forge: model.GitHub, Owner: "acme", Name: fmt.Sprint("r", i)}, Hooks: model.Read([]model.Hook{{ID: "1"}}, 1)})
	}
	if err := s.SaveSnapshot(ctx, "x", snap); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.LoadSnapshot(ctx, "x"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOpenedForTheFirstTimeByMany: sixteen consoles started at the same moment on a machine that has no store yet all get one.
func TestOpenedForTheFirstTimeByMany(t *testing.T) {
	t.Parallel()
	for range 10 {
		path := place(t)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 16 {
			wg.Go(func() {
				<-start
				s, err := Open(t.Context(), path)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Journal(); err != nil {
					t.Error(err)
				}
				_ = s.Close()
			})
		}
		close(start)
		wg.Wait()
	}
}
