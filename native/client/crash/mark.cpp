#include "native/client/crash/mark.hpp"

#include <ucontext.h>

#include <cstddef>

#include "native/client/crash/stack.hpp"
#include "native/client/crash/system_calls.hpp"
#include "native/client/crash/turn.hpp"

namespace waymark::client::crash {
namespace {

constexpr size_t most_threads = 16;
constexpr int most_copies = 16;

const char this_copy = 0;

// begin == end: none.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  bool has(uint64_t address) const { return address >= begin && address < end; }
};

struct Reporting {
  int thread = 0;
  uint64_t report = 0;
  const Mark* mark = nullptr;
  const void* context = nullptr;
  Range signal_stack;  // that it stands on, if it is one
};
Reporting latest[most_threads];
size_t oldest = 0;

const Reporting* looked_at = nullptr;
bool is_intact = false;

uint64_t address_of(const void* thing) { return reinterpret_cast<uint64_t>(thing); }

// The kernel clears uc_link when it makes the frame of a signal, and does not read it on return.
const Mark* mark_at(const void* context) {
  return reinterpret_cast<const Mark*>(static_cast<const ucontext_t*>(context)->uc_link);
}

Range signal_stack_of(const void* context) {
  if (context == nullptr) return {};
  const stack_t& stack = static_cast<const ucontext_t*>(context)->uc_stack;
  return {address_of(stack.ss_sp), address_of(stack.ss_sp) + stack.ss_size};
}

// What was a mark may be anything now.
[[gnu::no_sanitize("address", "thread")]] void look() {
  is_intact = looked_at->mark->report == looked_at->report && looked_at->mark->copy == &this_copy &&
              (looked_at->context == nullptr || mark_at(looked_at->context) == looked_at->mark);
}

}  // namespace

void hang_mark(Mark& mark, void* context) {
  mark.copy = &this_copy;
  mark.outer = mark_at(context);
  static_cast<ucontext_t*>(context)->uc_link = reinterpret_cast<ucontext_t*>(&mark);
}

void take_mark_down(const Mark& mark, void* context) {
  static_cast<ucontext_t*>(context)->uc_link =
      reinterpret_cast<ucontext_t*>(const_cast<Mark*>(mark.outer));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

// Marks in use lie between here and the signal's frame, so that a stranger's pointer is not followed.
[[gnu::no_sanitize("address", "thread")]] bool has_mark(const void* context) {
  uint64_t lowest = address_of(__builtin_frame_address(0));
  const Mark* mark = mark_at(context);
  for (int i = 0; i < most_copies; ++i) {
    const uint64_t at = address_of(mark);
    if (at < lowest || at > address_of(context) || at % alignof(Mark) != 0) return false;
    if (mark->copy == &this_copy) return true;
    lowest = at;
    mark = mark->outer;
  }
  return false;
}

void note_report(Mark& mark, uint64_t report, const void* context) {
  mark.report = report;
  mark.copy = &this_copy;
  const int thread = thread_id();
  Reporting* place = nullptr;
  for (Reporting& one : latest) {
    if (one.thread == thread) place = &one;
  }
  if (place == nullptr) {
    place = &latest[oldest];
    oldest = (oldest + 1) % most_threads;
  }
  const Range stack = signal_stack_of(context);
  *place = {thread, report, &mark, context, stack.has(address_of(&mark)) ? stack : Range{}};
}

// What a handler calls lies deeper on its stack. A fault after a siglongjmp out of it comes from another stack, from
// less deep, or from code that has written over the mark.
bool is_in_reporting_handler(const void* context) {
  const int thread = thread_id();
  const uint64_t here = context != nullptr ? registers_of(context).stack : address_of(__builtin_frame_address(0));
  for (const Reporting& one : latest) {
    if (one.thread != thread) continue;
    const bool is_other_stack =
        one.signal_stack.end != 0 ? !one.signal_stack.has(here) : signal_stack_of(context).has(here);
    if (is_other_stack || here >= address_of(one.mark)) return false;
    looked_at = &one;
    is_intact = false;
    return run_guarded(look) && is_intact;
  }
  return false;
}

}  // namespace waymark::client::crash
