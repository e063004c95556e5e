// Does something that would change or end this process in a child, and brings back what it says.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>

namespace waymark::testing {

struct ChildResult {
  std::string said;
  int wait_status = 0;
  bool has_exited() const { return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0; }
};

// `work` returns what the child says, at most a pipe's 64 KiB.
inline ChildResult in_child(const std::function<std::string()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  const pid_t child = fork();
  if (child == 0) {
    const std::string said = work();
    const bool is_told = write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    _exit(is_told ? 0 : 1);
  }
  close(ends[1]);
  ChildResult result;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(ends[0], bytes, sizeof bytes)) > 0;) result.said.append(bytes, bytes + got);
  close(ends[0]);
  waitpid(child, &result.wait_status, 0);
  return result;
}

}  // namespace waymark::testing
