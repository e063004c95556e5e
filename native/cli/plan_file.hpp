// A tracking plan from a file, ready for the core.
#pragma once

#include <optional>
#include <string>

namespace waymark::cli {

// Reads a plan, written in JSON or compiled already, and puts the compiled one into `compiled`. `environment` chooses
// among the modes of one in JSON. Returns what is wrong, one line, if it cannot be used.
std::optional<std::string> load_plan(const std::string& file, const std::string& environment, std::string& compiled);

}  // namespace waymark::cli
