// The wall clock, in the unit of every stored time.
#pragma once

#include <chrono>
#include <cstdint>

namespace waymark::collector {

inline int64_t unix_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

inline constexpr int64_t day_ms = 24 * 60 * 60 * 1000;

// The UTC day, counted from 1970; `time_ms` is not negative.
constexpr int64_t day_of(int64_t time_ms) { return time_ms / day_ms; }

}  // namespace waymark::collector
