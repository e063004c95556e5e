// Session: one sitting. It ends after 30 minutes without an event, or after 24 hours (limits.hpp).
#pragma once

#include "core/limits.hpp"

namespace waymark::stages {

struct Session {
  double started_ms = 0;
  double seen_ms = 0;

  // Whether an event at `now` opens a new session. A clock that went back does not.
  bool is_over(double now) const {
    return now - seen_ms > limits::session_idle_ms || now - started_ms > limits::session_length_ms;
  }
  void begin(double now) { started_ms = seen_ms = now; }
  void see(double now) {
    if (now > seen_ms) seen_ms = now;
  }
};

}  // namespace waymark::stages
