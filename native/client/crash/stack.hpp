// Where a thread stood when it crashed, and who had called it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace waymark::client::crash {

// x86-64 alone: what a signal leaves of the registers has another shape on each processor.
#if defined(__x86_64__)
inline constexpr bool knows_this_processor = true;
#else
inline constexpr bool knows_this_processor = false;
#endif

// Has the unwinder load and find what it needs, which it must not do for the first time in a signal handler.
void prime_unwinder();

// Two of the registers that a handler's third argument has.
struct Registers {
  uint64_t instruction = 0;  // about to run
  uint64_t stack = 0;
};
Registers registers_of(const void* context);
void set_registers(void* context, const Registers& registers);

// After a call to an address where there is no code: the registers as the caller will find them, so that the unwinder
// gets on. Reads the stack: it faults where that is broken.
Registers caller_of(const Registers& registers);

// Calls `on_frame(argument, address)` for the callers of the code at `address`, innermost first, as long as it returns
// true; `address` must be where the stack of this thread passes through, as `registers_of` or a return
// address says. The address of a caller is that of the last byte of its call, which is within the function also where
// the call never returns. Reads the stack: it faults where that is broken.
void walk_callers(uint64_t address, bool (*on_frame)(void* argument, uint64_t address), void* argument);

}  // namespace waymark::client::crash
