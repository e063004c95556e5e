// Where a tool keeps its consent, its queue and its crash reports.
#pragma once

#include <string>
#include <string_view>

#include "native/client/consent/opt_outs.hpp"

namespace waymark::client {

// Whether this program runs with rights that who started it does not have (setuid, setgid, file capabilities): then the
// environment is a stranger's, and no path may be taken from it.
bool is_privileged();

struct DataDirectory {
  std::string path;     // absolute; empty if there is none
  std::string problem;  // why there is none, and what to do
};

// `configured`, if it is not empty; else $XDG_STATE_HOME/TOOL/telemetry, or $HOME/.local/state/TOOL/telemetry (XDG Base
// Directory Specification 0.8: relative paths are passed over). Touches no file.
DataDirectory find_data_directory(std::string_view configured, std::string_view tool, const Variables& variables);

}  // namespace waymark::client
