// The anonymous ping, GET /t: that a tool was used, and nothing about who used it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "native/collector/envelope.hpp"
#include "native/collector/rows.hpp"

namespace waymark::collector {

struct Ping {
  std::string tool;
  std::string event;
  std::string version;
  std::string os;
  std::optional<uint64_t> count;
  std::optional<uint64_t> duration_ms;
};

// One event: the verb is its name, the rest its properties. A refusal when a part is not a plain word.
std::variant<Refusal, Intake> take_ping(const Ping& ping, int64_t now_ms);

}  // namespace waymark::collector
