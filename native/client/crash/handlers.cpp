#include "native/client/crash/handlers.hpp"

#include <cxxabi.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

#include "native/client/crash/mark.hpp"
#include "native/client/crash/reporter.hpp"
#include "native/client/crash/stack.hpp"
#include "native/client/crash/system_calls.hpp"
#include "native/client/crash/turn.hpp"
#include "native/client/keep_loaded.hpp"

namespace waymark::client::crash {
namespace {

struct Handled {
  int signal;
  bool is_installed = false;
  struct sigaction previous = {};
};
constinit Handled handled[] = {{SIGSEGV}, {SIGABRT}, {SIGFPE}, {SIGBUS}, {SIGILL}};

std::terminate_handler previous_terminate = nullptr;
bool is_terminate_installed = false;

Handled& handled_of(int signal) {
  for (Handled& one : handled) {
    if (one.signal == signal) return one;
  }
  std::abort();  // the handler is installed for these alone
}

// By a program, `abort` too, or by the kernel some time after the fact: returning does not make it happen again.
bool is_sent(const siginfo_t& info) {
  return info.si_code <= 0 || (info.si_signo == SIGBUS && info.si_code == BUS_MCEERR_AO);
}

// A program may have brought a signal stack of its own; the smallest that is usual has 8 KiB, of which the kernel's
// frame takes up to the half (AVX-512). Finding callers takes 3 KiB, and another frame if that faults.
bool has_stack_to_walk(const void* context) {
  constexpr uint64_t needed_bytes = 8 * 1024;
  const stack_t& stack = static_cast<const ucontext_t*>(context)->uc_stack;
  const auto here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  const auto lowest = reinterpret_cast<uint64_t>(stack.ss_sp);
  const bool is_on_it = here >= lowest && here - lowest < stack.ss_size;
  return !is_on_it || here - lowest >= needed_bytes;
}

bool is_function(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 || (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

bool is_ignored(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
}

void set_default(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
}

// The signal is delivered when the handler has returned, with all that it came with, at the place that it came to.
void send_again(int signal, siginfo_t* info) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  if (syscall(SYS_rt_tgsigqueueinfo, process_id(), thread_id(), signal, info) != 0) {
    syscall(SYS_tgkill, process_id(), thread_id(), signal);
  }
}

// With the mask that it would have been called with.
void call(const struct sigaction& action, int signal, siginfo_t* info, void* context) {
  sigset_t mask = action.sa_mask;
  constexpr size_t kernel_set_bytes = 8;  // of the longer set that the C library has (sigset_t(3type))
  uint64_t ours = 0;
  uint64_t interrupted = 0;
  std::memcpy(&ours, &mask, kernel_set_bytes);
  std::memcpy(&interrupted, &static_cast<ucontext_t*>(context)->uc_sigmask, kernel_set_bytes);
  ours |= interrupted;
  std::memcpy(&mask, &ours, kernel_set_bytes);
  if ((action.sa_flags & SA_NODEFER) == 0) sigaddset(&mask, signal);
  if ((action.sa_flags & SA_RESETHAND) != 0) set_default(signal);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    action.sa_sigaction(signal, info, context);
  } else {
    action.sa_handler(signal);
  }
}

// What stood before decides what becomes of the program. Returns whether that has said that it lives on.
bool chain(const Handled& before, Mark& mark, siginfo_t* info, void* context) {
  const int signal = before.signal;
  const struct sigaction previous = before.previous;
  // A chain that leads back to us ends here.
  if (!is_function(previous) || has_mark(context)) {
    if (is_function(previous)) {
      set_default(signal);
    } else {
      sigaction(signal, &previous, nullptr);
    }
    if (is_sent(*info)) send_again(signal, info);
    return false;
  }
  hang_mark(mark, context);
  call(previous, signal, info, context);
  take_mark_down(mark, context);
  // `abort` goes on when its handler returns, and ends the program.
  if (signal == SIGABRT && is_sent(*info) && info->si_pid == process_id()) return false;
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && is_function(now);
}

void report(Mark& mark, int signal, const siginfo_t& info, void* context) {
  if (is_in_reporting_handler(context)) return;
  const uint64_t address = registers_of(context).instruction;
  const bool is_lost =
      (signal == SIGSEGV || signal == SIGBUS) && !is_sent(info) && reinterpret_cast<uint64_t>(info.si_addr) == address;
  note_report(
      mark,
      write_reports({signal, info.si_code, nullptr, address, false, context, is_lost, has_stack_to_walk(context)}),
      context);
}

// What stood before has repaired the fault.
void take_back(const Mark& mark) {
  if (mark.report == 0 || take_turn() != Turn::mine) return;
  delete_reports(mark.report);
  end_turn();
}

// The marks are looked for on the stack itself.
[[gnu::no_sanitize("address")]] void on_signal(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const Handled& before = handled_of(signal);
  // Ignored, it would not have done anything. A fault cannot be ignored.
  if (is_sent(*info) && is_ignored(before.previous)) return;

  Mark mark;
  const Turn turn = is_any_armed() && !has_mark(context) ? take_turn() : Turn::late;
  if (turn == Turn::nested) {
    if (is_sent(*info)) return;  // the program is about to end of the first
    leave_guarded();
  }
  if (turn == Turn::mine) {
    report(mark, signal, *info, context);
    // A handler that stood before may never return, and the program live on.
    if (is_function(before.previous)) {
      end_turn();
    } else {
      keep_turn();
    }
  }
  if (chain(before, mark, info, context)) take_back(mark);
  errno = saved_errno;
}

// The SIGABRT that follows comes out of here, and is not reported again.
[[noreturn, gnu::no_sanitize("address")]] void on_terminate() {
  Mark mark;
  if (is_any_armed()) {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    if (take_turn() == Turn::mine) {
      const std::type_info* const type = abi::__cxa_current_exception_type();
      if (!is_in_reporting_handler(nullptr)) {
        note_report(mark,
                    write_reports({SIGABRT, 0, type == nullptr ? nullptr : type->name(),
                                   reinterpret_cast<uint64_t>(__builtin_return_address(0)), true}),
                    nullptr);
      }
      end_turn();
    }
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);  // a fault on the way leaves it as in a handler
  }
  if (previous_terminate != nullptr) previous_terminate();
  std::abort();
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_signal;
}

bool install(Handled& one) {
  if (one.is_installed) return true;
  if (sigaction(one.signal, nullptr, &one.previous) != 0) return false;
  struct sigaction ours {};
  ours.sa_sigaction = on_signal;
  // Faults must come through while one is reported; nothing else has to.
  sigfillset(&ours.sa_mask);
  for (const Handled& other : handled) sigdelset(&ours.sa_mask, other.signal);
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
  one.is_installed = sigaction(one.signal, &ours, nullptr) == 0;
  return one.is_installed;
}

}  // namespace

bool install_handlers() {
  for (Handled& one : handled) {
    if (!install(one)) return false;
  }
  if (is_terminate_installed) return true;
  previous_terminate = std::set_terminate(on_terminate);
  is_terminate_installed = true;
  return true;
}

void remove_handlers() {
  bool is_left = false;
  for (Handled& one : handled) {
    struct sigaction now {};
    if (!one.is_installed || sigaction(one.signal, nullptr, &now) != 0) continue;
    if (is_ours(now) && sigaction(one.signal, &one.previous, nullptr) == 0) {
      one.is_installed = false;
    } else {
      is_left = true;
    }
  }
  if (is_terminate_installed && std::get_terminate() == on_terminate) {
    std::set_terminate(previous_terminate);
    is_terminate_installed = false;
  } else {
    is_left |= is_terminate_installed;
  }
  // Somebody keeps the address of a handler of ours.
  if (is_left) keep_this_library_loaded();
}

}  // namespace waymark::client::crash
