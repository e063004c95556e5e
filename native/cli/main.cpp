// The `waymark` command. One file a subcommand; this one only knows their names.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "native/cli/collect.hpp"
#include "native/cli/exit_status.hpp"

namespace {

// CLI11 explains in several lines; an error is one line.
int report(const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return waymark::cli::exit_done;
  std::fprintf(stderr, "waymark: %s; see waymark --help\n", error.what());
  return waymark::cli::exit_usage;
}

int run(int argc, char** argv) {
  CLI::App app{"Waymark: event tracking that asks first."};
  app.set_version_flag("--version", WAYMARK_VERSION);
  app.require_subcommand(1);
  waymark::cli::CollectArguments collect;
  CLI::App* const collect_command = waymark::cli::add_collect(app, collect);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::printf("%s", app.help().c_str());
    return waymark::cli::exit_done;
  } catch (const CLI::CallForVersion&) {
    std::printf("waymark %s\n", WAYMARK_VERSION);
    return waymark::cli::exit_done;
  } catch (const CLI::ParseError& error) {
    return report(error);
  }
  if (collect_command->parsed()) return waymark::cli::collect(collect);
  return waymark::cli::exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {  // what no one expected, like memory that is used up
    std::fprintf(stderr, "waymark: %s\n", problem.what());
    return waymark::cli::exit_usage;
  }
}
