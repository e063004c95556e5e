// Crashes in the way that it is asked for, so that tests can look at what is left of it.
//   crash_program WAY [REPORT]   with a report's path, armed
//   crash_program telemetry WAY ENDPOINT DIRECTORY [anonymous]  as a program that uses the library
//   crash_program read REPORT    the properties of the report
//   crash_program watch PROGRAM… runs it without address randomisation and with cores allowed; how it ended as JSON
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "native/client/crash/crash.hpp"
#include "native/client/include/waymark/telemetry.hpp"
#include "tests/client/crash_watch.hpp"
#include "tests/client/on_signal_stack.hpp"

namespace crash = waymark::client::crash;

namespace {

crash::Settings settings;
int place = -1;
char* volatile first_page = nullptr;

void print(std::string_view text) {
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) _exit(3);
}

void arm() {
  if (settings.path.empty()) return;
  place = crash::arm(settings);
  if (place < 0) {
    print("not armed\n");
    _exit(3);
  }
}

}  // namespace

// Each of the functions that crash has a name that `nm` shows, and is not inlined.
#define WAY extern "C" [[gnu::noinline]]

WAY void write_null() { *static_cast<volatile char*>(first_page) = 1; }

WAY void call_abort() { std::abort(); }

WAY int divide_by_zero(int by) {
  asm volatile("cltd; idivl %0" : : "r"(by), "a"(7) : "edx");
  return by;
}

WAY void read_truncated_file() {
  char name[] = "/tmp/crash_program_XXXXXX";
  const int file = mkstemp(name);
  unlink(name);
  if (file < 0 || ftruncate(file, 4096) != 0) _exit(3);
  const auto* const bytes = static_cast<const volatile char*>(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0));
  if (ftruncate(file, 0) != 0) _exit(3);
  static_cast<void>(bytes[0]);
}

WAY void run_undefined_instruction() { asm volatile("ud2"); }

WAY void throw_uncaught() { throw std::runtime_error("name@example.com"); }

[[gnu::noinline]] void throw_out_of_range() { throw std::out_of_range("secret"); }
WAY void break_noexcept() noexcept { throw_out_of_range(); }

WAY int overflow_stack(int depth) {
  volatile char page[4096];
  page[0] = static_cast<char>(depth);
  return overflow_stack(depth + 1) + page[0];
}

WAY void overflow_on_thread() {
  std::thread([] {
    if (!settings.path.empty() && !crash::protect_this_thread()) _exit(3);
    overflow_stack(0);
  }).join();
}

// No unwinder gets on from here.
WAY void break_stack() {
  asm volatile(
      "mov $0x1234560, %%rsp\n\t"
      "mov $0x1234568, %%rbp\n\t"
      "movl $1, 0"
      :
      :
      : "memory");
}

WAY void call_nothing() {
  void (*volatile nothing)() = reinterpret_cast<void (*)()>(first_page);
  nothing();
  print("");  // so that the call is not a jump
}

WAY void wait_for_kill() {
  print("ready\n");
  for (;;) pause();
}

WAY void crash_two_threads() {
  std::atomic<int> waiting{2};
  const auto crash_together = [&] {
    --waiting;
    while (waiting > 0) continue;
    write_null();
  };
  std::thread one(crash_together);
  std::thread two(crash_together);
  one.join();
  two.join();
}

// What stood before: each way installs its own first.
namespace {

void print_signal(const char* what, int signal, const siginfo_t& info) {
  char line[128];
  const int size = snprintf(line, sizeof line, "%s %d %d %p\n", what, signal, info.si_code, info.si_addr);
  print({line, static_cast<size_t>(size)});
}

void install(int signal, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | flags;
  sigaddset(&action.sa_mask, SIGUSR1);
  sigaction(signal, &action, nullptr);
}

void report_and_end(int signal, siginfo_t* info, void*) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  print_signal(
      sigismember(&mask, SIGUSR1) && sigismember(&mask, signal) && !sigismember(&mask, SIGUSR2) ? "masked" : "unmasked",
      signal, *info);
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
}

char repaired = 0;
// Makes the write go to a place where it may.
void repair(int, siginfo_t*, void* context) {
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = reinterpret_cast<greg_t>(&repaired);
}

[[gnu::noinline]] void write_repaired() { asm volatile("xor %%rax, %%rax; movb $1, (%%rax)" : : : "rax", "memory"); }

void allocate(int, siginfo_t*, void*) { free(malloc(100)); }

// A host that looks whether memory can be read: its handler leaves by siglongjmp.
thread_local sigjmp_buf way_out;
void jump_out(int) { siglongjmp(way_out, 1); }

[[gnu::noinline]] bool can_read(const volatile char* at) {
  if (sigsetjmp(way_out, 1) != 0) return false;
  static_cast<void>(*at);
  return true;
}

void probe_twice() {
  for (int i = 0; i < 2; ++i) print(can_read(first_page) ? "readable\n" : "not readable\n");
}

[[gnu::noinline]] void probe_deeper(int depth) {
  volatile char frame[600];
  for (auto& byte : frame) byte = static_cast<char>(depth);
  if (can_read(first_page)) _exit(3);
  if (depth < 20) probe_deeper(depth + 1);
  frame[0] = 0;  // so that the call is not a jump
}

void abort_in_handler(int) { std::abort(); }

struct sigaction later_previous;
void call_previous(int signal, siginfo_t* info, void* context) { later_previous.sa_sigaction(signal, info, context); }

void log_abort(int signal) { print(signal == SIGABRT ? "aborting\n" : "?\n"); }

void say_terminated() {
  print("terminated\n");
  std::abort();
}

void crash_in_child() {
  const pid_t child = fork();
  if (child == 0) write_null();
  int status = 0;
  waitpid(child, &status, 0);
  print(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV ? "child crashed\n" : "child did not crash\n");
}

void arm_in_child() {
  const pid_t child = fork();
  if (child == 0) {
    settings.path += ".child";
    settings.instance_id = std::string(32, 'c');
    arm();
    call_abort();
  }
  int status = 0;
  waitpid(child, &status, 0);
}

int crash_in(std::string_view way) {
  if (way == "own_handler") {
    install(SIGSEGV, report_and_end, 0);
    arm();
    write_null();
  }
  if (way == "own_stack") {
    static char memory[64 * 1024];
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = sizeof memory;
    sigaltstack(&stack, nullptr);
    install(SIGSEGV, report_and_end, SA_ONSTACK);
    arm();
    stack_t now = {};
    sigaltstack(nullptr, &now);
    print(now.ss_sp == memory ? "own stack\n" : "other stack\n");
    overflow_stack(0);
  }
  if (way == "small_stack") {
    constexpr size_t bytes = 8 * 1024;
    char* const memory =
        static_cast<char*>(mmap(nullptr, 3 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) + bytes;
    mprotect(memory, bytes, PROT_READ | PROT_WRITE);
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = bytes;
    sigaltstack(&stack, nullptr);
    arm();
    overflow_stack(0);
  }
  if (way == "module" || way == "other_module") {
    void* const plugin = dlopen(CRASH_PLUGIN, RTLD_NOW);
    const auto call_back = plugin ? reinterpret_cast<void (*)(void (*)())>(dlsym(plugin, "call_back")) : nullptr;
    if (call_back == nullptr) _exit(3);
    settings.scope = waymark::CrashScope::module;
    settings.module_address = reinterpret_cast<const void*>(call_back);
    arm();
    if (way == "module") call_back(write_null);
    write_null();
  }
  if (way == "repair") {
    install(SIGSEGV, repair, 0);
    arm();
    write_repaired();
    write_repaired();
    print(repaired == 1 ? "repaired\n" : "not repaired\n");
    return 0;
  }
  if (way == "repair_then_crash") {
    install(SIGSEGV, repair, 0);
    arm();
    write_repaired();
    divide_by_zero(0);
  }
  if (way.starts_with("probe")) {
    signal(SIGSEGV, jump_out);
    arm();
    probe_twice();
    std::thread(probe_twice).join();
    if (way == "probe") return 0;
    if (way == "probe_then_crash") divide_by_zero(0);
    if (way == "probe_then_thread") std::thread(divide_by_zero, 0).join();
    std::thread([] {
      probe_deeper(0);
      run_undefined_instruction();
    }).join();
  }
  if (way == "aborting_handler") {
    signal(SIGSEGV, abort_in_handler);
    arm();
    write_null();
  }
  if (way == "chained_to_itself") {
    install(SIGSEGV, call_previous, 0);
    arm();
    struct sigaction later = {};
    later.sa_sigaction = call_previous;
    later.sa_flags = SA_SIGINFO;
    if (!settings.path.empty()) sigaction(SIGSEGV, &later, &later_previous);
    if (settings.path.empty()) signal(SIGSEGV, SIG_DFL);
    write_null();
  }
  if (way == "own_abort_handler") {
    signal(SIGABRT, log_abort);
    arm();
    call_abort();
  }
  if (way == "own_terminate") {
    std::set_terminate(say_terminated);
    arm();
    throw_uncaught();
  }
  if (way == "allocate_in_handler") {
    install(SIGSEGV, allocate, SA_ONSTACK);
    arm();
    write_null();
  }
  if (way == "ignored") {
    signal(SIGFPE, SIG_IGN);
    arm();
    raise(SIGFPE);
    print("lives\n");
    return 0;
  }
  if (way == "ignored_fault") {
    signal(SIGSEGV, SIG_IGN);
    arm();
    write_null();
  }
  arm();
  if (way == "write_null") write_null();
  if (way == "abort") call_abort();
  if (way == "divide") divide_by_zero(0);
  if (way == "truncated_file") read_truncated_file();
  if (way == "undefined_instruction") run_undefined_instruction();
  if (way == "exception") throw_uncaught();
  if (way == "noexcept") break_noexcept();
  if (way == "overflow") return overflow_stack(0);
  if (way == "overflow_on_thread") overflow_on_thread();
  if (way == "broken_stack") break_stack();
  if (way == "call_nothing") call_nothing();
  if (way == "wait") wait_for_kill();
  if (way == "two_threads") crash_two_threads();
  if (way == "child") crash_in_child();
  if (way == "armed_child") arm_in_child();
  if (way == "disarmed") {
    crash::disarm(place);
    write_null();
  }
  if (way == "none" || way == "child" || way == "armed_child") return 0;
  return 2;
}

int crash_with_telemetry(std::string_view way, const char* endpoint, const char* directory, waymark::Profile profile) {
  waymark::TelemetryConfig config;
  config.tool = "crash-program";
  config.version = "1.0.0";
  config.endpoint = endpoint;
  config.write_key = "demo";
  config.profile = profile;
  config.consent = waymark::ConsentSource::host;
  config.data_directory = directory;
  config.crashes = waymark::CrashScope::program;
  if (way.starts_with("lives_on")) signal(SIGSEGV, jump_out);
  waymark::Telemetry telemetry(config);
  if (!telemetry.set_consent("functional", waymark::ConsentValue::granted)) return 3;
  if (!telemetry.flush(std::chrono::seconds(20)).is_done) return 4;
  if (way.starts_with("lives_on")) {
    probe_twice();
    if (way == "lives_on_and_divides") divide_by_zero(0);
    return 0;
  }
  return crash_in(way);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc > 1 ? argv[1] : "";
  if (way == "read" && argc == 3) return waymark::testing::print_report(argv[2]);
  if (way == "telemetry" && (argc == 5 || argc == 6)) {
    const auto profile = argc == 6 ? waymark::Profile::anonymous : waymark::Profile::full;
    return crash_with_telemetry(argv[2], argv[3], argv[4], profile);
  }
  if (way == "watch" && argc > 2) return waymark::testing::watch_end(argv + 2);
  if (argc > 2) settings.path = argv[2];
  settings.instance_id = "0123456789abcdef0123456789abcdef";
  settings.scope = waymark::CrashScope::program;
  settings.started_ms = static_cast<double>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
  return crash_in(way);
}
