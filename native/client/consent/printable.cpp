#include "native/client/consent/printable.hpp"

#include <algorithm>

#include "core/text/utf8.hpp"

namespace waymark::client {
namespace {

bool is_between(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

// Unicode 15, categories Cc, Zl, Zp, and of Cf what has to do with direction (UAX 9).
bool is_unfit(uint32_t c) {
  return c < 0x20 || is_between(c, 0x7F, 0x9F) || c == 0x061C || is_between(c, 0x200E, 0x200F) ||
         is_between(c, 0x2028, 0x202E) || is_between(c, 0x2066, 0x2069);
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void wrap_line(std::string_view line, size_t columns, std::string& out) {
  size_t used = 0;
  while (true) {
    const size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    const size_t width = count_characters(word);
    if (used > 0 && used + 1 + width > columns) {
      out += '\n';
      used = 0;
    }
    if (used > 0) out += ' ';
    out += word;
    used += width + (used > 0 ? 1 : 0);
    if (space == std::string_view::npos) break;
    line.remove_prefix(space + 1);
  }
  out += '\n';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  const char* at = text.data();
  const char* const stop = at + text.size();
  while (at < stop) {
    const char* const begin = at;
    const uint32_t c = text::read_code_point(at, stop);
    if (c == text::bad_code_point) {
      out += '?';
    } else if (!is_unfit(c)) {
      out.append(begin, at);
    }
  }
  return out;
}

std::string wrapped(std::string_view text, size_t columns) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    wrap_line(text.substr(0, end), columns, out);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace waymark::client
