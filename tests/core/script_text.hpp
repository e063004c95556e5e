// The text of a golden script: ${x*80} is x 80 times, ${#c0af} are bytes.
#pragma once

#include <string>
#include <string_view>

namespace waymark::scripts {

inline constexpr size_t shortest_run = 64;

inline std::string expand(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find("${", at);
    const size_t close = open == std::string::npos ? open : text.find('}', open + 3);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const std::string inside = text.substr(open + 2, close - open - 2);
    if (inside[0] == '#') {
      for (size_t i = 1; i < inside.size(); i += 2)
        out += static_cast<char>(std::stoi(inside.substr(i, 2), nullptr, 16));
    } else {
      out.append(std::stoul(inside.substr(2)), inside[0]);
    }
    at = close + 1;
  }
  return out;
}

// Long runs of one letter become ${x*80} again.
inline std::string shorten(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && text[end] == text[at]) ++end;
    if (end - at >= shortest_run) {
      out += std::string("${") + text[at] + '*' + std::to_string(end - at) + '}';
    } else {
      out += text.substr(at, end - at);
    }
    at = end;
  }
  return out;
}

}  // namespace waymark::scripts
