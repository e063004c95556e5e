// One crash is reported at a time, and a fault while that is done costs only what the fault was in.
#pragma once

#include <cstdint>

namespace waymark::client::crash {

enum class Turn : uint8_t {
  mine,    // nobody reports: this thread does, until `end_turn` or `keep_turn`
  nested,  // this thread reports, and what it ran guarded has faulted: `leave_guarded`
  ending,  // the program is about to end of what was reported
  late,    // another thread reports, and did not come to an end in 10 s
};

// Waits while another thread writes.
Turn take_turn();
// Written, and what happens next is not known.
void end_turn();
// Written, and the default action ends the program next: nobody reports any more, or waits to.
void keep_turn();

// False if `step` faulted: it ended there. What it has on its stack has no destructors.
bool run_guarded(void (*step)());
[[noreturn]] void leave_guarded();

}  // namespace waymark::client::crash
