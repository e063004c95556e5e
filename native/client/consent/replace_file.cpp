#include "native/client/consent/replace_file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

namespace waymark::client {
namespace {

// Keeps from this thread the signal that a limit of file sizes sends, which would end the program.
class WithoutSizeSignal {
 public:
  WithoutSizeSignal() {
    sigemptyset(&size_signal_);
    sigaddset(&size_signal_, SIGXFSZ);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGXFSZ) == 1;
    pthread_sigmask(SIG_BLOCK, &size_signal_, &before_);
  }
  ~WithoutSizeSignal() {
    const int error = errno;
    constexpr timespec at_once{};
    if (!was_pending_) sigtimedwait(&size_signal_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }
  WithoutSizeSignal(const WithoutSizeSignal&) = delete;
  WithoutSizeSignal& operator=(const WithoutSizeSignal&) = delete;

 private:
  sigset_t size_signal_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

bool write_all(int file, std::string_view text) {
  const WithoutSizeSignal guard;
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file) == 0;
}

}  // namespace

int replace_file(int directory, const char* name, const char* temporary, std::string_view text) {
  // What a process left that was killed here before.
  if (unlinkat(directory, temporary, 0) != 0 && errno != ENOENT) return errno;
  const int file = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  int error = write_all(file, text) ? 0 : errno;
  // Network file systems tell of a full disk at the end.
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && renameat(directory, temporary, directory, name) != 0) error = errno;
  if (error != 0) {
    unlinkat(directory, temporary, 0);
    return error;
  }
  // The rename stands for every reader by now, whether it is on the disk or not.
  (void)fsync(directory);
  return 0;
}

}  // namespace waymark::client
