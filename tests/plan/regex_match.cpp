// Answers what patterns match, for regex.test.mjs, which asks Node's RegExp the same. A line of input is a letter and
// bytes in hexadecimal: "p", a pattern; "t", a text for the last pattern. A line of output: "ok" and the table's size
// in bytes, or "error", the position and the message; "1" or "0".
#include <cstdio>
#include <iostream>
#include <string>

#include "core/plan/dfa.hpp"
#include "native/plan/regex.hpp"

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

}  // namespace

int main() {
  using namespace waymark::plan;
  std::ios::sync_with_stdio(false);
  std::string table;
  for (std::string line; std::getline(std::cin, line);) {
    const std::string bytes = from_hex(std::string_view(line).substr(1));
    if (line.front() == 't') {
      std::cout << (Dfa(table.data()).accepts(bytes) ? "1\n" : "0\n");
      continue;
    }
    std::variant<std::string, RegexError> compiled = compile_regex(bytes);
    if (const RegexError* error = std::get_if<RegexError>(&compiled)) {
      std::cout << "error " << error->position << ' ' << error->message << '\n';
      continue;
    }
    table = std::get<std::string>(std::move(compiled));
    if (!Dfa::check(table)) return 1;
    std::cout << "ok " << table.size() << '\n';
  }
}
