// Takes what says anything about telemetry, CI or where files are out of this process's environment, so that a test
// sees the same on every machine.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace waymark::testing {

inline void remove_switches() {
  std::vector<std::string> names;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string text = *variable;
    names.push_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) {
    const bool stays = name == "PATH" || name == "TMPDIR" || name == "HOME" || name == "WAYMARK_ALL" ||
                       name == "WAYMARK_CLIENT_SIMULATION_RUNS" || name.find("SAN_OPTIONS") != name.npos;
    if (!stays) unsetenv(name.c_str());
  }
}

}  // namespace waymark::testing
