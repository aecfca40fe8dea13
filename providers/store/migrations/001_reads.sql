-- Answers with their ETags, so that asking again costs nothing against a limit.
CREATE TABLE cache (
  key    TEXT PRIMARY KEY,
  etag   TEXT NOT NULL,
  status INTEGER NOT NULL,
  header BLOB NOT NULL, -- JSON
  body   BLOB NOT NULL, -- gzip
  size   INTEGER NOT NULL,
  at     INTEGER NOT NULL -- Unix seconds
) STRICT;
CREATE INDEX cache_at ON cache (at);

-- The last snapshot of each profile, a row for each repository.
CREATE TABLE snapshot (
  profile TEXT PRIMARY KEY,
  format  INTEGER NOT NULL, -- of the JSON; a newer one is not read
  head    BLOB NOT NULL     -- JSON: everything but the repositories
) STRICT;
CREATE TABLE snapshot_repo (
  profile TEXT NOT NULL,
  slug    TEXT NOT NULL,
  data    BLOB NOT NULL, -- JSON
  PRIMARY KEY (profile, slug)
) STRICT, WITHOUT ROWID;
