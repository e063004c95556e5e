// The store's writing side: one SQLite file, one writer. What `commit` said is committed survives a power cut.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "native/collector/erasures.hpp"
#include "native/collector/receipt_store.hpp"
#include "native/collector/rows.hpp"
#include "native/collector/sqlite.hpp"
#include "native/collector/symbol_store.hpp"

namespace waymark::collector {

struct StoreOptions {
  std::filesystem::path file;
  std::string vfs;      // name of an SQLite VFS; empty for the system's
  bool durable = true;  // false: commit without sync, for data that may be lost; tests compare with it
};

// Counts of one intake.
struct Committed {
  uint32_t accepted = 0;
  uint32_t duplicate = 0;
  // Of those accepted, what the tracking plan does not have, and what breaks it.
  uint32_t unplanned = 0;
  uint32_t violating = 0;
  std::vector<uint32_t> refused;         // EventRow::index of those that came under an erased id
  uint64_t erased = 0;                   // events that were deleted
  std::vector<ReceiptOutcome> receipts;  // one for each
  bool kept_symbols = false;             // those that were there have more names
};

class Store {
 public:
  explicit Store(StoreOptions options) : options_(std::move(options)) {}

  // Opens or creates the file and its tables. Refuses a file of a newer schema.
  Failure open();
  void close();
  bool is_open() const { return database_.is_open(); }

  // Writes all intakes in one transaction; `counts` has one entry for each. On failure nothing is written, and the
  // next call opens the store afresh.
  Failure commit(std::span<const Intake* const> intakes, std::span<Committed> counts);

  // A transaction that writes as much as the largest event, over what the last one wrote: proves that the store can
  // commit.
  Failure probe();

  // `seq` of the newest event, 0 if there is none.
  int64_t last_seq() const { return last_seq_; }

 private:
  Failure prepare_statements();
  Failure write(const Intake& intake, Committed& counts);
  Failure write_event(const EventRow& row, Committed& counts);
  Failure write_rejected(const RejectedRow& row);
  Failure write_report(const ReportRow& row);
  Failure write_metrics(const MetricsRow& row);
  Failure trim_rejected();
  Failure write_consent(const Intake& intake, Committed& counts);
  void scrub_log();
  Failure give_up(const std::string& why);

  StoreOptions options_;
  Database database_;  // before the statements, so that it is closed after them
  Statement begin_, commit_, rollback_, insert_event_, insert_rejected_, insert_report_, insert_metrics_, trim_, probe_;
  Erasures erasures_;
  ReceiptStore receipts_;
  SymbolStore symbols_;
  int64_t last_seq_ = 0;
  bool must_scrub_log_ = false;  // the write-ahead log may have rows that were erased
};

}  // namespace waymark::collector
