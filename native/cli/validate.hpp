// `waymark validate`: judges lines of JSON by a plan or a JSON Schema.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace waymark::cli {

struct ValidateArguments {
  std::string plan;
  std::string schema;
  std::string event;
  std::string formats;
};

// Describes the subcommand; `arguments` is filled in by parsing and must live until then.
CLI::App* add_validate(CLI::App& app, ValidateArguments& arguments);

// Reads standard input to its end; one line of standard output for each line of it. Returns the exit status.
int validate(const ValidateArguments& arguments);

}  // namespace waymark::cli
