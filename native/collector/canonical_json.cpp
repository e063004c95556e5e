#include "native/collector/canonical_json.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/limits.hpp"
#include "core/text/json_scan.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

using text::JsonScanner;
using text::Token;

constexpr uint64_t exact_integer = 1ull << 53;

// As JSON.stringify writes it (RFC 8785 3.2.2.2).
void append_string(std::string& out, std::string_view plain) {
  out += '"';
  for (const char c : plain) {
    constexpr std::string_view controls = "\b\f\n\r\t";
    const size_t control = controls.find(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (control != std::string_view::npos) {
      out += {'\\', "bfnrt"[control]};
    } else if (static_cast<uint8_t>(c) < ' ') {
      const auto byte = static_cast<uint8_t>(c);
      out.append("\\u00").append({"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]});
    } else {
      out += c;
    }
  }
  out += '"';
}

// In UTF-16 what lies beyond U+FFFF (first byte F0 to F4) stands before U+E000 to U+FFFF (first byte EE, EF).
int place_of(char c) {
  const int byte = static_cast<uint8_t>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

bool is_before(const std::string& one, const std::string& other) {
  return std::lexicographical_compare(one.begin(), one.end(), other.begin(), other.end(),
                                      [](char a, char b) { return place_of(a) < place_of(b); });
}

bool append_value(std::string& out, std::string_view json);

bool append_object(std::string& out, std::string_view json) {
  std::vector<std::pair<std::string, std::string_view>> members;
  ObjectSplitter split(json);
  Step step = split.next();
  for (; step == Step::part; step = split.next()) {
    std::string key;
    if (!read_json_string({split.key().data() - 1, split.key().size() + 2}, key)) return false;
    members.emplace_back(std::move(key), split.value());
  }
  if (step == Step::broken) return false;
  std::sort(members.begin(), members.end(),
            [](const auto& one, const auto& other) { return is_before(one.first, other.first); });
  out += '{';
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0 && members[i].first == members[i - 1].first) return false;
    if (i > 0) out += ',';
    append_string(out, members[i].first);
    out += ':';
    if (!append_value(out, members[i].second)) return false;
  }
  out += '}';
  return true;
}

bool append_array(std::string& out, std::string_view json) {
  ArraySplitter split(json);
  out += '[';
  for (bool is_first = true;; is_first = false) {
    const Step step = split.next();
    if (step == Step::broken) return false;
    if (step == Step::end) break;
    if (!is_first) out += ',';
    if (!append_value(out, split.value())) return false;
  }
  out += ']';
  return true;
}

// `json` passed the scanner, so it is not nested too deep.
bool append_value(std::string& out, std::string_view json) {
  switch (json.empty() ? '\0' : json.front()) {
    case '{':
      return append_object(out, json);
    case '[':
      return append_array(out, json);
    case '"': {
      std::string plain;
      if (!read_json_string(json, plain)) return false;
      append_string(out, plain);
      return true;
    }
    case 't':
    case 'f':
    case 'n':
      out += json;
      return true;
    default: {
      const auto integer = read_json_integer(json, exact_integer);
      if (!integer) return false;
      out += std::to_string(*integer);
      return true;
    }
  }
}

}  // namespace

std::optional<std::string> canonical_json(std::string_view json) {
  JsonScanner scan(json, limits::depth);
  Token token = scan.next();
  while (token != Token::end && token != Token::error) token = scan.next();
  if (token == Token::error) return {};
  const char* const stop = json.data() + json.size();
  const char* const begin = skip_space(json.data(), stop);
  std::string out;
  if (!append_value(out, {begin, static_cast<size_t>(end_of_value(begin, stop) - begin)})) return {};
  return out;
}

}  // namespace waymark::collector
