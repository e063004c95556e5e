// The measure that the collector is held against: bare SQLite inserts of the very rows that it stored, in its schema,
// as durable, in transactions as large as its largest.
//   collector_bench EVENTS_DB FRESH_DIRECTORY   prints {"rows":n,"seconds":s}
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "native/collector/bounds.hpp"
#include "native/collector/schema.hpp"
#include "native/collector/sqlite.hpp"

namespace {

using namespace waymark::collector;

constexpr int columns = 22;

struct Value {
  int type;
  int64_t integer;
  double real;
  std::string bytes;
};

int fail(const std::string& what) {
  std::fprintf(stderr, "collector_bench: %s\n", what.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("give the collector's events.db and a directory for a new one");
  Database source;
  Statement rows;
  if (const auto failure = source.open(argv[1], SQLITE_OPEN_READONLY, "")) return fail(*failure);
  if (const auto failure = source.prepare("SELECT * FROM events ORDER BY seq", rows)) return fail(*failure);
  std::vector<std::vector<Value>> values;
  while (rows.step() == SQLITE_ROW) {
    auto& row = values.emplace_back();
    for (int i = 0; i < columns; ++i) {
      row.push_back({rows.type(i), rows.integer(i), rows.real(i), std::string(rows.bytes(i))});
    }
  }

  Database target;
  Statement insert;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (const auto failure = target.open(std::string(argv[2]) + "/bare.db", flags, "")) return fail(*failure);
  if (const auto failure =
          target.run("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;")) {
    return fail(*failure);
  }
  if (const auto failure = target.run((std::string(schema) + consent_schema).c_str())) return fail(*failure);
  std::string sql = "INSERT INTO events VALUES(?";
  for (int i = 1; i < columns; ++i) sql += ",?";
  if (const auto failure = target.prepare(sql + ")", insert)) return fail(*failure);

  const auto began = std::chrono::steady_clock::now();
  for (size_t at = 0; at < values.size(); ++at) {
    if (at % bounds::group_events == 0) {
      if (const auto failure = target.run(at ? "COMMIT; BEGIN" : "BEGIN")) return fail(*failure);
    }
    for (int i = 0; i < columns; ++i) {
      const Value& value = values[at][static_cast<size_t>(i)];
      if (value.type == SQLITE_INTEGER)
        insert.bind(i + 1, value.integer);
      else if (value.type == SQLITE_FLOAT)
        insert.bind(i + 1, value.real);
      else if (value.type == SQLITE_TEXT)
        insert.bind_text(i + 1, value.bytes);
      else if (value.type == SQLITE_BLOB)
        insert.bind_blob(i + 1, value.bytes.data(), value.bytes.size());
      else
        insert.bind_null(i + 1);
    }
    if (insert.step() != SQLITE_DONE) return fail(target.error());
    insert.reset();
  }
  if (const auto failure = target.run("COMMIT")) return fail(*failure);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("{\"rows\":%zu,\"seconds\":%.6f}\n", values.size(), took.count());
  return 0;
}
