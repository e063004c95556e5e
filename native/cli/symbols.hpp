// `waymark symbols upload`: gives a collector the names of a program's functions, so that it can say where it crashed.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace waymark::cli {

struct SymbolsArguments {
  std::vector<std::string> files;
  std::string endpoint;
  std::string key;
  std::string key_file;
};

// Describes the subcommand; `arguments` is filled in by parsing and must live until then.
CLI::App* add_symbols(CLI::App& app, SymbolsArguments& arguments);

// Prints a line for each file that is taken, or one on standard error for what is at fault. Returns the exit status.
int symbols(const SymbolsArguments& arguments);

}  // namespace waymark::cli
