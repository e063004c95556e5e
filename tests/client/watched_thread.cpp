#include "tests/client/watched_thread.hpp"

#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <thread>

namespace waymark::testing {

namespace {

thread_local bool is_watched = false;
Watched* report = nullptr;  // in memory that the forked process shares

void count_allocation() {
  if (is_watched) ++report->allocations;
}

void count_lock() {
  if (is_watched) ++report->locks;
}

extern "C" void on_system_call(int, siginfo_t* info, void*) {
  report->system_call = info->si_syscall;
  _exit(0);
}

void trap_system_calls() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  const sock_fprog program{sizeof rules / sizeof rules[0], rules};
  // Of this thread alone: others go on as they like.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    std::abort();
  }
}

[[noreturn]] void run(const std::function<void()>& prepare, const std::function<void()>& call) {
  alarm(60);  // ends what hangs
  // A crash is to end the process, and nothing else: Catch2 handles these, and there may be core dumps.
  for (const int number : {SIGABRT, SIGSEGV, SIGILL, SIGBUS, SIGFPE}) std::signal(number, SIG_DFL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  struct sigaction action {};
  action.sa_sigaction = on_system_call;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) std::abort();
  prepare();
  std::thread([&call] {
    trap_system_calls();
    is_watched = true;
    call();
    is_watched = false;
    report->is_finished = true;
    _exit(0);
  }).join();
  std::abort();
}

}  // namespace

Watched watch(const std::function<void()>& prepare, const std::function<void()>& call) {
  void* const shared = mmap(nullptr, sizeof(Watched), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) std::abort();
  report = new (shared) Watched;
  const pid_t child = fork();
  if (child == 0) run(prepare, call);
  if (child < 0) std::abort();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  Watched watched = *report;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) watched.is_finished = false;
  munmap(shared, sizeof(Watched));
  return watched;
}

}  // namespace waymark::testing

// These stand before those of the C library in every library's search, so that all of the program goes through here.
extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the C library's names
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(size_t size) {
  waymark::testing::count_allocation();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  waymark::testing::count_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  waymark::testing::count_allocation();
  return __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
  waymark::testing::count_allocation();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  waymark::testing::count_allocation();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  waymark::testing::count_allocation();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
void free(void* memory) {
  waymark::testing::count_allocation();
  __libc_free(memory);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto next = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  waymark::testing::count_lock();
  return next(mutex);
}
int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static const auto next = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_trylock"));
  waymark::testing::count_lock();
  return next(mutex);
}
int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  static const auto next = reinterpret_cast<int (*)(pthread_rwlock_t*)>(dlsym(RTLD_NEXT, "pthread_rwlock_rdlock"));
  waymark::testing::count_lock();
  return next(lock);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  static const auto next = reinterpret_cast<int (*)(pthread_rwlock_t*)>(dlsym(RTLD_NEXT, "pthread_rwlock_wrlock"));
  waymark::testing::count_lock();
  return next(lock);
}
}
