// Ends the program with status 99 when it allocates or locks on a signal stack, where a handler runs: both could wait
// for what the code that crashed holds. To be included once in a program; a sanitizer has an allocator of its own.
#pragma once

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstddef>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

inline void forbid_on_signal_stack(const char* what, size_t size) {
  stack_t stack = {};
  if (sigaltstack(nullptr, &stack) != 0 || (stack.ss_flags & SS_ONSTACK) == 0) return;
  const ssize_t written = write(STDERR_FILENO, what, size);
  _exit(written < 0 ? 98 : 99);
}

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) {
  forbid_on_signal_stack("malloc\n", 7);
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  forbid_on_signal_stack("calloc\n", 7);
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  forbid_on_signal_stack("realloc\n", 8);
  return __libc_realloc(memory, size);
}
void free(void* memory) {
  forbid_on_signal_stack("free\n", 5);
  __libc_free(memory);
}
int pthread_mutex_lock(pthread_mutex_t* mutex) {
  forbid_on_signal_stack("pthread_mutex_lock\n", 19);
  static const auto next = reinterpret_cast<int (*)(pthread_mutex_t*)>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  return next(mutex);
}
}

#endif
