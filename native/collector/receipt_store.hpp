// The store's part in receipts: adds each once, and says how it stands to those that are there. Nothing is ever
// changed.
#pragma once

#include <cstdint>
#include <string>

#include "native/collector/rows.hpp"
#include "native/collector/sqlite.hpp"

namespace waymark::collector {

enum class ReceiptOutcome : uint8_t {
  stored,     // it follows the subject's last receipt, or is its first
  gap,        // stored and flagged: what it follows is not here
  fork,       // stored and flagged: what it follows is here, but not the last
  duplicate,  // it is here
  reused_id,  // refused: another receipt has its id
  too_many,   // refused: bounds::subject_receipts
};

// Works within the transaction of the store that owns it. Not for several threads at once.
class ReceiptStore {
 public:
  Failure prepare(Database& database);
  void close();

  Failure add(Database& database, const ReceiptRow& row, ReceiptOutcome& outcome);

 private:
  Failure find_place(Database& database, const ReceiptRow& row, ReceiptOutcome& outcome);

  Statement find_, insert_, last_, count_, known_;
};

}  // namespace waymark::collector
