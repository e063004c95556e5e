#include "core/outbox/queue.hpp"

#include <cstring>

#include "core/text/words.hpp"

namespace waymark::outbox {
namespace {

using text::JsonWriter;

// Kept free in a full queue, so that what it refuses can be reported.
constexpr size_t reports_room = 4 * 1024;

bool is_outgoing(const Record& record) {
  return (record.kind == RecordKind::event || record.kind == RecordKind::report) && !record.dead;
}
bool is_waiting(const Record& record) { return is_outgoing(record) && record.batch == 0; }

// Who goes first: what no server has failed on, then what was set aside and halved, last what is set aside now. Of
// these, `by_purpose`, the more important.
uint32_t rank_of(const Record& record, bool by_purpose) {
  return (record.suspect * 128u + record.halvings) * limits::purposes + (by_purpose ? record.purpose : 0);
}

// Whether `index` is one of the numbers of a JSON array.
bool has_index(std::string_view array, uint32_t index) {
  uint32_t value = 0;
  bool digits = false;
  for (const char c : array) {
    if (text::is_digit(c)) {
      if (value < limits::batch_events) value = value * 10 + static_cast<uint32_t>(c - '0');
      digits = true;
      continue;
    }
    if (digits && value == index) return true;
    value = 0;
    digits = false;
  }
  return false;
}

// What a report counts would be lost without a word, so it starts anew, unless the server takes nothing that small.
void give_up(Record& record, Reason reason, Reports& reports, Totals& totals, double now) {
  record.halvings = 0;
  record.dead = record.kind == RecordKind::event || reason == Reason::too_large_for_server;
  if (record.kind != RecordKind::event) return;
  reports.count(reason, record.purpose, now);
  ++totals.dropped;
}

}  // namespace

void Queue::share(const Config& config, wire::Profile profile, const stages::Identity& identity, Purposes granted,
                  std::string_view rest, std::string_view page) {
  if (shared_is_current_) return;
  JsonWriter out(log_.tail(), log_.room());
  wire::write_shared(out, config, profile, identity, granted, rest, page);
  std::string_view last;
  for (Record* record = nullptr; (record = next_of(RecordKind::shared, record));) last = record->text();
  const bool stands = !out.failed() && text::equal(last, out.text());
  shared_is_current_ = stands || log_.append(out, RecordKind::shared, 0, 0);
}

JsonWriter Queue::event_writer() {
  const size_t room = log_.room();
  return {log_.tail(), room < reports_room ? 0 : room - reports_room};
}

bool Queue::has_room(size_t event_bytes) const { return log_.room() > event_bytes + reports_room; }

bool Queue::add_report(const Config& config, uint32_t sequence, Reason reason, uint32_t purpose, uint32_t count,
                       double now) {
  JsonWriter out(log_.tail(), log_.room());
  wire::write_report(out, sequence, name_of(reason), purpose_name(config, purpose), count);
  return shared_is_current_ && log_.append(out, RecordKind::report, purpose, now);
}

bool Queue::add_event(const JsonWriter& event, uint32_t purpose, double time_ms) {
  return shared_is_current_ && log_.append(event, RecordKind::event, purpose, time_ms);
}

Decision Queue::hold(const JsonWriter& event, uint32_t purpose, double time_ms) {
  uint32_t events = 0;
  size_t bytes = event.size();
  for (Record* held = next_held(nullptr); held; held = next_held(held)) {
    ++events;
    bytes += held->size;
  }
  const bool fits = events < limits::held_events && bytes <= limits::held_bytes;
  Record* const record = fits ? log_.append(event, RecordKind::held, purpose, time_ms) : nullptr;
  if (!record) return {Verdict::queue_full, Reason::hold_full};
  if (++last_ticket_ == 0) ++last_ticket_;
  const Decision decision(Verdict::held, Reason::consent_unknown, last_ticket_);
  record->mark = decision.word();
  return decision;
}

Record* Queue::next_of(RecordKind kind, Record* record) {
  do {
    record = log_.next(record);
  } while (record && (record->kind != kind || record->dead));
  return record;
}

void Queue::wipe_free() {
  compact();
  log_.wipe_free();
}

void Queue::decide(Record& held, Decision decision) {
  held.kind = RecordKind::decided;
  held.mark = (decision.word() & 0xFFFF) | (held.mark & ~0xFFFFu);
  std::memset(const_cast<char*>(held.text().data()), 0, held.size);
}

Decision Queue::next_decision() {
  Record* const record = next_of(RecordKind::decided, nullptr);
  if (!record) return {};
  record->dead = 1;
  return Decision(record->mark);
}

void Queue::add_waiting(Waiting& waiting, Unkept& unkept, double now) {
  for (Record* record = nullptr; (record = log_.next(record));) {
    if (!is_outgoing(*record)) continue;
    if (record->batch == 0) waiting.add(record->size + 1, record->time_ms);
    unkept.add(record->mark, record->time_ms, now);
  }
}

void Queue::unkeep() {
  for (Record* record = nullptr; (record = log_.next(record));) {
    if (is_outgoing(*record)) record->mark = 0;
  }
}

bool Queue::evict(uint32_t purpose, Reports& reports, Totals& totals, double now) {
  const size_t target = log_.capacity() / limits::evicted_share;
  size_t freed = 0;
  for (uint32_t least = limits::purposes; least-- > purpose && freed < target;) {
    for (Record* record = nullptr; freed < target && (record = log_.next(record));) {
      if (!is_waiting(*record) || record->kind != RecordKind::event || record->purpose != least) continue;
      give_up(*record, Reason::evicted, reports, totals, now);
      freed += record->size;
    }
  }
  compact();
  return freed > 0;
}

uint32_t Queue::write_batch(const Config& config, double now, uint8_t number, uint32_t byte_limit, bool by_purpose,
                            JsonWriter& out) {
  Record* head = nullptr;
  Record* head_shared = nullptr;
  Record* shared = nullptr;
  for (Record* record = nullptr; (record = log_.next(record));) {
    if (record->kind == RecordKind::shared) shared = record;
    if (!is_waiting(*record) || (head && rank_of(*record, by_purpose) >= rank_of(*head, by_purpose))) continue;
    head = record;
    head_shared = shared;
  }
  if (!head || !head_shared) return 0;

  const uint32_t rank = rank_of(*head, by_purpose);
  const uint32_t most = limits::batch_events >> head->halvings;
  wire::begin_batch(out, config, now, head_shared->text());
  size_t planned = out.size() + wire::around_lists;
  uint32_t records = 0;
  for (Record* record = head; record && record->kind != RecordKind::shared; record = log_.next(record)) {
    if (!is_waiting(*record) || rank_of(*record, by_purpose) != rank) continue;
    planned += record->size + 1;
    if (records && (records >= most || planned > byte_limit)) break;
    record->batch = number;
    ++records;
  }
  for (const RecordKind kind : {RecordKind::event, RecordKind::report}) {
    wire::begin_list(out, kind == RecordKind::event ? wire::List::events : wire::List::client_reports);
    char comma = 0;
    for (Record* record = head; record; record = log_.next(record)) {
      if (record->batch != number || record->kind != kind) continue;
      if (comma) out.byte(comma);
      comma = ',';
      out.raw(record->text());
    }
    out.byte(']');
  }
  out.byte('}');
  return records;
}

void Queue::settle(uint32_t number, Answer answer, std::string_view rejected, Reports& reports, Totals& totals,
                   double now) {
  uint32_t records = 0;
  for (Record* record = nullptr; (record = log_.next(record));) records += record->batch == number;
  uint32_t index = 0;
  for (Record* record = nullptr; (record = log_.next(record));) {
    if (record->dead) continue;
    if (record->batch == number) {
      record->batch = 0;
      if (answer == Answer::accepted) {
        record->dead = 1;
        if (record->kind == RecordKind::event) {
          ++(has_index(rejected, index++) ? totals.rejected : totals.acknowledged);
        }
      } else if (answer == Answer::too_large && records == 1) {
        give_up(*record, Reason::too_large_for_server, reports, totals, now);
      } else if (answer == Answer::refused || answer == Answer::failed) {
        // A refusal blames the batch; a failure may be the server's, until it has happened some times. What is set
        // aside already and fails again is tried in parts: there may be nothing else to tell the server's fault from
        // its own.
        const bool is_blamed = (answer == Answer::refused && !record->suspect) || ++record->strikes >= limits::strikes;
        if (is_blamed && record->suspect && record->halvings < limits::halvings) ++record->halvings;
        if (is_blamed) record->strikes = 0;
        record->suspect |= is_blamed;
      }
    } else if (answer == Answer::accepted && record->suspect) {
      // Another batch got through, so the server is well, and what was set aside is at fault: halve it, and give up one
      // event that cannot be halved.
      record->suspect = record->strikes = 0;
      if (++record->halvings > limits::halvings) give_up(*record, Reason::undeliverable, reports, totals, now);
    }
  }
  compact();
}

bool Queue::wipe_all_but(Purposes granted, Totals& totals) {
  bool under_way = false;
  for (Record* record = nullptr; (record = log_.next(record));) {
    if (!is_outgoing(*record) || granted >> record->purpose & 1) continue;
    under_way |= record->batch != 0;
    record->dead = 1;
    totals.wiped += record->kind == RecordKind::event;
  }
  // The indices of an answer would not fit any more; what is left is sent again and found to be known.
  for (Record* record = nullptr; under_way && (record = log_.next(record));) record->batch = 0;
  compact();
  return under_way;
}

size_t Queue::snapshot(char* out, size_t capacity) {
  compact();
  return log_.copy_newest(out, capacity);
}

bool Queue::restore(std::string_view snapshot, Purposes granted, Reports& reports, Totals& totals, double now) {
  Record* record = log_.restore(snapshot);
  if (!record) return false;
  shared_is_current_ = false;
  for (; record; record = log_.next(record)) {
    record->batch = record->strikes = record->halvings = record->suspect = record->dead = 0;
    record->mark = 0;
    if (record->kind == RecordKind::shared) continue;
    const bool is_granted = record->purpose < limits::purposes && granted >> record->purpose & 1;
    const bool is_event = record->kind == RecordKind::event;
    record->dead = !is_outgoing(*record) || !is_granted;
    if (record->dead) continue;
    totals.accepted += is_event;
    if (now - record->time_ms > limits::event_age_ms) give_up(*record, Reason::expired, reports, totals, now);
  }
  compact();
  return true;
}

}  // namespace waymark::outbox
