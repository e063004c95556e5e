// The queue: accepted events in order, held ones beside them, the batches that are made, and what an answer does.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "core/outbox/delivery.hpp"
#include "core/outbox/journal.hpp"
#include "core/outbox/log.hpp"
#include "core/outbox/reports.hpp"
#include "core/outbox/wire.hpp"
#include "core/stages/identity.hpp"
#include "core/text/json_write.hpp"

namespace waymark::outbox {

// Counts of events since `start`. What is accepted and in none of the next four is still queued or under way.
struct Totals {
  uint32_t accepted = 0;
  uint32_t acknowledged = 0;
  uint32_t rejected = 0;  // by the collector, one by one
  uint32_t dropped = 0;   // given up; each is in a client report
  uint32_t wiped = 0;     // their purpose was refused
  uint32_t redactions = 0;
};

class Queue {
 public:
  constexpr Queue(char* memory, size_t capacity) : log_(memory, capacity) {}

  // Writes what the next events have in common unless that stands there already. Without room the event that follows
  // finds none either.
  void share(const Config& config, wire::Profile profile, const stages::Identity& identity, Purposes granted,
             std::string_view rest, std::string_view page);
  // What events have in common may have changed.
  void outdate_shared() { shared_is_current_ = false; }

  // An event is written in place, then added; false when there is no room. A little of it is kept free for reports of
  // what did not fit.
  text::JsonWriter event_writer();
  bool has_room(size_t event_bytes) const;
  bool add_event(const text::JsonWriter& event, uint32_t purpose, double time_ms);
  // A client report. False when there is no room.
  bool add_report(const Config& config, uint32_t sequence, Reason reason, uint32_t purpose, uint32_t count, double now);

  // Keeps an event whose purpose is unknown, with what is written behind it, and gives it a ticket. `queue_full` when
  // limits::held_events or held_bytes wait already.
  Decision hold(const text::JsonWriter& event, uint32_t purpose, double time_ms);
  // The first held event after `record` (null: of all), or null.
  Record* next_held(Record* record) { return next_of(RecordKind::held, record); }
  // Removes what is done with, and overwrites the memory that is free.
  void wipe_free();
  // Overwrites a held event and keeps its decision for `next_decision`.
  static void decide(Record& held, Decision decision);
  // A decision that the host was not told yet; ticket 0 when there is none.
  Decision next_decision();

  // Adds up what is to be sent and is not under way, and what the journal has not got.
  void add_waiting(Waiting& waiting, Unkept& unkept, double now);
  // Writes an entry of the journal: the oldest events that are in none, as `restore` takes them. Returns the length.
  size_t keep(uint32_t entry, char* out, size_t capacity) { return log_.copy_unmarked(entry, out, capacity); }
  size_t capacity() const { return log_.capacity(); }
  // As if no event were in the journal.
  void unkeep();

  // Makes room for an event: gives up waiting events, the least important purpose first, of each the oldest; none that
  // is more important. False if there was none.
  bool evict(uint32_t purpose, Reports& reports, Totals& totals, double now);

  // Writes the next batch to `out` and marks its records with `number`. Events go in order; `by_purpose`, those of the
  // most important one first. Those that the server failed on wait behind the others and go in ever smaller batches.
  // Returns the number of records, 0 if none waits.
  uint32_t write_batch(const Config& config, double now, uint8_t number, uint32_t byte_limit, bool by_purpose,
                       text::JsonWriter& out);

  // Applies the answer to batch `number`. `rejected` is a JSON array of the indices of events that the collector
  // rejected, or empty; `reports` counts what is given up.
  void settle(uint32_t number, Answer answer, std::string_view rejected, Reports& reports, Totals& totals, double now);

  // Overwrites all events whose purpose is not in `granted`, but the held ones. True if one of them was under way:
  // then nothing is any more, and the answers are to be passed over.
  bool wipe_all_but(Purposes granted, Totals& totals);

  // The newest records that fit, as bytes; returns the length.
  size_t snapshot(char* out, size_t capacity);
  // Adds a snapshot's events. Purposes that are not granted are left out, events older than limits::event_age_ms are
  // counted as dropped. False if it is not sound or does not fit.
  bool restore(std::string_view snapshot, Purposes granted, Reports& reports, Totals& totals, double now);

 private:
  // The first of a kind after `record` (null: of all) that is not dead, or null.
  Record* next_of(RecordKind kind, Record* record);
  void compact() { log_.compact(shared_is_current_); }

  Log log_;
  uint16_t last_ticket_ = 0;
  bool shared_is_current_ = false;  // the last shared record still says what is so
};

}  // namespace waymark::outbox
