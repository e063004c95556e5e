// The tables, as they are on disk. A change of theirs raises `schema_version` and brings its own migration.
#pragma once

namespace waymark::collector {

inline constexpr int schema_version = 3;

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
  plan_violation TEXT
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

// What makes a file of each version one of the next; the first is for version 1.
inline constexpr const char* migrations[] = {
    "ALTER TABLE rejected ADD COLUMN rule TEXT;",
    "ALTER TABLE events ADD COLUMN plan_violation TEXT;",
};
static_assert(sizeof migrations / sizeof *migrations == schema_version - 1);

}  // namespace waymark::collector
