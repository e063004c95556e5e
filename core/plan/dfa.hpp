// A deterministic automaton over bytes, read in place: what a `pattern` or a `format` is compiled to.
//
// The table is a list of entries of four bytes: u8 low, u8 span, i16 delta; numbers are little-endian. A state is the
// place of its first entry. Its entries are tried in order: the first with byte - low <= span (in eight bits) leads to
// the state `delta` after that entry. The last entry of a state has span 255, which every byte matches; there `low` is
// 1 if the state accepts and 0 if not. Entry 0 is the dead state, entry 1 the start; a target before entry 0 is the
// dead state. Targets are relative so that the states of a counted run are like bytes, which compress, and there is no
// map of classes, since most patterns tell few bytes apart.
//
// Patterns that may begin anywhere are compiled as searches: matching is one pass from the first byte to the last, of
// valid UTF-8. A table answers any other bytes with true or false alike, without harm.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::plan {

class Dfa {
 public:
  static constexpr size_t entry_bytes = 4;
  static constexpr uint32_t most_entries = 0x7FFF;  // what a delta can span
  static constexpr uint32_t dead = 0;               // it accepts nothing, whatever follows

  // Whether `bytes` is a table, or several one after the other, in which every place that can be reached lies: then
  // nothing below reads outside them, whatever else they say. Linear.
  static bool check(std::string_view bytes);

  // `table` is one that `check` accepted, or begins at any entry of it but the last, and must outlive the automaton.
  explicit Dfa(const char* table) : entries_(reinterpret_cast<const uint8_t*>(table)) {}

  static constexpr uint32_t start() { return 1; }

  // The state after `byte`. At most 128 entries are looked at in a table that compile_regex made.
  uint32_t step(uint32_t state, uint8_t byte) const {
    const uint8_t* at = entries_ + state * entry_bytes;
    for (; static_cast<uint8_t>(byte - at[0]) > at[1]; at += entry_bytes) ++state;
    const int32_t target = static_cast<int32_t>(state) + delta(at);
    return target > 0 ? static_cast<uint32_t>(target) : dead;
  }

  bool accepts(uint32_t state) const {
    const uint8_t* at = entries_ + state * entry_bytes;
    while (at[1] != 255) at += entry_bytes;
    return at[0] & 1;
  }

  // Whether no byte can lead out of `state`: the dead state, and the one that accepts whatever follows. There a match
  // may end early.
  bool is_final(uint32_t state) const {
    const uint8_t* const at = entries_ + state * entry_bytes;
    return at[1] == 255 && delta(at) == 0;
  }

  // Whether the whole of `text` is accepted.
  bool accepts(std::string_view text) const {
    uint32_t state = start();
    for (const char c : text) state = step(state, static_cast<uint8_t>(c));
    return accepts(state);
  }

 private:
  static int16_t delta(const uint8_t* at) { return static_cast<int16_t>(at[2] | at[3] << 8); }

  const uint8_t* entries_;
};

}  // namespace waymark::plan
