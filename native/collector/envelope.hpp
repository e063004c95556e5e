// A request's body, taken apart as far as its structure goes: which batch is it, and where do its events lie.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/collector/fields.hpp"

namespace waymark::collector {

// An answer that is not 2xx: what, where, what to do.
struct Refusal {
  unsigned status = 400;
  std::string_view error;  // stable name
  std::string message;
  std::string path;            // RFC 6901 pointer into the body; empty for the whole
  uint32_t retry_after_s = 0;  // 0: no Retry-After header
};

enum class Shape : uint8_t { batch, single };

// Views point into the body.
struct Envelope {
  Shape shape = Shape::batch;
  FieldTexts fields;
  std::string write_key;
  std::vector<std::string_view> events;  // JSON text each; of a single event the body itself
  std::vector<std::string_view> metrics;
  std::vector<std::string_view> client_reports;
};

// `asked`: what the route is for. A body with `events` is a batch on every route, one with an event's name is a
// single event.
std::variant<Refusal, Envelope> open_envelope(std::string_view body, Shape asked);

}  // namespace waymark::collector
