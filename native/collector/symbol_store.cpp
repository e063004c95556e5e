#include "native/collector/symbol_store.hpp"

#include "native/collector/bounds.hpp"

namespace waymark::collector {

Failure SymbolStore::prepare(Database& database) {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&delete_, "DELETE FROM symbols WHERE build_id=?1"},
      {&find_whole_, "SELECT 1 FROM symbols WHERE build_id=?1 AND instr(module, ' ')=0 LIMIT 1"},
      // A part that is sent again stands where it stood.
      {&insert_,
       "INSERT INTO symbols(build_id, first_address, ts_received, bytes, module, lines) VALUES(?1,?2,?3,?4,?5,?6) "
       "ON CONFLICT(build_id, first_address) DO UPDATE SET bytes=excluded.bytes, lines=excluded.lines"},
      {&total_, "SELECT coalesce(sum(bytes), 0) FROM symbols"},
      {&oldest_, "SELECT build_id FROM symbols ORDER BY seq LIMIT 1"},
  };
  for (const auto& [statement, sql] : statements) {
    if (auto failure = database.prepare(sql, *statement)) return failure;
  }
  return {};
}

void SymbolStore::close() {
  for (Statement* statement : {&delete_, &find_whole_, &insert_, &total_, &oldest_}) *statement = {};
}

Failure SymbolStore::add(Database& database, const SymbolsRow& row, bool& is_kept) {
  if (row.is_exported) {
    bool is_there = false;
    if (auto failure = find_whole(database, row.build_id, is_there)) return failure;
    is_kept |= is_there;
    if (is_there) return {};
  }
  if (row.is_first) {
    delete_.bind_text(1, row.build_id);
    if (auto failure = database.run(delete_)) return failure;
  }
  for (const SymbolsRow::Piece& piece : row.pieces) {
    insert_.bind_text(1, row.build_id);
    insert_.bind(2, piece.first_address);
    insert_.bind(3, row.ts_received);
    insert_.bind(4, static_cast<int64_t>(piece.lines.size()));
    insert_.bind_text(5, row.origin);
    insert_.bind_text(6, piece.lines);
    if (auto failure = database.run(insert_)) return failure;
  }
  return trim(database);
}

Failure SymbolStore::find_whole(Database& database, std::string_view build_id, bool& is_there) {
  find_whole_.bind_text(1, build_id);
  const int code = find_whole_.step();
  is_there = code == SQLITE_ROW;
  auto failure = is_there || code == SQLITE_DONE ? Failure{} : Failure{database.error()};
  find_whole_.reset();
  return failure;
}

Failure SymbolStore::trim(Database& database) {
  for (;;) {
    int code = total_.step();
    const int64_t bytes = code == SQLITE_ROW ? total_.integer(0) : 0;
    auto failure = code == SQLITE_ROW ? Failure{} : Failure{database.error()};
    total_.reset();
    if (failure || bytes <= bounds::symbols_bytes) return failure;
    code = oldest_.step();
    const std::string build_id(code == SQLITE_ROW ? oldest_.bytes(0) : std::string_view());
    if (code != SQLITE_ROW) failure = database.error();
    oldest_.reset();
    if (failure) return failure;
    delete_.bind_text(1, build_id);
    failure = database.run(delete_);
    if (failure) return failure;
  }
}

}  // namespace waymark::collector
