#include "native/cli/key_file.hpp"

#include <fstream>

namespace waymark::cli {

std::optional<std::string> read_key_file(const std::string& file, std::vector<std::string>& keys) {
  std::ifstream in(file);
  if (!in) return file + " cannot be read; name a file with one key a line";
  for (std::string line; std::getline(in, line);) {
    const size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    keys.push_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
  }
  if (keys.empty()) return file + " holds no key; write one a line";
  return {};
}

}  // namespace waymark::cli
