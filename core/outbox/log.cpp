#include "core/outbox/log.hpp"

#include <cstring>

namespace waymark::outbox {

static_assert(sizeof(Record) % 8 == 0);

Record* Log::next(const Record* record) {
  const char* const at = record ? reinterpret_cast<const char*>(record) + extent(record) : memory_;
  return at < memory_ + used_ ? reinterpret_cast<Record*>(const_cast<char*>(at)) : nullptr;
}

size_t Log::room() const {
  const size_t left = capacity_ - used_;
  return left > sizeof(Record) + 8 ? left - sizeof(Record) - 8 : 0;
}

Record* Log::append(const text::JsonWriter& written, RecordKind kind, uint32_t purpose, double time_ms) {
  if (written.failed()) return nullptr;
  auto* const record = reinterpret_cast<Record*>(memory_ + used_);
  *record = {};
  record->size = static_cast<uint32_t>(written.size());
  record->kind = kind;
  record->purpose = static_cast<uint8_t>(purpose);
  record->time_ms = time_ms;
  used_ += extent(record);
  return record;
}

void Log::compact(bool keep_last_shared) {
  size_t to = 0;
  Record* shared = nullptr;  // met, and not moved yet
  const auto move = [&](Record* record) {
    const size_t size = extent(record);
    std::memmove(memory_ + to, record, size);
    to += size;
  };
  for (size_t from = 0; from < used_;) {
    auto* const record = reinterpret_cast<Record*>(memory_ + from);
    from += extent(record);
    if (record->dead) continue;
    if (record->kind == RecordKind::shared) {
      shared = record;
      continue;
    }
    if (shared) move(shared);
    shared = nullptr;
    move(record);
  }
  if (shared && keep_last_shared) move(shared);
  std::memset(memory_ + to, 0, used_ - to);
  used_ = to;
}

void Log::wipe_free() { std::memset(memory_ + used_, 0, capacity_ - used_); }

size_t Log::copy_newest(char* out, size_t capacity) {
  // From the newest that is dropped for want of room, the shared record before it is needed by the rest.
  size_t size = 0;
  const Record* shared = nullptr;
  const auto is_kept = [](const Record* record) { return !record->dead && record->kind <= RecordKind::report; };
  size_t rest = 0;
  for (const Record* record = nullptr; (record = next(record));) rest += is_kept(record) ? extent(record) : 0;
  for (const Record* record = nullptr; (record = next(record));) {
    if (!is_kept(record)) continue;
    if (record->kind == RecordKind::shared) shared = record;
    const size_t before = size == 0 && shared && shared != record ? extent(shared) : 0;
    if (size == 0 && before + rest > capacity) {
      rest -= extent(record);
      continue;
    }
    if (before) std::memcpy(out, shared, before);
    size += before;
    std::memcpy(out + size, record, extent(record));
    size += extent(record);
  }
  return size;
}

size_t Log::copy_unmarked(uint32_t mark, char* out, size_t capacity) {
  size_t size = 0;
  const Record* shared = nullptr;
  const Record* copied = nullptr;  // the last shared record that was
  for (Record* record = nullptr; (record = next(record));) {
    if (record->kind == RecordKind::shared) shared = record;
    if (record->dead || record->mark || record->kind == RecordKind::shared || record->kind > RecordKind::report)
      continue;
    const size_t before = shared == copied ? 0 : extent(shared);
    if (size + before + extent(record) > capacity) break;
    record->mark = mark;
    if (before) std::memcpy(out + size, shared, before);
    std::memcpy(out + size + before, record, extent(record));
    size += before + extent(record);
    copied = shared;
  }
  return size;
}

Record* Log::restore(std::string_view records) {
  if (records.size() > capacity_ - used_ || records.empty() || records.size() % 8 != 0) return nullptr;
  bool has_shared = false;
  for (size_t from = 0; from < records.size();) {
    Record record;
    if (records.size() - from < sizeof record) return nullptr;
    std::memcpy(&record, records.data() + from, sizeof record);
    if (record.size > records.size() - from - sizeof record || record.kind > RecordKind::decided) return nullptr;
    has_shared |= record.kind == RecordKind::shared;
    if (!has_shared) return nullptr;
    from += extent(&record);
    if (from > records.size()) return nullptr;
  }
  std::memcpy(memory_ + used_, records.data(), records.size());
  Record* const first_new = reinterpret_cast<Record*>(memory_ + used_);
  used_ += records.size();
  return first_new;
}

}  // namespace waymark::outbox
