// The tables, as they are on disk. A change of theirs raises `schema_version` and brings its own migration.
#pragma once

namespace waymark::collector {

inline constexpr int schema_version = 5;

// `seq` never goes back, even when rows are deleted: it is the cursor of exports and of the live view.
// `event_id` alone makes a redelivery a duplicate; no time takes part, because times may be corrected.
inline constexpr char schema[] = R"sql(
CREATE TABLE IF NOT EXISTS meta(
  key TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS events(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id BLOB NOT NULL UNIQUE,
  event_name TEXT NOT NULL,
  ts_client INTEGER,
  ts_sent INTEGER,
  ts_received INTEGER NOT NULL,
  user_id TEXT,
  anonymous_id TEXT,
  session_id TEXT,
  instance_id TEXT,
  sequence INTEGER,
  sample_rate REAL,
  purpose TEXT,
  consent TEXT,
  plan_version TEXT,
  app_version TEXT,
  sdk TEXT,
  properties TEXT NOT NULL,
  context TEXT,
  plan_violation TEXT,
  write_key TEXT,
  visitor_key TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS rejected(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  ts_received INTEGER NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  raw BLOB NOT NULL,
  rule TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS client_reports(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  ts_received INTEGER NOT NULL,
  instance_id TEXT,
  sequence INTEGER,
  reason TEXT NOT NULL,
  purpose TEXT,
  count INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS metrics(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  ts_received INTEGER NOT NULL,
  instance_id TEXT,
  sequence INTEGER,
  raw TEXT NOT NULL
) STRICT;

-- `ts` is when it happened by our clock. A client whose clock is off by more than 5 minutes when it sends is
-- corrected by that much; what came is never overwritten.
CREATE VIEW IF NOT EXISTS events_corrected AS
SELECT *, CASE
    WHEN ts_client IS NULL THEN ts_received
    WHEN ts_sent IS NOT NULL AND abs(ts_received - ts_sent) > 300000 THEN ts_received - (ts_sent - ts_client)
    ELSE ts_client END AS ts
FROM events;
)sql";

// Made after the columns of the newest version are there, in new files and old ones. `erased` holds no id, only what
// shows of one that is given whether it was erased. `flag` is null, gap or fork.
inline constexpr char consent_schema[] = R"sql(
CREATE INDEX IF NOT EXISTS events_anonymous_id ON events(anonymous_id) WHERE anonymous_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS erased(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  keyed_hash BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE IF NOT EXISTS receipts(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  receipt_id BLOB NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  hash TEXT NOT NULL,
  ts_received INTEGER NOT NULL,
  write_key TEXT,
  flag TEXT,
  receipt TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS receipts_subject ON receipts(subject);
CREATE TRIGGER IF NOT EXISTS receipts_stay BEFORE DELETE ON receipts
  BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
CREATE TRIGGER IF NOT EXISTS receipts_stand BEFORE UPDATE ON receipts
  BEGIN SELECT RAISE(ABORT, 'receipts are only added'); END;
)sql";

// The same. The indexes have nothing of other events in them.
inline constexpr char crash_schema[] = R"sql(
CREATE TABLE IF NOT EXISTS symbols(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  build_id TEXT NOT NULL,
  first_address INTEGER NOT NULL,
  ts_received INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  module TEXT NOT NULL,
  lines TEXT NOT NULL,
  UNIQUE(build_id, first_address)
) STRICT;
CREATE INDEX IF NOT EXISTS events_crashes ON events(seq) WHERE event_name='crash_reported';
CREATE INDEX IF NOT EXISTS events_session_ends ON events(seq) WHERE event_name='session_ended';
)sql";

// What makes a file of each version one of the next; the first is for version 1.
inline constexpr const char* migrations[] = {
    "ALTER TABLE rejected ADD COLUMN rule TEXT;", "ALTER TABLE events ADD COLUMN plan_violation TEXT;",
    "ALTER TABLE events ADD COLUMN write_key TEXT; ALTER TABLE events ADD COLUMN visitor_key TEXT;",
    "",  // tables and indexes alone
};
static_assert(sizeof migrations / sizeof *migrations == schema_version - 1);

}  // namespace waymark::collector
