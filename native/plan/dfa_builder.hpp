// From a nondeterministic automaton to the smallest deterministic one, and to the table that the core reads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/plan/nfa.hpp"

namespace waymark::plan {

// State 0 is where it starts. Bytes of one class are never told apart.
struct ByteAutomaton {
  std::array<uint8_t, 256> classes{};  // of each byte
  uint32_t class_count = 0;
  std::vector<uint32_t> targets;  // of state s by class c at s * class_count + c
  std::vector<bool> accepting;    // by state

  uint32_t states() const { return static_cast<uint32_t>(accepting.size()); }
};

// By sets of states. nullopt if that takes more than `most_states` states or `work` steps.
std::optional<ByteAutomaton> determinize(const Nfa& nfa, uint32_t most_states, uint64_t work);

// The automaton of the same language with the fewest states and classes, in the order in which they are reached.
ByteAutomaton minimize(const ByteAutomaton& automaton);

// The table of core/plan/dfa.hpp; nullopt if it has more entries than a table can.
std::optional<std::string> write_table(const ByteAutomaton& automaton);

}  // namespace waymark::plan
