#include "native/cli/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "native/cli/exit_status.hpp"

namespace waymark::cli {
namespace {

// CLI11 explains in several lines; an error is one line.
int report(const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return exit_done;
  std::string what = error.what();
  std::replace_if(
      what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  std::fprintf(stderr, "waymark: %s; see waymark --help\n", what.c_str());
  return exit_usage;
}

int parse_and_run(int argc, char** argv, const std::vector<Subcommand>& subcommands) {
  CLI::App app{"Waymark: event tracking that asks first."};
  app.set_version_flag("--version", WAYMARK_VERSION);
  app.require_subcommand(1);
  std::vector<CLI::App*> commands;
  for (const Subcommand& subcommand : subcommands) commands.push_back(subcommand.add(app));
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::printf("%s", app.help().c_str());
    return exit_done;
  } catch (const CLI::CallForVersion&) {
    std::printf("waymark %s\n", WAYMARK_VERSION);
    return exit_done;
  } catch (const CLI::ParseError& error) {
    return report(error);
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    if (commands[i]->parsed()) return subcommands[i].run();
  }
  return exit_usage;
}

}  // namespace

int run_program(int argc, char** argv, const std::vector<Subcommand>& subcommands) {
  try {
    return parse_and_run(argc, argv, subcommands);
  } catch (const std::exception& problem) {  // what no one expected, like memory that is used up
    std::fprintf(stderr, "waymark: %s\n", problem.what());
    return exit_usage;
  }
}

}  // namespace waymark::cli
