// A stack for the signals of one thread, so that it can report that its own is used up.
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

#include "native/client/crash/crash.hpp"

namespace waymark::client::crash {
namespace {

// The handler needs less than 8 KiB, twice that with a fault in it; a signal's frame has up to 11 KiB (AMX).
constexpr size_t stack_bytes = 64 * 1024;

class SignalStack {
 public:
  SignalStack() = default;
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;
  ~SignalStack() {
    if (memory_ == nullptr) return;
    stack_t current{};
    if (sigaltstack(nullptr, &current) == 0 && current.ss_sp == stack()) {
      stack_t none{};
      none.ss_flags = SS_DISABLE;
      if (sigaltstack(&none, nullptr) != 0) return;  // it is in use
    }
    munmap(memory_, guard_bytes_ + stack_bytes);
  }

  bool install() {
    stack_t current{};
    if (sigaltstack(nullptr, &current) != 0) return false;
    if ((current.ss_flags & SS_DISABLE) == 0) return true;  // ours, or one that the program brought
    if (memory_ == nullptr && !allocate()) return false;
    stack_t ours{};
    ours.ss_sp = stack();
    ours.ss_size = stack_bytes;
    return sigaltstack(&ours, nullptr) == 0;
  }

 private:
  char* stack() const { return static_cast<char*>(memory_) + guard_bytes_; }

  bool allocate() {
    guard_bytes_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* const memory = mmap(nullptr, guard_bytes_ + stack_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    if (mprotect(memory, guard_bytes_, PROT_NONE) != 0) {
      munmap(memory, guard_bytes_ + stack_bytes);
      return false;
    }
    memory_ = memory;
    return true;
  }

  void* memory_ = nullptr;
  size_t guard_bytes_ = 0;
};

thread_local SignalStack signal_stack;

}  // namespace

bool protect_this_thread() { return signal_stack.install(); }

}  // namespace waymark::client::crash
