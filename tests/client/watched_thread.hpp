// Runs a function where nothing is allowed that could make a real-time thread wait, and says what it did of that.
#pragma once

#include <cstdint>
#include <functional>

namespace waymark::testing {

struct Watched {
  bool is_finished = false;  // the function returned
  int32_t system_call = -1;  // its number (asm/unistd.h): the first ends the run; negative: none
  uint32_t allocations = 0;  // calls of malloc's family, free among them
  uint32_t locks = 0;        // calls of pthread_mutex_lock and its like
  bool is_harmless() const { return is_finished && system_call < 0 && allocations == 0 && locks == 0; }
};

// In a forked process: first `prepare`, then `call` on a thread of its own that may make no system call but its end
// (seccomp). malloc, operator new and pthread_mutex_lock of this program and all its libraries are counted there.
Watched watch(const std::function<void()>& prepare, const std::function<void()>& call);

}  // namespace waymark::testing
