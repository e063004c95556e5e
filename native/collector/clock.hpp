// The wall clock, in the unit of every stored time.
#pragma once

#include <chrono>
#include <cstdint>

namespace waymark::collector {

inline int64_t unix_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace waymark::collector
