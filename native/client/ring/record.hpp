// What stands in the ring: one call of the program, with its time. Numbers are copied as they are; JSON is written on
// the worker.
//
// What is longer than the core allows is cut where the core still refuses it, with the reason that fits: the work and
// the memory of a call are bounded, and nothing is shortened in silence.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "native/client/include/waymark/telemetry.hpp"
#include "native/client/ring/ring.hpp"

namespace waymark::client {

enum class RecordKind : uint8_t { event, event_json, metric, exposure, ping, identify, reset, environment };

// A call, as the worker reads it. Views point into the ring and hold until the record is popped.
struct Call {
  RecordKind kind = RecordKind::event;
  double time_ms = 0;        // since 1970; CLOCK_REALTIME_COARSE, which is never a system call
  std::string_view name;     // of the event, metric, experiment or ping; the user id
  std::string_view purpose;  // empty: the usual one
  std::string_view text;  // event_json, environment: a JSON object; exposure: the variant; event: see write_properties
  double value = 0;       // metric
  uint64_t n = 0;         // ping
  uint64_t duration_ms = 0;   // ping
  bool is_too_large = false;  // more than limits::event_bytes: `text` is empty and the core is to refuse it
};

// Names, user ids and variants are cut to so many bytes, purposes to `kept_purpose_bytes`.
inline constexpr size_t kept_name_bytes = 72;
inline constexpr size_t kept_purpose_bytes = 40;

// Each copies a call into the ring; false if there is no room. None allocates, locks or calls the system.
bool put_event(Ring& ring, std::string_view name, std::span<const Property> properties,
               std::string_view purpose) noexcept;
bool put_event_json(Ring& ring, std::string_view name, std::string_view json, std::string_view purpose) noexcept;
bool put_metric(Ring& ring, std::string_view name, double value) noexcept;
bool put_exposure(Ring& ring, std::string_view experiment, std::string_view variant) noexcept;
bool put_ping(Ring& ring, std::string_view event, uint64_t n, uint64_t duration_ms) noexcept;
bool put_identify(Ring& ring, std::string_view user_id) noexcept;
bool put_reset(Ring& ring) noexcept;
// As {"host":{"name":…,"version":…},"plugin_format":…,"sample_rate_hz":…,"buffer_frames":…}, without what is empty, 0
// or no number. Nobody refuses an environment, so its texts are cut to 64 bytes, between two code points.
bool put_environment(Ring& ring, const Environment& environment) noexcept;

// The call that a record holds.
Call read_call(std::span<const std::byte> record) noexcept;
// The properties of an `event` record as a JSON object, into `out`; returns its length, 0 if it does not fit: with
// `properties_json_bytes` it always does. Numbers are written as JSON.stringify does (json_number.hpp), bad UTF-8
// becomes U+FFFD.
size_t write_properties(const Call& call, char* out, size_t capacity) noexcept;
// An event's bytes, each of which may become six (\u0000), and numbers of 25 chars in the place of one.
inline constexpr size_t properties_json_bytes = size_t{6} * 32 * 1024 + size_t{257} * 25;

}  // namespace waymark::client
