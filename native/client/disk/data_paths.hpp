// Where a tool's files are:
//
//   consent.json           what the person answered
//   state                  ids and session (core/state.hpp); none in the anonymous profile
//   queue/RUN.journal      what a run of the program has not delivered yet; locked while it runs
//   runs/RUN.run           that it runs: one that stands there unlocked ended without saying so
//   crashes/RUN.crash      how it crashed
#pragma once

#include <string>

namespace waymark::client {

struct DataPaths {
  std::string path;  // empty: there is nowhere to keep anything

  std::string state() const { return path + "/state"; }
  std::string queue() const { return path + "/queue"; }
  std::string runs() const { return path + "/runs"; }
  std::string crashes() const { return path + "/crashes"; }
};

}  // namespace waymark::client
