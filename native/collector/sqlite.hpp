// SQLite with owners: a database and its statements close themselves, errors come back as values.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waymark::collector {

// Words on what went wrong; none when all is well.
using Failure = std::optional<std::string>;

class Statement {
 public:
  Statement() = default;

  // Parameters are numbered from 1. Text and blobs are not copied: they must live until the next step or reset.
  void bind(int at, int64_t value) { sqlite3_bind_int64(statement_.get(), at, value); }
  void bind(int at, double value) { sqlite3_bind_double(statement_.get(), at, value); }
  void bind_null(int at) { sqlite3_bind_null(statement_.get(), at); }
  // Null when `text.data()` is null.
  void bind_text(int at, std::string_view text);
  void bind_blob(int at, const void* bytes, size_t size);

  int step() { return sqlite3_step(statement_.get()); }
  void reset() { sqlite3_reset(statement_.get()); }

  int type(int column) const { return sqlite3_column_type(statement_.get(), column); }  // SQLITE_INTEGER, …
  bool is_null(int column) const { return type(column) == SQLITE_NULL; }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  // Text or blob; good until the next step.
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  // `flags`: SQLITE_OPEN_*; `vfs`: empty for the system's.
  Failure open(const std::string& file, int flags, const std::string& vfs);
  void close() { handle_.reset(); }
  bool is_open() const { return handle_ != nullptr; }

  Failure run(const char* sql);
  Failure prepare(std::string_view sql, Statement& out);
  // One step of a statement that gives no rows, and resets it.
  Failure run(Statement& statement);

  int changes() const { return sqlite3_changes(handle_.get()); }
  // The last error, in SQLite's words.
  std::string error() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace waymark::collector
