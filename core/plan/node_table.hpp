// A compiled plan or JSON Schema, read in place: a list of words, a pool of JSON texts and the automata.
//
// The bytes are a header of four u32 (magic, checksum of what follows it, number of words, size of the pool), the
// words, the pool, the automata (dfa.hpp); numbers are little-endian. A word is a u32: a rule in its lowest 8 bits and
// the rule's operand above them. A node is the place of a word: it holds all rules from there to the next `end`. So a
// JSON Schema is a node, and so are an event or the plan itself, whose attributes are words too. The operand of a
// word is a number, a node, a text (its place in the pool) or a list (the place of a `list` word). The first words are
// one `dfa` for each automaton; the node after them is the root.
//
// Reading is safe whatever the bytes say: a place that does not lie in the table reads as `end` or as an empty text.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/plan/value.hpp"

namespace waymark::plan {

// What a word says. The lowest five bits are what is done, the three above them the kind of value (value.hpp) that it
// is done to, 0 for any, and tell names apart. Those that a value can break are called as the keywords of JSON Schema.
enum class Rule : uint8_t {
  end = 0,
  type = 1,          // the value's kind is in the set of kinds; Kind::integer is a bit of its own
  const_ = 2,        // equal to a text
  one_of_texts = 3,  // a string in the list
  all = 4,           // the node holds
  branch = 5,        // counts the node if it holds
  when = 6,          // the node holds if the count is not 0
  unless = 7,        // the node holds if the count is 0
  restart = 8,       // sets the count to 0
  false_ = 9,        // never
  any_of = 24,       // the count is at least the operand
  one_of = 25,       // the same
  enum_ = 26,        // the same
  not_ = 28,         // the count is at most the operand
  one_of_many = 29,  // the same
  dfa = 31,          // the first entry of an automaton, counted from that of the first

  multiple_of = 3 << 5 | 10,  // of a text, as all limits of numbers are
  minimum = 3 << 5 | 11,
  maximum = 3 << 5 | 12,
  exclusive_minimum = 3 << 5 | 13,
  exclusive_maximum = 3 << 5 | 14,

  pattern = 4 << 5 | 15,  // the automaton of a `dfa` word accepts the string
  format = 4 << 5 | 16,
  count_length = 4 << 5 | 17,  // sets the count to the number of code points
  min_length = 4 << 5 | 24,
  format_of = 4 << 5 | 25,
  max_length = 4 << 5 | 28,

  items = 5 << 5 | 18,         // every item keeps the node's rules for items; sets the count to how many counted
  unique_items = 5 << 5 | 19,  // no two are equal
  min_items = 5 << 5 | 24,
  contains = 5 << 5 | 25,
  min_contains = 5 << 5 | 26,
  max_items = 5 << 5 | 28,
  max_contains = 5 << 5 | 29,
  // For one item:
  prefix = 5 << 5 | 1,            // the list's node of the same index holds
  contained = 5 << 5 | 2,         // the item counts if the node holds; without this rule every item counts
  further_items = 5 << 5 | 6,     // the node holds if the index is not in `prefix`; operand `none`: there may be none
  additional_items = 5 << 5 | 7,  // the same, under the name that draft 7 has for it

  members = 6 << 5 | 18,             // every member keeps the node's rules for members; sets the count to their number
  required = 6 << 5 | 20,            // the name at a place of the list of `properties` was among the members
  dependent_required = 6 << 5 | 21,  // the same
  dependencies = 6 << 5 | 22,        // the same
  min_properties = 6 << 5 | 24,
  max_properties = 6 << 5 | 28,
  // For one member:
  properties = 6 << 5 | 3,             // the list's node for the name holds
  pattern_properties = 6 << 5 | 4,     // if the automaton accepts the name, the node of the word that follows holds
  property_names = 6 << 5 | 5,         // the name, as a value, keeps the node
  additional_properties = 6 << 5 | 8,  // the node holds if the first two were not for the name; operand `none`: there
                                       // may be none

  // Attributes, which are for no value.
  list = 7 << 5,  // as many words as the operand says follow, names (rule `name`) in the order of their bytes; then
                  // for lists that map names, as many words with what each name stands for
  name,           // a text
  explanation,    // of the word before it: a text for people, a pattern or the name of a format
  node,           // what a name stands for; in a list that is no map, an item
  version,
  mode,
  naming,
  purposes,
  events,
  context,
  metrics,
  experiments,
  privacy,
  privacy_salt,
  deny_keys,
  url_parameters,
  purpose,
  sample_rate,
  deprecated,
  schema,
  metric_type,
  metric_unit,
  unit,
  salt,
  variant,
  upto,
  rule_names,  // of the plan: a node with the rules that its schemas have, and of each the name, a text
  // Why the validator gave up.
  too_deep,
  too_much_work,
};

class NodeTable {
 public:
  static constexpr uint32_t magic = 0x31504D57;  // "WMP1"; a change of the layout raises the digit
  static constexpr uint32_t header_bytes = 16;
  static constexpr uint32_t most = (1 << 24) - 1;  // operands: of places, counts and texts alike
  static constexpr uint32_t none = most;

  // Takes over `bytes`, which must outlive the table and need no alignment. False, and the table is empty, if they are
  // not what a compiler wrote: cut, changed, or of another layout. Linear.
  bool load(std::string_view bytes);

  uint32_t root() const { return dfas_; }
  uint32_t words() const { return word_count_; }

  // The word at a place; `end` if there is none.
  uint32_t word(uint32_t place) const;
  static Rule rule_of(uint32_t word) { return static_cast<Rule>(word & 0xFF); }
  static uint32_t operand_of(uint32_t word) { return word >> 8; }

  // A JSON value in the pool, and where the pool ends.
  const char* text(uint32_t place) const;
  const char* texts_end() const { return automata_; }
  // The same value's bytes; of a string those between the quotes, still escaped.
  std::string_view json(uint32_t place) const { return {text(place), size_of(place)}; }
  std::string_view string(uint32_t place) const {
    const size_t size = size_of(place);
    return size < 2 ? std::string_view() : std::string_view(text(place) + 1, size - 2);
  }

  // The place of `name`, a JSON string that ends before `stop`, in a list; 0 if it is not there.
  uint32_t find(uint32_t list, const char* name, const char* stop) const;
  // What the name at a place of a list stands for: the word.
  uint32_t meaning(uint32_t list, uint32_t place) const { return word(place + operand_of(word(list))); }
  // The operand of the first word of a node with this rule; `none` if there is none.
  uint32_t attribute(uint32_t node, Rule rule) const;

  // Whether the automaton of `dfa`, a place, accepts the JSON string.
  bool matches(uint32_t dfa, const char* string, const char* stop) const;

 private:
  size_t size_of(uint32_t place) const {
    const char* const value = text(place);
    return static_cast<size_t>(skip(value, automata_) - value);
  }

  const char* words_ = nullptr;
  uint32_t word_count_ = 0;
  uint32_t dfas_ = 0;
  const char* texts_ = nullptr;
  const char* automata_ = nullptr;
};

}  // namespace waymark::plan
