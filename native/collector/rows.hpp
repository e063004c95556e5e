// What one request brings to the store: values, with their text in one arena that travels with them.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace waymark::collector {

using Uuid = std::array<uint8_t, 16>;

// Text that lives as long as the arena. Views stay good when the arena is moved.
class TextArena {
 public:
  // `size` writable bytes.
  char* take(size_t size) {
    if (size > left_) {
      left_ = size > block_bytes ? size : block_bytes;
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
      at_ = blocks_.back().get();
      held_ += left_;
    }
    char* const out = at_;
    at_ += size;
    left_ -= size;
    return out;
  }
  // Gives back the last `size` bytes of the last `take`.
  void give_back(size_t size) {
    at_ -= size;
    left_ += size;
  }
  std::string_view keep(std::string_view text) {
    char* const out = take(text.size() + 1);  // never null, so that an empty text is not taken for none
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }
  size_t bytes() const { return held_; }

 private:
  static constexpr size_t block_bytes = 16 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t held_ = 0;
};

// Times are milliseconds since 1970. A view whose data() is null stands for "not given".
struct EventRow {
  Uuid event_id{};
  std::string_view event_name;
  std::optional<int64_t> ts_client;
  std::optional<int64_t> ts_sent;
  int64_t ts_received = 0;
  std::string_view user_id;
  std::string_view anonymous_id;
  std::string_view session_id;
  std::string_view instance_id;
  std::optional<uint32_t> sequence;
  std::optional<double> sample_rate;
  std::string_view purpose;  // what the event is for, when it is not the default
  std::string_view consent;  // JSON array of purposes
  std::string_view plan_version;
  std::string_view app_version;
  std::string_view sdk;         // JSON
  std::string_view properties;  // JSON object
  std::string_view context;     // JSON object
  // What of the tracking plan the event breaks, although it is kept: unplanned_event or plan_violation, and a JSON
  // object with reason, path and rule.
  std::string_view fault;
  std::string_view plan_violation;
  std::string_view write_key;
  std::string_view visitor_key;  // of an event without ids: visitor_salt.hpp
  uint32_t index = 0;            // in the batch
};

struct RejectedRow {
  int64_t ts_received = 0;
  std::string_view reason;
  std::string_view path;  // RFC 6901
  std::string_view raw;   // bytes as they came, cut at limits::event_bytes
  std::string_view rule;  // of the tracking plan; empty for others
  bool is_kept = true;    // false: it is only counted
};

// A request to delete all events of an anonymous id, and to refuse those that come later.
struct ErasureRow {
  std::string_view write_key;
  std::string_view anonymous_id;
  int64_t ts_received = 0;
};

// Parts of a receipt (receipt.hpp), and the whole.
struct ReceiptRow {
  Uuid receipt_id{};
  std::string_view subject;
  std::string_view hash;
  std::string_view previous;  // empty for none
  std::string_view text;
  std::string_view write_key;
  int64_t ts_received = 0;
};

// Functions of one program (symbols.hpp).
struct SymbolsRow {
  struct Piece {
    int64_t first_address = 0;
    std::string_view lines;
  };
  std::string_view build_id;
  std::string_view origin;
  bool is_exported = false;
  bool is_first = false;
  std::vector<Piece> pieces;
  int64_t ts_received = 0;
};

struct ReportRow {
  Uuid id{};
  int64_t ts_received = 0;
  std::string_view instance_id;
  std::optional<uint32_t> sequence;
  std::string_view reason;
  std::string_view purpose;
  int64_t count = 0;
};

struct MetricsRow {
  Uuid id{};
  int64_t ts_received = 0;
  std::string_view instance_id;
  std::optional<uint32_t> sequence;
  std::string_view raw;  // JSON object
};

struct Intake {
  TextArena text;
  std::vector<EventRow> events;
  std::vector<RejectedRow> rejected;
  std::vector<ReportRow> reports;
  std::vector<MetricsRow> metrics;
  std::vector<ErasureRow> erasures;
  std::vector<ReceiptRow> receipts;
  std::vector<SymbolsRow> symbols;

  size_t row_count() const {
    return events.size() + rejected.size() + reports.size() + metrics.size() + erasures.size() + receipts.size() +
           symbols.size();
  }
  size_t bytes() const { return text.bytes() + events.capacity() * sizeof(EventRow); }
};

}  // namespace waymark::collector
