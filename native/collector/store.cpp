#include "native/collector/store.hpp"

#include "core/verdict.hpp"
#include "native/collector/bounds.hpp"
#include "native/collector/schema.hpp"

namespace waymark::collector {
namespace {

template <typename Number>
void bind_optional(Statement& statement, int at, const std::optional<Number>& value) {
  if (!value) return statement.bind_null(at);
  if constexpr (std::is_floating_point_v<Number>) {
    statement.bind(at, static_cast<double>(*value));
  } else {
    statement.bind(at, static_cast<int64_t>(*value));
  }
}

Failure one_integer(Database& database, std::string_view sql, int64_t& out) {
  Statement statement;
  if (auto failure = database.prepare(sql, statement)) return failure;
  const int code = statement.step();
  if (code == SQLITE_ROW) out = statement.integer(0);
  return code == SQLITE_ROW || code == SQLITE_DONE ? Failure{} : Failure{database.error()};
}

}  // namespace

Failure Store::open() {
  close();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (auto failure = database_.open(options_.file.string(), flags, options_.vfs)) return failure;

  // FULL: a commit is on disk before it is acknowledged (https://sqlite.org/pragma.html#pragma_synchronous).
  const std::string pragmas =
      std::string(
          "PRAGMA busy_timeout=5000; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
          "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536; PRAGMA secure_delete=ON; PRAGMA synchronous=") +
      (options_.durable ? "FULL;" : "OFF;");
  int64_t version = 0;
  auto failure = database_.run(pragmas.c_str());
  if (!failure) failure = one_integer(database_, "PRAGMA user_version", version);
  if (!failure && version > schema_version) {
    failure = "the file is of schema " + std::to_string(version) + ", this program knows " +
              std::to_string(schema_version) + "; use a newer waymark";
  }
  if (!failure && version < schema_version) {
    std::string create = "BEGIN IMMEDIATE;";
    if (version == 0) create += schema;
    for (int64_t old = version; old > 0 && old < schema_version; ++old) create += migrations[old - 1];
    create += consent_schema;
    create += crash_schema;
    create += "PRAGMA user_version=" + std::to_string(schema_version) + ";COMMIT;";
    failure = database_.run(create.c_str());
  }
  if (!failure) failure = prepare_statements();
  must_scrub_log_ |= !failure && erasures_.has_erased();  // a run that was killed may have left them
  last_seq_ = 0;
  if (!failure) failure = one_integer(database_, "SELECT seq FROM sqlite_sequence WHERE name='events'", last_seq_);
  if (!failure) return {};
  close();
  return options_.file.string() + ": " + *failure;
}

void Store::close() {
  for (Statement* statement : {&begin_, &commit_, &rollback_, &insert_event_, &insert_rejected_, &insert_report_,
                               &insert_metrics_, &trim_, &probe_}) {
    *statement = {};
  }
  erasures_.close();
  receipts_.close();
  symbols_.close();
  database_.close();
}

Failure Store::prepare_statements() {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&insert_event_,
       "INSERT INTO events(event_id, event_name, ts_client, ts_sent, ts_received, user_id, anonymous_id, session_id, "
       "instance_id, sequence, sample_rate, purpose, consent, plan_version, app_version, sdk, properties, context, "
       "seq, plan_violation, write_key, visitor_key) "
       "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22) ON CONFLICT(event_id) "
       "DO "
       "NOTHING"},
      {&insert_rejected_, "INSERT INTO rejected(ts_received, reason, path, raw, rule) VALUES(?1,?2,?3,?4,?5)"},
      {&insert_report_,
       "INSERT INTO client_reports(id, ts_received, instance_id, sequence, reason, purpose, count) "
       "VALUES(?1,?2,?3,?4,?5,?6,?7) ON CONFLICT(id) DO NOTHING"},
      {&insert_metrics_,
       "INSERT INTO metrics(id, ts_received, instance_id, sequence, raw) VALUES(?1,?2,?3,?4,?5) "
       "ON CONFLICT(id) DO NOTHING"},
      {&trim_, "DELETE FROM rejected WHERE seq <= (SELECT max(seq) FROM rejected) - ?1"},
      // Random, as SQLite writes nothing where nothing changes.
      {&probe_,
       "INSERT INTO meta(key, value) VALUES('probe', randomblob(?1)) ON CONFLICT(key) DO UPDATE SET "
       "value=excluded.value"},
  };
  for (const auto& [statement, sql] : statements) {
    if (auto failure = database_.prepare(sql, *statement)) return failure;
  }
  if (auto failure = erasures_.prepare(database_)) return failure;
  if (auto failure = receipts_.prepare(database_)) return failure;
  return symbols_.prepare(database_);
}

Failure Store::commit(std::span<const Intake* const> intakes, std::span<Committed> counts) {
  if (!is_open()) {
    if (auto failure = open()) return failure;
  }
  const int64_t seq_before = last_seq_;
  if (auto failure = database_.run(begin_)) return give_up(*failure);
  bool any_rejected = false;
  for (size_t i = 0; i < intakes.size(); ++i) {
    counts[i] = {};
    must_scrub_log_ |= !intakes[i]->erasures.empty();
    any_rejected |= !intakes[i]->rejected.empty();
    if (auto failure = write(*intakes[i], counts[i])) {
      last_seq_ = seq_before;
      return give_up(*failure);
    }
  }
  auto failure = any_rejected ? trim_rejected() : Failure{};
  if (!failure) failure = database_.run(commit_);
  if (!failure) {
    scrub_log();
    return {};
  }
  last_seq_ = seq_before;
  return give_up(*failure);
}

// What is erased in the file may still stand in the log, which is moved into the file and cut to nothing. While
// somebody reads, that has to wait for a later commit.
void Store::scrub_log() {
  if (!must_scrub_log_) return;
  int64_t is_busy = 1;
  if (database_.run("PRAGMA busy_timeout=50")) return;
  const auto failure = one_integer(database_, "PRAGMA wal_checkpoint(TRUNCATE)", is_busy);
  must_scrub_log_ = failure || is_busy;
  database_.run("PRAGMA busy_timeout=5000");
}

Failure Store::probe() {
  if (!is_open()) {
    if (auto failure = open()) return failure;
  }
  probe_.bind(1, bounds::probe_bytes);
  if (auto failure = database_.run(probe_)) return give_up(*failure);
  return {};
}

Failure Store::write(const Intake& intake, Committed& counts) {
  for (const EventRow& row : intake.events) {
    if (auto failure = write_event(row, counts)) return failure;
  }
  for (const RejectedRow& row : intake.rejected) {
    if (!row.is_kept) continue;
    if (auto failure = write_rejected(row)) return failure;
  }
  for (const ReportRow& row : intake.reports) {
    if (auto failure = write_report(row)) return failure;
  }
  for (const MetricsRow& row : intake.metrics) {
    if (auto failure = write_metrics(row)) return failure;
  }
  for (const SymbolsRow& row : intake.symbols) {
    if (auto failure = symbols_.add(database_, row, counts.kept_symbols)) return failure;
  }
  return write_consent(intake, counts);
}

Failure Store::write_consent(const Intake& intake, Committed& counts) {
  for (const ErasureRow& row : intake.erasures) {
    uint64_t erased = 0;
    if (auto failure = erasures_.erase(database_, row, erased)) return failure;
    counts.erased += erased;
  }
  for (const ReceiptRow& row : intake.receipts) {
    auto& outcome = counts.receipts.emplace_back(ReceiptOutcome::stored);
    if (auto failure = receipts_.add(database_, row, outcome)) return failure;
  }
  return {};
}

Failure Store::write_event(const EventRow& row, Committed& counts) {
  bool is_erased = false;
  if (auto failure = erasures_.is_erased(database_, row.write_key, row.anonymous_id, is_erased)) return failure;
  if (is_erased) {
    counts.refused.push_back(row.index);
    return {};
  }
  Statement& insert = insert_event_;
  insert.bind_blob(1, row.event_id.data(), row.event_id.size());
  insert.bind_text(2, row.event_name);
  bind_optional(insert, 3, row.ts_client);
  bind_optional(insert, 4, row.ts_sent);
  insert.bind(5, row.ts_received);
  insert.bind_text(6, row.user_id);
  insert.bind_text(7, row.anonymous_id);
  insert.bind_text(8, row.session_id);
  insert.bind_text(9, row.instance_id);
  bind_optional(insert, 10, row.sequence);
  bind_optional(insert, 11, row.sample_rate);
  insert.bind_text(12, row.purpose);
  insert.bind_text(13, row.consent);
  insert.bind_text(14, row.plan_version);
  insert.bind_text(15, row.app_version);
  insert.bind_text(16, row.sdk);
  insert.bind_text(17, row.properties);
  insert.bind_text(18, row.context);
  insert.bind(19, last_seq_ + 1);  // given, so that duplicates leave no gaps
  insert.bind_text(20, row.plan_violation);
  insert.bind_text(21, row.write_key);
  insert.bind_text(22, row.visitor_key);
  if (auto failure = database_.run(insert)) return failure;
  if (database_.changes() == 0) {
    ++counts.duplicate;
    return {};
  }
  ++counts.accepted;
  counts.unplanned += row.fault == name_of(Reason::unplanned_event);
  counts.violating += row.fault == name_of(Reason::plan_violation);
  ++last_seq_;
  return {};
}

Failure Store::write_rejected(const RejectedRow& row) {
  insert_rejected_.bind(1, row.ts_received);
  insert_rejected_.bind_text(2, row.reason);
  insert_rejected_.bind_text(3, row.path);
  insert_rejected_.bind_blob(4, row.raw.data(), row.raw.size());
  insert_rejected_.bind_text(5, row.rule);
  return database_.run(insert_rejected_);
}

Failure Store::write_report(const ReportRow& row) {
  insert_report_.bind_blob(1, row.id.data(), row.id.size());
  insert_report_.bind(2, row.ts_received);
  insert_report_.bind_text(3, row.instance_id);
  bind_optional(insert_report_, 4, row.sequence);
  insert_report_.bind_text(5, row.reason);
  insert_report_.bind_text(6, row.purpose);
  insert_report_.bind(7, row.count);
  return database_.run(insert_report_);
}

Failure Store::write_metrics(const MetricsRow& row) {
  insert_metrics_.bind_blob(1, row.id.data(), row.id.size());
  insert_metrics_.bind(2, row.ts_received);
  insert_metrics_.bind_text(3, row.instance_id);
  bind_optional(insert_metrics_, 4, row.sequence);
  insert_metrics_.bind_text(5, row.raw);
  return database_.run(insert_metrics_);
}

Failure Store::trim_rejected() {
  trim_.bind(1, bounds::rejected_rows);
  return database_.run(trim_);
}

// After a failed write the connection's state is not to be trusted: it is closed, and the file, not memory, says
// what was committed.
Failure Store::give_up(const std::string& why) {
  rollback_.step();
  rollback_.reset();
  close();
  return options_.file.string() + ": " + why;
}

}  // namespace waymark::collector
