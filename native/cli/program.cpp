#include "native/cli/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "native/cli/exit_status.hpp"
#include "native/plan/naming.hpp"

namespace waymark::cli {
namespace {

struct Command {
  std::string name;  // "waymark plan check", as far as the arguments name one
  const CLI::App* app;
};

Command command_of(const CLI::App& app) {
  Command command{app.get_name(), &app};
  while (!command.app->get_subcommands().empty()) {
    command.app = command.app->get_subcommands().front();
    command.name += ' ' + command.app->get_name();
  }
  return command;
}

// What can stand where `argument` does: options if it is one, else subcommands.
std::vector<std::string> known_names(const CLI::App& command, std::string_view argument) {
  std::vector<std::string> names;
  if (argument.starts_with('-')) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }
  for (const CLI::App* subcommand : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

// The option of `rest` that is not known, or else the first word; with what may be meant.
std::string unknown_argument(const CLI::App& command, const std::vector<std::string>& rest) {
  const auto option =
      std::find_if(rest.begin(), rest.end(), [](const std::string& word) { return word.starts_with('-'); });
  std::string argument = option == rest.end() ? rest.front() : *option;
  if (option != rest.end()) argument.resize(std::min(argument.find('='), argument.size()));
  const std::vector<std::string> names = known_names(command, argument);
  if (names.empty()) return "not expected: " + argument;
  const std::string hint = plan::did_you_mean(argument, {names.begin(), names.end()});
  return "not known: " + argument + (hint.empty() ? "" : " (" + hint + ")");
}

// CLI11 looks for what is missing before it looks at what it does not know: `--dta DIR` would only be told as a missing
// `--data`.
std::string reason_of(const CLI::App& command, const CLI::ParseError& error) {
  const std::vector<std::string> rest = command.remaining();
  const bool is_unknown =
      dynamic_cast<const CLI::RequiredError*>(&error) || dynamic_cast<const CLI::ExtrasError*>(&error);
  return is_unknown && !rest.empty() ? unknown_argument(command, rest) : error.what();
}

// CLI11 explains in several lines; an error is one line.
int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return exit_done;
  const Command command = command_of(app);
  std::string what = reason_of(*command.app, error);
  std::replace_if(
      what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  std::fprintf(stderr, "%s: %s; see %s --help\n", command.name.c_str(), what.c_str(), command.name.c_str());
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
