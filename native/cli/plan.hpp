// `waymark plan`: checks, compiles, compares, documents and converts tracking plans.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace waymark::cli {

struct PlanArguments {
  CLI::App* command = nullptr;  // the subcommand that was given, once parsed
  std::string file;
  std::string other;               // diff: the newer plan
  std::vector<std::string> files;  // import
  std::string output;
  std::string format;
  std::string environment;
  std::string event;
  std::string from;
  std::string name;
  std::string language;
  std::string profile;
  std::string plan_module;
  std::string package;
  std::string source;  // docs
  bool strict = false;
  bool disclosure = false;
};

// Describes the subcommand; `arguments` is filled in by parsing and must live until then.
CLI::App* add_plan(CLI::App& app, PlanArguments& arguments);

// Returns the exit status.
int plan(const PlanArguments& arguments);

}  // namespace waymark::cli
