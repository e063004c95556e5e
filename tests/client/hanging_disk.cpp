// Loaded before the C library (LD_PRELOAD): a disk that never answers a write of any thread but the first, as a network
// file system whose server is gone.
#include <sys/syscall.h>
#include <unistd.h>

namespace {

bool is_first_thread() { return syscall(SYS_gettid) == getpid(); }

ssize_t write_or_hang(int file, const void* bytes, size_t count, off_t offset) {
  while (!is_first_thread()) pause();
  return syscall(SYS_pwrite64, file, bytes, count, offset);
}

}  // namespace

extern "C" ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  return write_or_hang(file, bytes, count, offset);
}

extern "C" ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
  return write_or_hang(file, bytes, count, offset);
}
