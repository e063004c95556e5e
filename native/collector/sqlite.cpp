#include "native/collector/sqlite.hpp"

namespace waymark::collector {

void Statement::bind_text(int at, std::string_view text) {
  if (!text.data()) return bind_null(at);
  sqlite3_bind_text64(statement_.get(), at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int at, const void* bytes, size_t size) {
  sqlite3_bind_blob64(statement_.get(), at, bytes, size, SQLITE_STATIC);
}

std::string_view Statement::bytes(int column) const {
  const auto* const data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {data ? data : "", static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Failure Database::open(const std::string& file, int flags, const std::string& vfs) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(handle);
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(handle, 1);
    return {};
  }
  std::string words = "cannot open " + file + ": " + (handle ? error() : sqlite3_errstr(code));
  close();
  return words;
}

Failure Database::run(const char* sql) {
  if (!handle_) return "the database is not open";
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error();
}

Failure Database::prepare(std::string_view sql, Statement& out) {
  if (!handle_) return "the database is not open";
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  out.statement_.reset(statement);
  if (code == SQLITE_OK) return {};
  return error();
}

Failure Database::run(Statement& statement) {
  const int code = statement.step();
  auto failure = code == SQLITE_DONE || code == SQLITE_ROW ? Failure{} : Failure{error()};
  statement.reset();
  return failure;
}

std::string Database::error() const {
  if (!handle_) return "the database is not open";
  return std::string(sqlite3_errmsg(handle_.get())) + " (" + sqlite3_errstr(sqlite3_extended_errcode(handle_.get())) +
         ")";
}

}  // namespace waymark::collector
