// Keys in a file: one a line; blank lines and those that begin with # are passed over.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace waymark::cli {

// Adds the keys of the file. What is at fault, and what to do, if there is none.
std::optional<std::string> read_key_file(const std::string& file, std::vector<std::string>& keys);

}  // namespace waymark::cli
