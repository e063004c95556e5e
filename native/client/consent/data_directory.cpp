#include "native/client/consent/data_directory.hpp"

#include <sys/auxv.h>

namespace waymark::client {
namespace {

bool is_absolute(const char* path) { return path != nullptr && *path == '/'; }

}  // namespace

bool is_privileged() { return getauxval(AT_SECURE) != 0; }

DataDirectory find_data_directory(std::string_view configured, std::string_view tool, const Variables& variables) {
  if (is_privileged()) {
    return {"", "this program runs with the rights of another user (setuid, setgid or capabilities): nothing is kept"};
  }
  if (!configured.empty()) {
    if (configured.front() == '/') return {std::string(configured), ""};
    return {"", "data_directory " + std::string(configured) + " is relative: give a path that begins with /"};
  }
  std::string below = "/";
  below.append(tool).append("/telemetry");
  if (const char* const state = variables("XDG_STATE_HOME"); is_absolute(state)) return {state + below, ""};
  if (const char* const home = variables("HOME"); is_absolute(home)) return {home + ("/.local/state" + below), ""};
  return {"", "there is no place to keep an answer: set HOME or XDG_STATE_HOME to an absolute path"};
}

}  // namespace waymark::client
