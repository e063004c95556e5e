#include "native/client/disk/data_directory.hpp"

namespace waymark::client {
namespace {

std::string absolute(const char* path) { return path != nullptr && path[0] == '/' ? std::string(path) : std::string(); }

}  // namespace

DataDirectory data_directory(std::string_view configured, std::string_view tool, const Variables& variables) {
  if (!configured.empty()) return {configured.front() == '/' ? std::string(configured) : std::string()};
  std::string state_home = absolute(variables("XDG_STATE_HOME"));
  if (state_home.empty()) {
    const std::string home = absolute(variables("HOME"));
    if (home.empty()) return {};
    state_home = home + "/.local/state";
  }
  return {state_home + '/' + std::string(tool) + "/telemetry"};
}

}  // namespace waymark::client
