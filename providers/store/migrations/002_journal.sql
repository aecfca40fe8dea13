-- The journal of changes: plans, and what became of them. Lines are only ever added; each carries a hash over itself and the hash of the
-- line before, so that a line that was changed, removed, moved or put in between shows.
CREATE TABLE journal (
  line INTEGER PRIMARY KEY, -- 1, 2, 3, … without a gap
  run  INTEGER NOT NULL,
  kind TEXT NOT NULL,       -- "plan", then "record"
  data BLOB NOT NULL,       -- JSON of change.Plan or change.Record
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_run ON journal (run, line);

-- The newest line once more: without it the journal's end could be cut off unseen. One row.
CREATE TABLE journal_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  line INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO journal_head (one, line, hash) VALUES (1, 0, '');

-- Who is changing what: a living process's lease is never taken over.
CREATE TABLE lease (
  origin  TEXT NOT NULL,
  account TEXT NOT NULL,
  repo    TEXT NOT NULL, -- slug
  run     INTEGER NOT NULL,
  host    TEXT NOT NULL,
  pid     INTEGER NOT NULL,
  boot    TEXT NOT NULL,    -- of the host's running system; empty: not known
  started TEXT NOT NULL,    -- when the process started, as the system counts; empty: not known
  opened  TEXT NOT NULL,    -- tells the journals apart that one process has opened
  since   INTEGER NOT NULL, -- Unix seconds
  PRIMARY KEY (origin, account, repo)
) STRICT;
