// A command with subcommands: parses the arguments, runs the one that was given, keeps every error to one line.
#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace waymark::cli {

struct Subcommand {
  std::function<CLI::App*(CLI::App&)> add;  // describes it
  std::function<int()> run;                 // returns the exit status
};

// Returns the exit status. Never throws.
int run_program(int argc, char** argv, const std::vector<Subcommand>& subcommands);

}  // namespace waymark::cli
