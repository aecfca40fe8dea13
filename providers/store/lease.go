package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strconv"

	"gatehouse/model"
	"gatehouse/model/change"
)

// holder is a process that holds leases.
type holder struct {
	host    string
	pid     int
	boot    string // changes when the system starts anew; empty: not known here
	started string // tells a process from a later one with the same number; empty: not known here
}

func thisProcess() holder {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return holder{host: host, pid: os.Getpid(), boot: bootID(), started: startOf(os.Getpid())}
}

// dead reports that the holder can no longer do anything. Of another host nobody here can tell: it counts as alive.
func (h holder) dead(self holder) bool {
	switch {
	case h.host != self.host:
		return false
	case h.boot != self.boot && h.boot != "" && self.boot != "":
		return true
	case !running(h.pid):
		return true
	}
	now := startOf(h.pid)
	return h.started != "" && now != "" && h.started != now
}

// lease takes every target for the run, or none: the error is *change.Busy when a living process holds one.
func (j *Journal) lease(ctx context.Context, tx *sql.Tx, run int64, targets []model.Target) error {
	for _, t := range targets {
		if err := j.free(ctx, tx, t, run); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			"INSERT OR REPLACE INTO lease (origin, account, repo, run, host, pid, boot, started, opened, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			t.Origin, t.Account, t.Repo.String(), run, j.self.host, j.self.pid, j.self.boot, j.self.started, j.opened, j.now().Unix())
		if err != nil {
			return err
		}
	}
	return nil
}

// free reports whether a target can be taken: nobody holds it, its holder is dead, or it is this run of this journal.
func (j *Journal) free(ctx context.Context, tx *sql.Tx, t model.Target, run int64) error {
	var h holder
	var held, since int64
	var opened string
	err := tx.QueryRowContext(ctx, "SELECT run, host, pid, boot, started, opened, since FROM lease WHERE origin = ? AND account = ? AND repo = ?", t.Origin, t.Account, t.Repo.String()).
		Scan(&held, &h.host, &h.pid, &h.boot, &h.started, &opened, &since)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case held == run && opened == j.opened, opened != j.opened && h.dead(j.self):
		return nil
	}
	return &change.Busy{Target: t, Run: strconv.FormatInt(held, 10), Host: h.host, PID: h.pid, Since: model.Unix(since)} //nolint:gosec // seconds since 1970
}
