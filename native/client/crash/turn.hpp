// One crash is reported at a time, and a fault while that is done costs only what the fault was in.
#pragma once

#include <cstdint>

namespace waymark::client::crash {

enum class Turn : uint8_t {
  mine,      // nobody reports: this thread does, until the process ends or `end_turn`
  nested,    // this thread reports, and what it ran guarded has faulted: `leave_guarded`
  reported,  // this thread has reported already
  late,      // another thread reports, and did not come to an end in 10 s
};

// Waits while another thread reports.
Turn take_turn();
// The program lives on.
void end_turn();

// False if `step` faulted: it ended there. What it has on its stack has no destructors.
bool run_guarded(void (*step)());
[[noreturn]] void leave_guarded();

}  // namespace waymark::client::crash
