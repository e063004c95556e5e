#include "native/client/crash/stack.hpp"

#include <ucontext.h>
#include <unwind.h>

#include <bit>

namespace waymark::client::crash {
namespace {

// Our own functions, the handler's and the C library's that lie above the code that crashed are fewer.
constexpr int most_skipped = 32;

struct Walk {
  uint64_t from;
  bool (*on_frame)(void* argument, uint64_t address);
  void* argument;
  bool has_begun = false;
  int skipped = 0;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) {
  Walk& walk = *static_cast<Walk*>(argument);
  int is_before_instruction = 0;
  const uint64_t address = _Unwind_GetIPInfo(context, &is_before_instruction);
  if (!walk.has_begun) {
    walk.has_begun = address == walk.from;
    return walk.has_begun || ++walk.skipped < most_skipped ? _URC_NO_REASON : _URC_END_OF_STACK;
  }
  if (address == 0) return _URC_END_OF_STACK;
  const bool goes_on = walk.on_frame(walk.argument, is_before_instruction != 0 ? address : address - 1);
  return goes_on ? _URC_NO_REASON : _URC_END_OF_STACK;
}

}  // namespace

void prime_unwinder() {
  walk_callers(
      reinterpret_cast<uint64_t>(__builtin_return_address(0)), [](void*, uint64_t) { return true; }, nullptr);
}

void walk_callers(uint64_t address, bool (*on_frame)(void* argument, uint64_t address), void* argument) {
  Walk walk{address, on_frame, argument};
  _Unwind_Backtrace(visit, &walk);
}

#if defined(__x86_64__)

Registers registers_of(const void* context) {
  const auto& all = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  return {static_cast<uint64_t>(all[REG_RIP]), static_cast<uint64_t>(all[REG_RSP])};
}

void set_registers(void* context, const Registers& registers) {
  auto& all = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  all[REG_RIP] = static_cast<greg_t>(registers.instruction);
  all[REG_RSP] = static_cast<greg_t>(registers.stack);
}

// A call pushes the return address (Intel SDM volume 2, CALL).
Registers caller_of(const Registers& registers) {
  return {*std::bit_cast<const uint64_t*>(registers.stack), registers.stack + sizeof(uint64_t)};
}

#else

Registers registers_of(const void*) { return {}; }
void set_registers(void*, const Registers&) {}
Registers caller_of(const Registers&) { return {}; }

#endif

}  // namespace waymark::client::crash
