// A pattern as a nondeterministic automaton over the bytes of UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "native/plan/regex_syntax.hpp"

namespace waymark::plan {

struct Arc {
  uint8_t first;
  uint8_t last;
  uint32_t target;
  auto operator<=>(const Arc&) const = default;
};

// What must hold for a state's `next` to be entered without reading a byte.
enum class Condition : uint8_t { none, text_begin, text_end, word_boundary, not_word_boundary };

struct NfaState {
  Condition condition = Condition::none;
  std::vector<Arc> arcs;       // by reading a byte
  std::vector<uint32_t> next;  // without
};

// Reading stops at the end of the text or in `match`, whatever follows.
struct Nfa {
  std::vector<NfaState> states;
  uint32_t start = 0;
  uint32_t match = 0;
};

// The automaton that searches for the pattern in a text of valid UTF-8; on other texts its answer means nothing.
std::variant<Nfa, RegexError> build_nfa(const RegexNode& root);

}  // namespace waymark::plan
