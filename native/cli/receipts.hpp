// `waymark receipts verify`: whether receipts of consent are as they were made, each following the one before.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace waymark::cli {

struct ReceiptsArguments {
  std::string file;
};

// Describes the subcommand; `arguments` is filled in by parsing and must live until then.
CLI::App* add_receipts(CLI::App& app, ReceiptsArguments& arguments);

// Prints one line for what it found good, or one on standard error for each fault. Returns the exit status.
int receipts(const ReceiptsArguments& arguments);

}  // namespace waymark::cli
