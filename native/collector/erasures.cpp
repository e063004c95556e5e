#include "native/collector/erasures.hpp"

#include <sys/random.h>

#include "native/collector/bounds.hpp"
#include "native/hash/sha256.hpp"

namespace waymark::collector {
namespace {

constexpr size_t key_bytes = 32;

std::string joined(std::string_view write_key, std::string_view anonymous_id) {
  return std::to_string(write_key.size()).append(":").append(write_key).append(anonymous_id);
}

}  // namespace

Failure Erasures::prepare(Database& database) {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&delete_events_,
       "DELETE FROM events WHERE anonymous_id=?1 AND anonymous_id IS NOT NULL AND (write_key IS NULL OR write_key=?2)"},
      {&delete_rejected_, "DELETE FROM rejected WHERE instr(raw, CAST(?1 AS BLOB)) > 0"},
      {&insert_, "INSERT INTO erased(keyed_hash) VALUES(?1) ON CONFLICT(keyed_hash) DO NOTHING"},
      {&find_, "SELECT 1 FROM erased WHERE keyed_hash=?1"},
      {&trim_, "DELETE FROM erased WHERE seq <= (SELECT max(seq) FROM erased) - ?1"},
      {&keep_key_, "INSERT INTO meta(key, value) VALUES('erased_key', ?1)"},
  };
  for (const auto& [statement, sql] : statements) {
    if (auto failure = database.prepare(sql, *statement)) return failure;
  }
  return read_key(database);
}

void Erasures::close() {
  for (Statement* statement : {&delete_events_, &delete_rejected_, &insert_, &find_, &trim_, &keep_key_}) {
    *statement = {};
  }
  key_.clear();
  forget();
}

Failure Erasures::read_key(Database& database) {
  Statement rows;
  if (auto failure = database.prepare("SELECT value FROM meta WHERE key='erased_key'", rows)) return failure;
  const int code = rows.step();
  if (code == SQLITE_ROW) key_ = rows.bytes(0);
  return code == SQLITE_ROW || code == SQLITE_DONE ? Failure{} : Failure{database.error()};
}

Failure Erasures::erase(Database& database, const ErasureRow& row, uint64_t& erased) {
  forget();
  delete_events_.bind_text(1, row.anonymous_id);
  delete_events_.bind_text(2, row.write_key);
  if (auto failure = database.run(delete_events_)) return failure;
  erased = static_cast<uint64_t>(database.changes());
  delete_rejected_.bind_text(1, row.anonymous_id);
  if (auto failure = database.run(delete_rejected_)) return failure;
  erased += static_cast<uint64_t>(database.changes());
  if (key_.empty()) {
    std::string key(key_bytes, '\0');
    // Waits only before the kernel's pool is first filled; so few bytes are never cut short (getrandom(2)).
    while (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    }
    keep_key_.bind_blob(1, key.data(), key.size());
    if (auto failure = database.run(keep_key_)) return failure;
    key_ = key;
  }
  const Sha256 hash = hmac_sha256(key_, joined(row.write_key, row.anonymous_id));
  insert_.bind_blob(1, hash.data(), hash.size());
  if (auto failure = database.run(insert_)) return failure;
  trim_.bind(1, bounds::erased_ids);
  return database.run(trim_);
}

Failure Erasures::is_erased(Database& database, std::string_view write_key, std::string_view anonymous_id,
                            bool& erased) {
  erased = false;
  if (key_.empty() || !anonymous_id.data()) return {};
  std::string asked = joined(write_key, anonymous_id);
  if (asked == last_) {
    erased = last_erased_;
    return {};
  }
  const Sha256 hash = hmac_sha256(key_, asked);
  find_.bind_blob(1, hash.data(), hash.size());
  const int code = find_.step();
  find_.reset();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return database.error();
  last_ = std::move(asked);
  erased = last_erased_ = code == SQLITE_ROW;
  return {};
}

}  // namespace waymark::collector
