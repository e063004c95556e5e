#include "core/text/words.hpp"

namespace waymark::text {

bool is_word(char c) {
  return is_lower(static_cast<char>(c | 0x20)) || is_digit(c) || c == '_' || static_cast<uint8_t>(c) >= 0x80;
}

int32_t hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const auto letter = static_cast<uint8_t>((c | 0x20) - 'a');
  return letter < 6 ? letter + 10 : -1;
}

int32_t read_hex(const char* at, const char* stop, int32_t digits) {
  if (stop - at < digits) return -1;
  int32_t value = 0;
  for (; digits > 0; --digits, ++at) {
    const int32_t digit = hex_value(*at);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

double parse_decimal(std::string_view digits) {
  double value = 0;
  double scale = 0;  // 0 before the dot
  for (const char c : digits) {
    if (c == '.' && scale == 0) {
      scale = 1;
      continue;
    }
    if (!is_digit(c)) return -1;
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  return scale > 0 ? value / scale : value;
}

std::string_view trim_end(std::string_view view) {
  while (!view.empty() && is_white(view.back())) view.remove_suffix(1);
  return view;
}

std::string_view trim(std::string_view view) {
  while (!view.empty() && is_white(view.front())) view.remove_prefix(1);
  return trim_end(view);
}

bool equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  return same == a.size();
}

std::string_view take_line(std::string_view& lines, char end) {
  const char* const begin = lines.data();
  const char* const stop = begin + lines.size();
  const char* at = begin;
  while (at < stop && *at != end) ++at;
  const char* const rest = at < stop ? at + 1 : at;
  lines = {rest, static_cast<size_t>(stop - rest)};
  return {begin, static_cast<size_t>(at - begin)};
}

bool lists(std::string_view list, std::string_view word, char delimiter) {
  if (word.empty()) return false;
  for (size_t i = 1; i + word.size() < list.size(); ++i) {
    if (list[i - 1] == delimiter && list[i + word.size()] == delimiter && equal(cut(list, i, i + word.size()), word)) {
      return true;
    }
  }
  return false;
}

bool has_char(const char* chars, char c) {
  while (*chars && *chars != c) ++chars;
  return *chars;
}

std::string_view nth_string(std::string_view array, uint32_t index) {
  size_t begin = 0;
  uint32_t quotes = 0;
  for (size_t i = 0; i < array.size(); ++i) {
    if (array[i] != '"') continue;
    if (quotes++ == 2 * index + 1) return cut(array, begin, i);
    begin = i + 1;
  }
  return {};
}

}  // namespace waymark::text
