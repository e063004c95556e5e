// The store's part in erasure: deletes what is known of an anonymous id, and remembers, without the id, that it did.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/collector/rows.hpp"
#include "native/collector/sqlite.hpp"

namespace waymark::collector {

// Why an event under an erased id is refused.
inline constexpr std::string_view erased_reason = "erased";

// Works within the transaction of the store that owns it. Not for several threads at once.
class Erasures {
 public:
  // Statements, and the key of the hashes, which is made with the first erasure.
  Failure prepare(Database& database);
  void close();

  // Deletes the events of the id and the refused events that name it; `erased` is how many both were. Doing it again
  // finds nothing. Events that an older version stored, without their write key, are of every write key.
  Failure erase(Database& database, const ErasureRow& row, uint64_t& erased);

  // Whether anything was ever erased.
  bool has_erased() const { return !key_.empty(); }

  // Whether the events of this id are to be refused.
  Failure is_erased(Database& database, std::string_view write_key, std::string_view anonymous_id, bool& erased);

 private:
  Failure read_key(Database& database);
  void forget() { last_.clear(); }

  Statement delete_events_, delete_rejected_, insert_, find_, trim_, keep_key_;
  std::string key_;  // empty: nothing was ever erased
  // The last answer, since a batch asks the same for each of its events.
  std::string last_;
  bool last_erased_ = false;
};

}  // namespace waymark::collector
