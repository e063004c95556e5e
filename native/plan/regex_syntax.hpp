// A pattern's syntax tree, and the parser that makes it.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "native/plan/regex.hpp"
#include "native/plan/regex_set.hpp"

namespace waymark::plan {

inline constexpr uint32_t unbounded = UINT32_MAX;

enum class NodeKind : uint8_t {
  set,                // one code point of `set`
  sequence,           // the children one after the other; none: the empty string
  choice,             // one of the children
  repeat,             // the child `least` to `most` times
  text_begin,         // ^
  text_end,           // $
  word_boundary,      // \b
  not_word_boundary,  // \B
};

struct RegexNode {
  NodeKind kind = NodeKind::sequence;
  size_t position = 0;  // the byte of the pattern at which it begins
  uint32_t least = 1;
  uint32_t most = 1;  // or unbounded
  CodeSet set;
  std::vector<RegexNode> children;
};

std::variant<RegexNode, RegexError> parse_regex(std::string_view pattern);

}  // namespace waymark::plan
