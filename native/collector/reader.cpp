#include "native/collector/reader.hpp"

#include <charconv>
#include <iterator>

#include "core/text/time.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

constexpr std::string_view page_sql[] = {
    "SELECT seq, event_id, event_name, ts_client, ts_sent, ts_received, ts, user_id, anonymous_id, session_id, "
    "instance_id, sequence, sample_rate, purpose, consent, plan_version, app_version, sdk, properties, context, "
    "plan_violation, visitor_key "
    "FROM events_corrected WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT seq, ts_received, reason, path, raw, rule FROM rejected WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT seq, ts_received, instance_id, sequence, reason, purpose, count FROM client_reports WHERE seq > ?1 "
    "ORDER BY seq LIMIT ?2",
    "SELECT seq, ts_received, flag, receipt FROM receipts WHERE seq > ?1 ORDER BY seq LIMIT ?2"};
static_assert(std::size(page_sql) == listing_count);
constexpr std::string_view newest_sql[] = {"SELECT max(seq) FROM events", "SELECT max(seq) FROM rejected",
                                           "SELECT max(seq) FROM client_reports", "SELECT max(seq) FROM receipts"};
constexpr std::string_view receipts_sql = "SELECT receipt FROM receipts WHERE subject=?1 ORDER BY seq";

// Writes the members of one row; what is null is left out.
class Line {
 public:
  Line(const Statement& row, std::string& out) : row_(row), out_(out) {
    out_ += "{\"seq\":" + std::to_string(row.integer(0));
  }
  ~Line() { out_ += "}\n"; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void text(std::string_view name, int column) {
    if (begin(name, column)) append_quoted(out_, row_.bytes(column));
  }
  void json(std::string_view name, int column) {
    if (begin(name, column)) out_ += row_.bytes(column);
  }
  void integer(std::string_view name, int column) {
    if (begin(name, column)) out_ += std::to_string(row_.integer(column));
  }
  void real(std::string_view name, int column) {
    if (!begin(name, column)) return;
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, row_.real(column)).ptr;
    out_.append(digits, end);
  }
  void time(std::string_view name, int column) {
    if (!begin(name, column)) return;
    char chars[text::timestamp_chars];
    text::write_timestamp(static_cast<double>(row_.integer(column)), chars);
    out_.append("\"").append(chars, sizeof chars).append("\"");
  }
  void uuid(std::string_view name, int column) {
    if (begin(name, column)) append_quoted(out_, format_uuid(row_.bytes(column)));
  }
  // A plan counts its versions; other senders may name theirs.
  void number_or_text(std::string_view name, int column) {
    const std::string_view value = row_.bytes(column);
    const bool number = !value.empty() && value.size() < 16 && (value[0] != '0' || value.size() == 1) &&
                        value.find_first_not_of("0123456789") == std::string_view::npos;
    number ? json(name, column) : text(name, column);
  }

 private:
  bool begin(std::string_view name, int column) {
    if (row_.is_null(column)) return false;
    out_.append(",\"").append(name).append("\":");
    return true;
  }

  const Statement& row_;
  std::string& out_;
};

void write_event(const Statement& row, std::string& out) {
  Line line(row, out);
  line.uuid("event_id", 1);
  line.text("event_name", 2);
  line.time("timestamp", 3);
  line.time("sent_at", 4);
  line.time("received_at", 5);
  line.time("corrected_at", 6);
  line.text("user_id", 7);
  line.text("anonymous_id", 8);
  line.text("session_id", 9);
  line.text("instance_id", 10);
  line.integer("sequence", 11);
  line.real("sample_rate", 12);
  line.text("purpose", 13);
  line.json("consent", 14);
  line.number_or_text("plan_version", 15);
  line.text("app_version", 16);
  line.json("sdk", 17);
  line.json("properties", 18);
  line.json("context", 19);
  line.json("plan_violation", 20);
  line.text("visitor_key", 21);
}

void write_rejected(const Statement& row, std::string& out) {
  Line line(row, out);
  line.time("received_at", 1);
  line.text("reason", 2);
  line.text("path", 3);
  line.text("rule", 5);
  line.text("raw", 4);
}

void write_report(const Statement& row, std::string& out) {
  Line line(row, out);
  line.time("received_at", 1);
  line.text("instance_id", 2);
  line.integer("sequence", 3);
  line.text("reason", 4);
  line.text("purpose", 5);
  line.integer("count", 6);
}

void write_receipt(const Statement& row, std::string& out) {
  Line line(row, out);
  line.time("received_at", 1);
  line.text("flag", 2);
  line.json("receipt", 3);
}

}  // namespace

Failure Reader::open() {
  if (database_.is_open()) return {};
  auto failure = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs_);
  if (!failure) failure = database_.run("PRAGMA busy_timeout=5000; PRAGMA cache_size=-16384;");
  for (size_t i = 0; i < listing_count && !failure; ++i) {
    failure = database_.prepare(page_sql[i], pages_[i]);
    if (!failure) failure = database_.prepare(newest_sql[i], newest_[i]);
  }
  if (!failure) failure = database_.prepare(receipts_sql, receipts_);
  if (!failure) failure = crashes_.prepare(database_);
  if (failure) close();
  return failure;
}

void Reader::close() {
  for (Statement& statement : pages_) statement = {};
  for (Statement& statement : newest_) statement = {};
  receipts_ = {};
  crashes_.close();
  database_.close();
}

Failure Reader::read(Listing listing, int64_t after, size_t most_rows, size_t most_bytes, Page& page) {
  page = {{}, after, 0};
  if (auto failure = open()) return failure;
  Statement& rows = pages_[static_cast<size_t>(listing)];
  rows.bind(1, after);
  rows.bind(2, static_cast<int64_t>(most_rows));
  int code = SQLITE_ROW;
  while (page.lines.size() < most_bytes && (code = rows.step()) == SQLITE_ROW) {
    switch (listing) {
      case Listing::events:
        write_event(rows, page.lines);
        break;
      case Listing::rejected:
        write_rejected(rows, page.lines);
        break;
      case Listing::reports:
        write_report(rows, page.lines);
        break;
      case Listing::receipts:
        write_receipt(rows, page.lines);
        break;
    }
    page.last_seq = rows.integer(0);
    ++page.rows;
  }
  const bool good = code == SQLITE_ROW || code == SQLITE_DONE;
  auto failure = good ? Failure{} : Failure{database_.error()};
  rows.reset();
  if (!good) close();  // the next call opens the file afresh
  return failure;
}

Failure Reader::read_receipts(std::string_view subject, std::string& json) {
  json = "[";
  if (auto failure = open()) return failure;
  receipts_.bind_text(1, subject);
  int code = SQLITE_ROW;
  while ((code = receipts_.step()) == SQLITE_ROW) {
    if (json.size() > 1) json += ',';
    json += receipts_.bytes(0);
  }
  json += ']';
  auto failure = code == SQLITE_DONE ? Failure{} : Failure{database_.error()};
  receipts_.reset();
  if (failure) close();
  return failure;
}

Failure Reader::read_crashes(size_t most_groups, std::string& json) {
  auto failure = open();
  if (!failure) failure = crashes_.read_crashes(database_, most_groups, json);
  if (failure) close();
  return failure;
}

Failure Reader::read_sessions(std::string& json) {
  auto failure = open();
  if (!failure) failure = crashes_.read_sessions(database_, json);
  if (failure) close();
  return failure;
}

Failure Reader::last_seq(Listing listing, int64_t& seq) {
  if (auto failure = open()) return failure;
  Statement& newest = newest_[static_cast<size_t>(listing)];
  const int code = newest.step();
  auto failure = code == SQLITE_ROW ? Failure{} : Failure{database_.error()};
  if (!failure) seq = newest.integer(0);
  newest.reset();
  if (failure) close();
  return failure;
}

}  // namespace waymark::collector
