#include "native/plan/positions.hpp"

#include <cstdint>

#include "core/text/json_scan.hpp"
#include "native/plan/json_text.hpp"

namespace waymark::plan {
namespace {

using text::JsonScanner;
using text::Token;

struct Level {
  bool is_array = false;
  size_t values = 0;  // of an array, begun
};

}  // namespace

std::string child(std::string_view pointer, std::string_view step) {
  std::string out(pointer);
  out += '/';
  for (const char c : step) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string child(std::string_view pointer, size_t index) { return child(pointer, std::to_string(index)); }

std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (!steps.empty()) {
      const bool escaped = pointer[i] == '~' && i + 1 < pointer.size();
      steps.back() += !escaped ? pointer[i] : pointer[++i] == '1' ? '/' : '~';
    }
  }
  return steps;
}

Place find_place(std::string_view json, std::string_view pointer) {
  const std::vector<std::string> steps = steps_of(pointer);
  std::vector<Level> levels(1);
  size_t matched = 0;  // steps that the open containers are
  size_t deepest = 0;  // steps of the best place so far
  const char* best = json.data();
  JsonScanner scan(json);
  for (Token token = scan.next();; token = scan.next()) {
    if (token == Token::error) return place_of(json, static_cast<size_t>(scan.position() - json.data()));
    if (token == Token::end) break;
    const size_t depth = levels.size() - 1;  // of the container that the token stands in
    if (token == Token::object_end || token == Token::array_end) {
      levels.pop_back();
      if (matched > levels.size() - 1) matched = levels.size() - 1;
      continue;
    }
    const bool is_key = token == Token::key;
    const bool is_element = !is_key && levels.back().is_array;
    // A key or an element is a step when all containers around it are the steps before.
    if ((is_key || is_element) && depth > 0) {
      const size_t index = is_element ? levels.back().values++ : 0;
      if (matched >= depth) matched = depth - 1;
      if (matched == depth - 1 && depth <= steps.size()) {
        const std::string& step = steps[depth - 1];
        const bool is_step = is_key ? unescape(scan.span()) == step : std::to_string(index) == step;
        if (is_step) {
          matched = depth;
          const bool has_quote = is_key || token == Token::string;
          if (depth >= deepest) {
            deepest = depth;
            best = scan.span().data() - (has_quote ? 1 : 0);
          }
        }
      }
    }
    if (token == Token::object_begin || token == Token::array_begin) levels.push_back({token == Token::array_begin, 0});
  }
  return place_of(json, static_cast<size_t>(best - json.data()));
}

Place place_of(std::string_view text, size_t offset) {
  Place place;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<uint8_t>(text[i]) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

}  // namespace waymark::plan
