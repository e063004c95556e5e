#include "tests/client/crash_watch.hpp"

#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "native/client/crash/crash.hpp"

namespace waymark::testing {

int watch_end(char** arguments) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &all);
    personality(ADDR_NO_RANDOMIZE);
    execv(arguments[0], arguments);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("{\"pid\":%d,\"status\":%d,\"signal\":%d,\"core\":%s}\n", child,
              WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
              WIFSIGNALED(status) && WCOREDUMP(status) ? "true" : "false");
  return 0;
}

int print_report(const char* path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const auto report = client::crash::read_report(bytes);
  if (!report) return 1;
  std::printf("%s\n", client::crash::properties_of(*report).c_str());
  return 0;
}

}  // namespace waymark::testing
