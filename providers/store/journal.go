package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/model"
	"gatehouse/model/change"
)

// Journal is the table of changes in the store's file. It has a connection of its own, which waits for the disk at each commit
// (synchronous=FULL); the cache beside it does not. It is safe for concurrent use, and for use by several processes at once.
type Journal struct {
	db     *sql.DB
	path   string
	self   holder
	opened string
	now    func() time.Time
}

var _ change.Journal = (*Journal)(nil)

// Journal opens the journal, once. The error says why nothing can be written down, and so nothing can be changed.
func (s *Store) Journal() (*Journal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal != nil {
		return s.journal, nil
	}
	db, err := connect(s.path, "FULL")
	if err != nil {
		return nil, unwritable(s.path, err)
	}
	db.SetMaxOpenConns(2)
	s.journal = &Journal{db: db, path: s.path, self: thisProcess(), opened: rand.Text(), now: time.Now}
	return s.journal, nil
}

// unwritable is the refusal of a change that cannot be written down.
func unwritable(path string, err error) error {
	if _, ok := errors.AsType[*model.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if busy, ok := errors.AsType[*change.Busy](err); ok {
		return busy
	}
	said := err.Error()
	hint := "nothing is changed without a record of it: mend the folder's rights or the disk, or set XDG_STATE_HOME"
	switch {
	case strings.Contains(said, "full"):
		hint = "the disk is full: make room, then resume or plan anew"
	case strings.Contains(said, "readonly"), strings.Contains(said, "read-only"):
		hint = "the file cannot be written: mend its rights, or set XDG_STATE_HOME to another folder"
	}
	return &model.Error{Op: "write journal", On: path, Err: err, Cause: model.Cause{Kind: model.CauseRefused, Said: model.Outside(said), Hint: hint}}
}

func tampered(path, what string) error {
	return model.Refuse("read journal", path, "it was changed from outside: "+what, "keep the file as evidence, move it away to begin anew; nothing is written to it")
}

// The kinds of line.
const (
	linePlan   = "plan"
	lineRecord = "record"
)

// line is one row of the journal.
type line struct {
	n, run int64
	kind   string
	data   []byte
	hash   string
}

func (l line) chained(before string) string {
	return change.Chain(before, strconv.AppendInt(nil, l.n, 10), strconv.AppendInt(nil, l.run, 10), []byte(l.kind), l.data)
}

// Begin keeps the plan as a new run and takes every target's lease, all or none.
func (j *Journal) Begin(ctx context.Context, p change.Plan) (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write plan: %w", err)
	}
	var run int64
	err = j.write(ctx, func(tx *sql.Tx) error {
		if _, err := j.check(ctx, tx); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(run), 0) + 1 FROM journal").Scan(&run); err != nil {
			return err
		}
		if err := j.lease(ctx, tx, run, p.Targets()); err != nil {
			return err
		}
		return j.add(ctx, tx, run, linePlan, data)
	})
	return strconv.FormatInt(run, 10), err
}

// Take takes the leases of a run that was begun before.
func (j *Journal) Take(ctx context.Context, run string) error {
	return j.write(ctx, func(tx *sql.Tx) error {
		runs, err := j.check(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if r.ID == run {
				n, err := strconv.ParseInt(run, 10, 64)
				if err != nil {
					return err
				}
				return j.lease(ctx, tx, n, r.Plan.Targets())
			}
		}
		return change.NoRun(run)
	})
}

// Append adds a record to a run whose leases this journal holds.
func (j *Journal) Append(ctx context.Context, run string, r change.Record) error {
	n, err := strconv.ParseInt(run, 10, 64)
	if err != nil {
		return change.NoRun(run)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return j.write(ctx, func(tx *sql.Tx) error {
		held := false
		err := tx.QueryRowContext(ctx, "SELECT count(*) > 0 FROM lease WHERE run = ? AND opened = ?", n, j.opened).Scan(&held)
		if err != nil {
			return err
		}
		if !held {
			return model.Refuse("write journal", "#"+run, "another process has taken the run over", "see gatehouse journal show "+run)
		}
		return j.add(ctx, tx, n, lineRecord, data)
	})
}

// Release gives the run's leases back.
func (j *Journal) Release(ctx context.Context, run string) error {
	return j.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM lease WHERE run = ? AND opened = ?", run, j.opened)
		return err
	})
}

// Runs are the runs asked for, oldest first. What can be read comes also beside an error.
func (j *Journal) Runs(ctx context.Context, f change.RunFilter) ([]change.Run, error) {
	all, err := j.check(ctx, j.db)
	out := all[:0:0]
	for _, r := range all {
		if f.ID != "" && f.ID != r.ID || f.Unfinished && r.Finished() {
			continue
		}
		out = append(out, r)
	}
	return out, err
}

// write runs f in one transaction that is on the disk when it returns without error.
func (j *Journal) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := j.db.BeginTx(ctx, nil)
	if err != nil {
		return unwritable(j.path, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := f(tx); err != nil {
		return unwritable(j.path, err)
	}
	atCommit()
	if err := tx.Commit(); err != nil {
		return unwritable(j.path, err)
	}
	atCommit()
	return nil
}

// add puts a line at the end of the chain.
func (j *Journal) add(ctx context.Context, tx *sql.Tx, run int64, kind string, data []byte) error {
	head, err := j.head(ctx, tx)
	if err != nil {
		return err
	}
	l := line{n: head.n + 1, run: run, kind: kind, data: data}
	l.hash = l.chained(head.hash)
	if _, err := tx.ExecContext(ctx, "INSERT INTO journal (line, run, kind, data, hash) VALUES (?, ?, ?, ?, ?)", l.n, l.run, l.kind, l.data, l.hash); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE journal_head SET line = ?, hash = ? WHERE one = 1", l.n, l.hash)
	return err
}

// head is the newest line, which must be the one the head row names.
func (j *Journal) head(ctx context.Context, tx *sql.Tx) (line, error) {
	var told, last line
	if err := tx.QueryRowContext(ctx, "SELECT line, hash FROM journal_head WHERE one = 1").Scan(&told.n, &told.hash); err != nil {
		return line{}, tampered(j.path, "its end is not marked")
	}
	err := tx.QueryRowContext(ctx, "SELECT line, hash FROM journal ORDER BY line DESC LIMIT 1").Scan(&last.n, &last.hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return line{}, err
	}
	if last.n != told.n || last.hash != told.hash {
		return line{}, tampered(j.path, "its last line is not the one that was written last")
	}
	return last, nil
}

// reader is a database or a transaction of it.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// check reads the whole journal and proves its chain and its end, by one statement: what another process adds meanwhile is not seen.
// What was good before the first fault is given beside the error.
func (j *Journal) check(ctx context.Context, db reader) ([]change.Run, error) {
	rows, err := db.QueryContext(ctx, `SELECT h.line, h.hash, coalesce(j.line, 0), coalesce(j.run, 0), coalesce(j.kind, ''), j.data, coalesce(j.hash, '')
		FROM journal_head h LEFT JOIN journal j ON true ORDER BY j.line`)
	if err != nil {
		return nil, unwritable(j.path, err)
	}
	defer rows.Close() //nolint:errcheck // read to its end
	var b book
	told := line{n: -1}
	for rows.Next() {
		var l line
		if err := rows.Scan(&told.n, &told.hash, &l.n, &l.run, &l.kind, &l.data, &l.hash); err != nil {
			return b.runs, unwritable(j.path, err)
		}
		if l.n == 0 && l.kind == "" {
			break // no line yet
		}
		if err := b.take(l); err != nil {
			return b.runs, tampered(j.path, fmt.Sprintf("line %d: %s", b.last.n+1, err))
		}
	}
	if err := rows.Err(); err != nil {
		return b.runs, unwritable(j.path, err)
	}
	if b.last.n != told.n || b.last.hash != told.hash {
		return b.runs, tampered(j.path, "its last line is not the one that was written last")
	}
	return b.runs, nil
}

// book is the runs read so far.
type book struct {
	last line
	runs []change.Run
	at   map[int64]int
}

func (b *book) take(l line) error {
	if l.n != b.last.n+1 || l.hash != l.chained(b.last.hash) {
		return errors.New("it does not follow from the lines before it")
	}
	if b.at == nil {
		b.at = map[int64]int{}
	}
	i, begun := b.at[l.run]
	switch {
	case l.kind == linePlan && !begun && l.run == int64(len(b.runs))+1:
		r := change.Run{ID: strconv.FormatInt(l.run, 10)}
		if err := json.Unmarshal(l.data, &r.Plan); err != nil {
			return fmt.Errorf("read plan: %w", err)
		}
		b.at[l.run] = len(b.runs)
		b.runs = append(b.runs, r)
	case l.kind == lineRecord && begun:
		r, err := change.DecodeRecord(l.data)
		if err != nil {
			return err
		}
		b.runs[i].Records = append(b.runs[i].Records, r)
	default:
		return errors.New("it belongs to no run")
	}
	b.last = l
	return nil
}
