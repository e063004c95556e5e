// What a handler of ours leaves on its stack while it calls what stood before. That may call ours again, fault itself,
// or leave by siglongjmp(3) without a word: the next signal tells these apart by whether the mark is still there.
#pragma once

#include <cstdint>

namespace waymark::client::crash {

struct Mark {
  uint64_t report = 0;          // the number of the report that was written; 0: none was
  const void* copy = nullptr;   // each copy of this code has its own
  const Mark* outer = nullptr;  // of another copy that has passed the same signal on
};

// The mark hangs at the signal's context, which the kernel makes anew for each signal. Not to be called twice with one
// mark; `context` is the third argument of a handler.
void hang_mark(Mark& mark, void* context);
void take_mark_down(const Mark& mark, void* context);
// Whether this very signal has been through a handler of this copy that has not returned.
bool has_mark(const void* context);

// Notes that this thread has written a report, so that faults in what it calls next are not taken for others; of 16
// threads, the latest. `context` is null where there is no signal. By the thread whose turn it is.
void note_report(Mark& mark, uint64_t report, const void* context);
// Whether this thread comes here out of a handler that has reported. `context` is that of the signal now; null: there
// is none. By the thread whose turn it is.
bool is_in_reporting_handler(const void* context);

}  // namespace waymark::client::crash
