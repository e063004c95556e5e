// Where a tool's files are:
//
//   consent                what the person answered
//   state                  ids and session (core/state.hpp); none in the anonymous profile
//   queue/RUN.journal      what a run of the program has not delivered yet; locked while it runs
//   runs/RUN.run           that it runs: one that stands there unlocked ended without saying so
//   crashes/RUN.crash      how it crashed
#pragma once

#include <string>
#include <string_view>

#include "native/client/consent/opt_outs.hpp"

namespace waymark::client {

struct DataDirectory {
  std::string path;  // empty: there is nowhere to keep anything

  std::string state() const { return path + "/state"; }
  std::string queue() const { return path + "/queue"; }
  std::string runs() const { return path + "/runs"; }
  std::string crashes() const { return path + "/crashes"; }
};

// `configured`, if it is an absolute path; else by the XDG Base Directory Specification 0.8: $XDG_STATE_HOME, which
// counts if it is absolute, or $HOME/.local/state, and there TOOL/telemetry.
DataDirectory data_directory(std::string_view configured, std::string_view tool, const Variables& variables);

}  // namespace waymark::client
