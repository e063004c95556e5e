#include "native/client/crash/system_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace waymark::client::crash {

int open_for_reading(const char* path) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
}

int create_file(const char* path) {
  return static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

ssize_t read_some(int file, void* bytes, size_t size) {
  for (;;) {
    const ssize_t got = syscall(SYS_read, file, bytes, size);
    if (got >= 0 || errno != EINTR) return got;
  }
}

bool write_all(int file, const void* bytes, size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = syscall(SYS_write, file, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

void close_file(int file) { syscall(SYS_close, file); }

void delete_file(const char* path) { syscall(SYS_unlinkat, AT_FDCWD, path, 0); }

void rename_file(const char* from, const char* to) { syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); }

double unix_time_ms() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  const int64_t whole_ms = int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  return static_cast<double>(whole_ms);
}

void wait_ms(long milliseconds) {
  const timespec pause{milliseconds / 1000, milliseconds % 1000 * 1000000};
  syscall(SYS_nanosleep, &pause, nullptr);
}

int process_id() { return static_cast<int>(syscall(SYS_getpid)); }

int thread_id() { return static_cast<int>(syscall(SYS_gettid)); }

}  // namespace waymark::client::crash
