#include "native/client/crash/turn.hpp"

#include <setjmp.h>

#include <atomic>

#include "native/client/crash/system_calls.hpp"

namespace waymark::client::crash {
namespace {

constexpr long pause_ms = 10;
constexpr long most_wait_ms = 10'000;

// Process and thread; 0: nobody. A child that came out of fork() takes nothing from its parent's threads.
std::atomic<uint64_t> owner{0};
static_assert(std::atomic<uint64_t>::is_always_lock_free);

std::atomic<bool> is_guarded{false};
std::atomic<bool> is_ending{false};
sigjmp_buf way_back;

}  // namespace

Turn take_turn() {
  const auto process = static_cast<uint64_t>(process_id());
  const uint64_t me = process << 32 | static_cast<uint32_t>(thread_id());
  for (long waited_ms = 0; waited_ms < most_wait_ms; waited_ms += pause_ms) {
    uint64_t held = owner.load();
    if (held == me) return is_guarded ? Turn::nested : Turn::ending;
    const bool is_free = held == 0 || held >> 32 != process;
    if (is_free && owner.compare_exchange_strong(held, me)) {
      is_guarded = false;
      is_ending = false;
      return Turn::mine;
    }
    if (!is_free && is_ending) return Turn::ending;
    wait_ms(pause_ms);
  }
  return Turn::late;
}

void end_turn() { owner = 0; }

void keep_turn() { is_ending = true; }

bool run_guarded(void (*step)()) {
  if (sigsetjmp(way_back, 0) != 0) return false;  // the mask is that of the handler, as it is now
  is_guarded = true;
  step();
  is_guarded = false;
  return true;
}

void leave_guarded() {
  is_guarded = false;
  siglongjmp(way_back, 1);
}

}  // namespace waymark::client::crash
