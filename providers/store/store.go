// Package store keeps what gatehouse remembers, in one SQLite file that only its user can read: answers with their ETags, the last
// snapshot of each profile, and the journal of changes. A console without a store still works, but changes nothing: callers say so and go on.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // the driver too
	sqlite3 "modernc.org/sqlite/lib"

	"gatehouse/model"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open file. It is safe for concurrent use, and for use by several processes at once.
type Store struct {
	db   *sql.DB
	path string
	temp string // removed by Close
	Note string // what a person should know about opening it: a damaged file was moved aside

	mu      sync.Mutex
	cache   int64    // bytes in the cache; counted once, then kept
	journal *Journal // nil until asked for
}

// ErrUnusable is what Open returns when there can be no store: the folder is not writable, unsafe, or the disk is full.
var ErrUnusable = errors.New("the state folder cannot be used")

// Open opens or makes the store at path, its folder included. A damaged file is moved aside and named in Note. The error wraps
// ErrUnusable and says what to do.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := secureFolder(filepath.Dir(path)); err != nil {
		return nil, unusable(path, err)
	}
	if err := secureFile(path); err != nil {
		return nil, unusable(path, err)
	}
	s, err := open(ctx, path)
	if err == nil || !damaged(err) {
		if err != nil {
			return nil, unusable(path, err)
		}
		return s, nil
	}
	aside := path + ".corrupt-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(path, aside); err != nil {
		return nil, unusable(path, err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(path + suffix) // belong to the damaged file
	}
	if err := secureFile(path); err != nil {
		return nil, unusable(path, err)
	}
	if s, err = open(ctx, path); err != nil {
		return nil, unusable(path, err)
	}
	s.Note = "the store was damaged; it was moved to " + aside + " and begun anew; its journal of changes is in there: see what was unfinished before changing anything"
	return s, nil
}

// OpenTemporary makes a throw-away store, removed by Close.
func OpenTemporary(ctx context.Context) (*Store, error) {
	dir, err := os.MkdirTemp("", "gatehouse-demo-")
	if err != nil {
		return nil, unusable(os.TempDir(), err)
	}
	s, err := Open(ctx, filepath.Join(dir, "gatehouse.db"))
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	s.temp = dir
	return s, nil
}

func unusable(path string, err error) error {
	return &model.Error{Op: "open store", On: path, Err: errors.Join(ErrUnusable, err), Cause: model.Cause{
		Kind: model.CauseRefused, Said: model.Outside(err.Error()),
		Hint: "gatehouse works without it, but remembers nothing; mend the folder's rights or set XDG_STATE_HOME",
	}}
}

func open(ctx context.Context, path string) (*Store, error) {
	db, err := connect(path, "NORMAL")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	s := &Store{db: db, path: path}
	if err := patiently(ctx, s.migrate); err != nil {
		_ = db.Close()
		return nil, err
	}
	if err := db.QueryRowContext(ctx, "SELECT coalesce(sum(size), 0) FROM cache").Scan(&s.cache); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// connect opens no file yet; synchronous says which commits wait for the disk.
func connect(path, synchronous string) (*sql.DB, error) {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(1)"}, "_txlock": {"immediate"}}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
}

// patiently runs do again while another process holds the file, for as long as busy_timeout would: SQLite answers the switch of a new
// file to WAL with SQLITE_BUSY at once, without waiting.
func patiently(ctx context.Context, do func(context.Context) error) error {
	const pause, patience = 20 * time.Millisecond, 5 * time.Second
	for waited := time.Duration(0); ; waited += pause {
		err := do(ctx)
		refused, ok := errors.AsType[*sqlite.Error](err)
		if !ok || waited >= patience || refused.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func damaged(err error) bool {
	text := err.Error()
	return strings.Contains(text, "malformed") || strings.Contains(text, "not a database") || strings.Contains(text, "corrupt")
}

// migrate brings the file to the newest layout. A file of a newer gatehouse is left alone.
func (s *Store) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	sort.Strings(names)
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(names) {
		return errors.New("the store was written by a newer gatehouse: use that version, or another XDG_STATE_HOME")
	}
	for _, name := range names[version:] {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(names))); err != nil {
		return err
	}
	return tx.Commit()
}

// Close closes the file, and removes it when it is a throw-away one.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.journal != nil {
		err = errors.Join(err, s.journal.db.Close())
	}
	if s.temp != "" {
		err = errors.Join(err, os.RemoveAll(s.temp))
	}
	return err
}
