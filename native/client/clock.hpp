// The wall clock, in the unit of the core: milliseconds since 1970.
#pragma once

#include <chrono>

namespace waymark::client {

inline double unix_now_ms() {
  using namespace std::chrono;
  return static_cast<double>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

// Whether what is done every so often is to be done. Further away than that it never was: the clock was set back.
inline bool is_due(double due_ms, double every_ms, double now_ms) {
  return now_ms >= due_ms || due_ms - now_ms > every_ms;
}

}  // namespace waymark::client
