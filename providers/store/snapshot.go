package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"gatehouse/model"
)

// format of the stored JSON: a snapshot of another one is not read, the next reading replaces it.
const format = 1

// SaveSnapshot keeps the profile's last snapshot, in one transaction.
func (s *Store) SaveSnapshot(ctx context.Context, profile string, snap *model.Snapshot) error {
	head := *snap
	head.Repos = nil
	text, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, "DELETE FROM snapshot_repo WHERE profile = ?", profile); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO snapshot (profile, format, head) VALUES (?, ?, ?)", profile, format, text); err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	put, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO snapshot_repo (profile, slug, data) VALUES (?, ?, ?)")
	if err != nil {
		return fmt.Errorf("save snapshot: %w", err)
	}
	defer put.Close() //nolint:errcheck // ends with the transaction
	for _, r := range snap.Repos {
		data, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("save %s: %w", r.Ref, err)
		}
		if _, err := put.ExecContext(ctx, profile, r.Ref.String(), data); err != nil {
			return fmt.Errorf("save %s: %w", r.Ref, err)
		}
	}
	return tx.Commit()
}

// LoadSnapshot gives the profile's last snapshot; nil when there is none that can be read.
func (s *Store) LoadSnapshot(ctx context.Context, profile string) (*model.Snapshot, error) {
	var stored int
	var head []byte
	err := s.db.QueryRowContext(ctx, "SELECT format, head FROM snapshot WHERE profile = ?", profile).Scan(&stored, &head)
	if errors.Is(err, sql.ErrNoRows) || err == nil && stored != format {
		return nil, nil //nolint:nilnil // no snapshot is a normal answer
	}
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	snap := &model.Snapshot{}
	if err := json.Unmarshal(head, snap); err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	rows, err := s.db.QueryContext(ctx, "SELECT data FROM snapshot_repo WHERE profile = ? ORDER BY slug", profile)
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end
	for rows.Next() {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return nil, fmt.Errorf("load snapshot: %w", err)
		}
		r := &model.Repo{}
		if err := json.Unmarshal(data, r); err != nil {
			return nil, fmt.Errorf("load snapshot: %w", err)
		}
		snap.Repos = append(snap.Repos, r)
	}
	return snap, rows.Err()
}
