#include "native/plan/naming.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

constexpr size_t quoted_bytes = 80;
constexpr size_t compared_bytes = 64;  // longer names are not guessed at: the distance costs the square of it

bool is_name_byte(char c) {
  return text::is_lower(c) || text::is_upper(c) || text::is_digit(c) || static_cast<uint8_t>(c) >= 0x80;
}

char to_lower(char c) { return text::is_upper(c) ? static_cast<char>(c | 0x20) : c; }

// How many letters must be added, left out, changed or swapped with their neighbour (optimal string alignment). Neither
// is longer than `compared_bytes`.
size_t distance(std::string_view a, std::string_view b) {
  std::array<size_t, compared_bytes + 1> rows[3];  // of the letters of `a` up to this one, the one before, two before
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& before = rows[(i + 2) % 3];
    const auto& two_before = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "`";
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const bool begins_character = (byte & 0xC0) != 0x80;
    if (i >= quoted_bytes && begins_character) {
      out += "…";
      break;
    }
    if (byte < 0x20 || byte == 0x7F) {
      constexpr char hex[] = "0123456789abcdef";
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += text[i];
    }
  }
  return out += '`';
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_name_byte(c)) {
      if (!out.empty() && out.back() != '_') out += '_';
      continue;
    }
    const char before = i > 0 ? name[i - 1] : '_';
    const char after = i + 1 < name.size() ? name[i + 1] : '_';
    const bool word_begins =
        text::is_upper(c) && (text::is_lower(before) || text::is_digit(before) || text::is_lower(after));
    const bool number_begins = text::is_digit(c) && !text::is_digit(before);
    if ((word_begins || number_begins) && !out.empty() && out.back() != '_') out += '_';
    out += to_lower(c);
  }
  if (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

std::string spelling_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (is_name_byte(c)) key += to_lower(c);
  }
  return key;
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string key = spelling_key(name);
  if (key.empty() || key.size() > compared_bytes) return {};
  std::string_view nearest;
  size_t least = std::max<size_t>(1, key.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::string other = spelling_key(candidate);
    const size_t longer = std::max(key.size(), other.size());
    if (longer > compared_bytes || longer - std::min(key.size(), other.size()) >= least) continue;
    const size_t changes = distance(key, other);
    if (changes >= least) continue;
    least = changes;
    nearest = candidate;
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view nearest = nearest_name(name, known);
  return nearest.empty() ? std::string() : "did you mean " + in_quotes(nearest) + "?";
}

std::string either_of(const std::vector<std::string_view>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += in_quotes(names[i]);
  }
  return out;
}

}  // namespace waymark::plan
