// Regular expressions of ECMA-262 (sections 22.2.1 and 22.2.2, with the `u` flag as JSON Schema asks for in section 6.4
// of its core) to the automata that the core runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace waymark::plan {

// Bounds of a pattern; what is beyond them is refused with an error that says so.
inline constexpr size_t regex_bytes = 16 * 1024;       // of the pattern's text
inline constexpr uint32_t regex_depth = 100;           // groups in groups
inline constexpr uint32_t regex_repetitions = 4096;    // the numbers in {n,m}
inline constexpr uint32_t regex_nfa_states = 32768;    // with every repetition written out
inline constexpr uint32_t regex_subset_states = 8192;  // before minimisation
inline constexpr uint32_t regex_dfa_states = 4096;     // after it
inline constexpr uint64_t regex_work = 20'000'000;     // elementary steps, some tenths of a second at most

struct RegexError {
  std::string message;  // which construct it is and what to do instead, one line without a full stop
  size_t position;      // the byte of the pattern that it is about
};

// The table of a DFA (core/plan/dfa.hpp) that accepts the strings in which the pattern matches somewhere. Look-around,
// back-references and what is beyond the bounds are errors, as is what ECMA-262 calls a syntax error.
std::variant<std::string, RegexError> compile_regex(std::string_view ecma262);

}  // namespace waymark::plan
