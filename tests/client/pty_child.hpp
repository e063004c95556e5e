// A child at the slave's end of a pseudo-terminal; this process is who sits at it.
#pragma once

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace waymark::testing {

class PtyChild {
 public:
  // `work` runs with the terminal as its standard streams; what it returns is the exit status.
  explicit PtyChild(const std::function<int()>& work) {
    pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (pid_ < 0) throw std::runtime_error("no pseudo-terminal");
    if (pid_ == 0) _exit(work());
  }
  ~PtyChild() {
    hang_up();
    if (!is_reaped_) {
      kill(pid_, SIGKILL);
      waitpid(pid_, &wait_status_, 0);
    }
  }
  PtyChild(const PtyChild&) = delete;
  PtyChild& operator=(const PtyChild&) = delete;

  pid_t pid() const { return pid_; }
  int terminal() const { return terminal_; }
  // All that it has shown.
  const std::string& shown() const { return shown_; }

  // Whether it shows the text within 10 s.
  bool shows(std::string_view text) {
    while (shown_.find(text) == std::string::npos) {
      if (!read_some(10000)) return false;
    }
    return true;
  }
  void type(std::string_view text) {
    if (write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("cannot type");
    }
  }
  void hang_up() {
    if (terminal_ >= 0) close(terminal_);
    terminal_ = -1;
  }
  // Its wait status.
  int wait() {
    while (terminal_ >= 0 && read_some(10000)) continue;
    waitpid(pid_, &wait_status_, 0);
    is_reaped_ = true;
    return wait_status_;
  }
  // Its exit status; -1 if a signal ended it.
  int exit_status() {
    const int status = wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  bool read_some(int patience_ms) {
    pollfd polled{terminal_, POLLIN, 0};
    if (poll(&polled, 1, patience_ms) <= 0) return false;
    char bytes[4096];
    const ssize_t got = read(terminal_, bytes, sizeof bytes);
    if (got <= 0) return false;
    shown_.append(bytes, static_cast<size_t>(got));
    return true;
  }

  pid_t pid_ = -1;
  int terminal_ = -1;
  int wait_status_ = 0;
  bool is_reaped_ = false;
  std::string shown_;
};

}  // namespace waymark::testing
