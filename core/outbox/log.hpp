// A log of records in one block of memory: appended at the end, removed anywhere, in order always. The queue of events
// is one. Its size is its bound.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/text/json_write.hpp"
#include "core/verdict.hpp"

namespace waymark::outbox {

enum class RecordKind : uint8_t {
  shared,  // what the events after it have in common, up to the next one
  event,
  report,   // a client report
  held,     // an event whose purpose is still unknown, without sequence; then 0, the user id, 0, the page of its call
  decided,  // what a held event leaves behind, until the host was told
};

struct Record {
  uint32_t size;  // of the text
  RecordKind kind;
  uint8_t purpose;
  uint8_t batch;     // the batch it is under way in; 0: none
  uint8_t halvings;  // how often the batches it may be part of were halved
  uint8_t strikes;   // answers that blamed its batch
  uint8_t suspect;   // 1: set aside until another batch gets through
  uint8_t dead;      // 1: to be removed
  uint32_t mark;     // of a held event its decision, with the ticket; of others their entry in the journal, 0 for none
  double time_ms;    // the event's own time
  [[gnu::always_inline]] std::string_view text() const { return {reinterpret_cast<const char*>(this + 1), size}; }
};

class Log {
 public:
  Log() = default;
  // `memory` must be aligned to 8.
  constexpr Log(char* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}

  // Where the next record's text can be written, and how much of it fits.
  char* tail() { return memory_ + used_ + sizeof(Record); }
  size_t room() const;
  size_t capacity() const { return capacity_; }
  // Appends a record whose text was written at `tail()`. Null if the writer failed.
  Record* append(const text::JsonWriter& written, RecordKind kind, uint32_t purpose, double time_ms);

  // The record after `record`, the first after null; null after the last.
  Record* next(const Record* record);

  // Removes the dead, and shared records that nothing follows but another one; keeps the last one if
  // `keep_last_shared`. Overwrites the memory they leave.
  void compact(bool keep_last_shared);
  // Overwrites the memory that no record is in.
  void wipe_free();

  // Copies the newest events and reports that fit, after the shared record that they need; held events stay in memory.
  // Returns the length.
  size_t copy_newest(char* out, size_t capacity);
  // Copies the oldest events and reports without a mark, as many as fit, after the shared records that they need, and
  // marks them. Returns the length.
  size_t copy_unmarked(uint32_t mark, char* out, size_t capacity);
  // Takes over records as `copy_newest` gave them. Null, and nothing changes, if they are not sound or do not fit; else
  // the first of them.
  Record* restore(std::string_view records);

 private:
  static size_t extent(const Record* record) { return (sizeof(Record) + record->size + 7) & ~size_t{7}; }

  char* memory_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
};

}  // namespace waymark::outbox
