#include "native/cli/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "native/cli/exit_status.hpp"

namespace waymark::cli {
namespace {

// "waymark plan check", as far as the arguments name one.
std::string command_of(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    name += ' ' + at->get_name();
  }
  return name;
}

// CLI11 explains in several lines; an error is one line.
int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return exit_done;
  std::string what = error.what();
  std::replace_if(
      what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  const std::string command = command_of(app);
  std::fprintf(stderr, "%s: %s; see %s --help\n", command.c_str(), what.c_str(), command.c_str());
  return exit_usage;
}

int parse_and_run(int argc, char** argv, const std::vector<Subcommand>& subcommands) {
  CLI::App app{"Waymark: event tracking that asks first.", "waymark"};
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
    return report(app, error);
  }
  for (size_t i = 0; i < commands.size(); ++i) {
    if (commands[i]->parsed()) return subcommands[i].run();
  }
  return exit_usage;
}

}  // namespace

int run_program(int argc, char** argv, const std::vector<Subcommand>& subcommands) {
  try {
    const int status = parse_and_run(argc, argv, subcommands);
    // What was printed may still be on its way.
    if (status == exit_usage || (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)) return status;
    std::fprintf(stderr, "waymark: not all of standard output could be written; send it to another place\n");
    return exit_usage;
  } catch (const std::exception& problem) {  // what no one expected, like memory that is used up
    std::fprintf(stderr, "waymark: %s\n", problem.what());
    return exit_usage;
  }
}

}  // namespace waymark::cli
