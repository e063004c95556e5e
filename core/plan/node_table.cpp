#include "core/plan/node_table.hpp"

#include "core/plan/dfa.hpp"
#include "core/text/hash.hpp"

namespace waymark::plan {
namespace {

uint32_t read_u32(const char* at) {
  uint32_t value;
  __builtin_memcpy(&value, at, 4);
  return value;
}

}  // namespace

bool NodeTable::load(std::string_view bytes) {
  *this = {};
  const char* const begin = bytes.data() + header_bytes;
  if (bytes.size() < header_bytes || read_u32(begin - 16) != magic) return false;
  if (read_u32(begin - 12) != text::fnv(text::fnv_start, {begin - 8, bytes.size() - 8})) return false;
  const uint32_t words = read_u32(begin - 8);
  const uint32_t pool = read_u32(begin - 4);
  const size_t texts = size_t{words} * 4;
  size_t left = bytes.size() - header_bytes;
  if (words > most || pool > most || texts + pool > left) return false;
  left -= texts + pool;

  const char* const automata = begin + texts + pool;
  if (left && !Dfa::check({automata, left})) return false;
  uint32_t dfas = 0;
  for (; dfas < words; ++dfas) {
    const uint32_t word = read_u32(begin + size_t{dfas} * 4);
    if (rule_of(word) != Rule::dfa) break;
    if (operand_of(word) + 1 >= left / Dfa::entry_bytes) return false;  // a start is the second entry
  }
  words_ = begin;
  word_count_ = words;
  dfas_ = dfas;
  texts_ = begin + texts;
  automata_ = automata;
  return true;
}

[[gnu::noinline]] uint32_t NodeTable::word(uint32_t place) const {
  return place < word_count_ ? read_u32(words_ + size_t{place} * 4) : 0;
}

[[gnu::noinline]] const char* NodeTable::text(uint32_t place) const {
  return place < static_cast<size_t>(automata_ - texts_) ? texts_ + place : automata_;
}

uint32_t NodeTable::find(uint32_t list, const char* name, const char* stop) const {
  uint32_t low = 1;
  uint32_t high = operand_of(word(list)) + 1;
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    const uint32_t place = list + middle;
    const int32_t order = compare(name, stop, text(operand_of(word(place))), automata_);
    if (order == 0) return place;
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return 0;
}

uint32_t NodeTable::attribute(uint32_t node, Rule rule) const {
  for (;; ++node) {
    const uint32_t found = word(node);
    if (rule_of(found) == rule) return operand_of(found);
    if (rule_of(found) == Rule::end) return none;
  }
}

bool NodeTable::matches(uint32_t dfa, const char* string, const char* stop) const {
  if (dfa >= dfas_) return false;
  const Dfa automaton(automata_ + Dfa::entry_bytes * operand_of(word(dfa)));
  uint32_t state = automaton.start();
  Bytes bytes(string, stop);
  for (int32_t byte; (byte = bytes.next()) >= 0;) {
    state = automaton.step(state, static_cast<uint8_t>(byte));
  }
  return automaton.accepts(state);
}

}  // namespace waymark::plan
