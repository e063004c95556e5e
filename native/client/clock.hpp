// The wall clock, in the unit of the core: milliseconds since 1970.
#pragma once

#include <chrono>

namespace waymark::client {

inline double unix_now_ms() {
  using namespace std::chrono;
  return static_cast<double>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace waymark::client
