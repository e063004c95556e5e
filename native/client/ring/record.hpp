// What stands in the ring: one call of the program, with its time. Numbers are copied as they are; JSON is written on
// the worker.
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

// Each copies a call into the ring; false if there is no room. Never throws, allocates, locks or calls the system.
bool put_event(Ring& ring, std::string_view name, std::span<const Property> properties, std::string_view purpose);
bool put_event_json(Ring& ring, std::string_view name, std::string_view json, std::string_view purpose);
bool put_metric(Ring& ring, std::string_view name, double value);
bool put_exposure(Ring& ring, std::string_view experiment, std::string_view variant);
bool put_ping(Ring& ring, std::string_view event, uint64_t n, uint64_t duration_ms);
bool put_identify(Ring& ring, std::string_view user_id);
bool put_reset(Ring& ring);
bool put_environment(Ring& ring, const Environment& environment);

// The call that a record holds.
Call read_call(std::span<const std::byte> record);
// The properties of an `event` record as a JSON object, into `out`; returns its length, 0 if it does not fit.
// Doubles are written in the shortest form that reads back the same (std::to_chars), as JSON.stringify does.
size_t write_properties(const Call& call, char* out, size_t capacity);

}  // namespace waymark::client
