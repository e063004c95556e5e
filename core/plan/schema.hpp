// The validator: JSON Schema over a JSON text that is read in place, by a node table.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/plan/node_table.hpp"

namespace waymark::plan {

// A rule that the value breaks. native/plan/rule_name.hpp has its name, native/plan/keywords.hpp makes a sentence of
// it.
struct Violation {
  Rule rule = Rule::end;
  uint32_t place = 0;  // of the word that says so
  // One byte into what is at fault: a value, or for additional_properties and property_names its key. path.hpp makes
  // the pointer.
  const char* where = nullptr;
};

// Memory for `uniqueItems`, which goes through the items once for every half as many as there are slots.
struct UniqueSlot {
  uint32_t hash;
  uint32_t place;  // of the item in the text, 0 for none
};

struct ValidatorLimits {
  // Schemas in schemas and values in values together. A frame takes about 150 bytes of stack in Wasm. What compile_plan
  // lets through needs no more for an event (limits::depth).
  static constexpr uint32_t usual_depth = 96;
  uint32_t depth = usual_depth;
  UniqueSlot* slots = nullptr;  // none: 1024 of its own
  uint32_t slot_count = 0;      // a power of two
};

// Judges `json`, one value that a scanner has accepted, by a node, and writes what it breaks to `violations`, at most
// `capacity` of them. Returns how many it found; with more than `capacity` it stops there, at `capacity`. 0 means
// valid. Other bytes do no harm, but the answer means nothing.
//
// Stack is bounded by `depth`. Work is bounded by (size of the value + 64) * (words of the table + 64) steps, each a
// rule or a byte that is met; what needs more, which only schemas that branch in each other can, breaks too_much_work.
// So do items that were made to have one hash, for uniqueItems, and values of more than 16 MiB. Allocates nothing.
uint32_t validate(const NodeTable& table, uint32_t node, std::string_view json, Violation* violations,
                  uint32_t capacity, const ValidatorLimits& limits = {});

}  // namespace waymark::plan
