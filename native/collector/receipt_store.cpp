#include "native/collector/receipt_store.hpp"

#include "native/collector/bounds.hpp"

namespace waymark::collector {
namespace {

// Whether there is a row; `first` is its first column.
Failure read_row(Database& database, Statement& statement, bool& found, std::string& first) {
  const int code = statement.step();
  found = code == SQLITE_ROW;
  if (found) first = statement.bytes(0);
  auto failure = found || code == SQLITE_DONE ? Failure{} : Failure{database.error()};
  statement.reset();
  return failure;
}

}  // namespace

Failure ReceiptStore::prepare(Database& database) {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&find_, "SELECT hash FROM receipts WHERE receipt_id=?1"},
      {&insert_,
       "INSERT INTO receipts(receipt_id, subject, hash, ts_received, write_key, flag, receipt) "
       "VALUES(?1,?2,?3,?4,?5,?6,?7)"},
      {&last_, "SELECT hash FROM receipts WHERE subject=?1 ORDER BY seq DESC LIMIT 1"},
      {&count_, "SELECT 1 FROM receipts WHERE subject=?1 LIMIT 1 OFFSET ?2"},
      {&known_, "SELECT hash FROM receipts WHERE subject=?1 AND hash=?2"},
  };
  for (const auto& [statement, sql] : statements) {
    if (auto failure = database.prepare(sql, *statement)) return failure;
  }
  return {};
}

void ReceiptStore::close() {
  for (Statement* statement : {&find_, &insert_, &last_, &count_, &known_}) *statement = {};
}

Failure ReceiptStore::find_place(Database& database, const ReceiptRow& row, ReceiptOutcome& outcome) {
  bool found = false;
  std::string hash;
  find_.bind_blob(1, row.receipt_id.data(), row.receipt_id.size());
  if (auto failure = read_row(database, find_, found, hash)) return failure;
  if (found) {
    outcome = hash == row.hash ? ReceiptOutcome::duplicate : ReceiptOutcome::reused_id;
    return {};
  }
  count_.bind_text(1, row.subject);
  count_.bind(2, bounds::subject_receipts - 1);
  if (auto failure = read_row(database, count_, found, hash)) return failure;
  if (found) {
    outcome = ReceiptOutcome::too_many;
    return {};
  }
  hash.clear();
  last_.bind_text(1, row.subject);
  if (auto failure = read_row(database, last_, found, hash)) return failure;
  if (hash == row.previous) {
    outcome = ReceiptOutcome::stored;
    return {};
  }
  known_.bind_text(1, row.subject);
  known_.bind_text(2, row.previous);
  if (auto failure = read_row(database, known_, found, hash)) return failure;
  outcome = found || row.previous.empty() ? ReceiptOutcome::fork : ReceiptOutcome::gap;
  return {};
}

Failure ReceiptStore::add(Database& database, const ReceiptRow& row, ReceiptOutcome& outcome) {
  if (auto failure = find_place(database, row, outcome)) return failure;
  std::string_view flag;
  switch (outcome) {
    case ReceiptOutcome::duplicate:
    case ReceiptOutcome::reused_id:
    case ReceiptOutcome::too_many:
      return {};
    case ReceiptOutcome::gap:
      flag = "gap";
      break;
    case ReceiptOutcome::fork:
      flag = "fork";
      break;
    case ReceiptOutcome::stored:
      break;
  }
  insert_.bind_blob(1, row.receipt_id.data(), row.receipt_id.size());
  insert_.bind_text(2, row.subject);
  insert_.bind_text(3, row.hash);
  insert_.bind(4, row.ts_received);
  insert_.bind_text(5, row.write_key);
  insert_.bind_text(6, flag);
  insert_.bind_text(7, row.text);
  return database.run(insert_);
}

}  // namespace waymark::collector
