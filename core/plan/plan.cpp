#include "core/plan/plan.hpp"

namespace waymark::plan {
namespace {

// A span as a JSON string that ends with it. The quote before it need not be there.
const char* quoted(std::string_view span) { return span.data() - 1; }
const char* end_of(std::string_view span) { return span.data() + span.size(); }

}  // namespace

bool Plan::load(std::string_view bytes) { return table_.load(bytes); }

uint32_t Plan::named(Rule list, std::string_view name) const {
  // Names of the plan have neither, and reading would end at a quote.
  for (const char c : name) {
    if (c == '"' || c == '\\') return no_node;
  }
  const uint32_t place = table_.attribute(table_.root(), list);
  const uint32_t found = table_.find(place, quoted(name), end_of(name));
  return found ? NodeTable::operand_of(table_.meaning(place, found)) : no_node;
}

Treatment Plan::treatment(uint32_t event, std::string_view key) const {
  const uint32_t list = table_.attribute(event == no_node ? table_.root() : event, Rule::privacy);
  const uint32_t found = table_.find(list, quoted(key), end_of(key));
  return found ? static_cast<Treatment>(NodeTable::operand_of(table_.meaning(list, found)) & 7) : Treatment::none;
}

bool Plan::is_enumerated(uint32_t event, std::string_view key) const {
  const uint32_t members = table_.attribute(schema(event), Rule::members);
  const uint32_t list = table_.attribute(members, Rule::properties);
  const uint32_t found = table_.find(list, quoted(key), end_of(key));
  if (!found) return false;
  const uint32_t node = NodeTable::operand_of(table_.meaning(list, found));
  for (const Rule rule : {Rule::const_, Rule::one_of_texts, Rule::enum_}) {
    if (table_.attribute(node, rule) != NodeTable::none) return true;
  }
  return false;
}

std::string_view Plan::variant(uint32_t experiment, uint32_t bucket) const {
  uint32_t name = NodeTable::none;
  for (;; ++experiment) {
    const uint32_t word = table_.word(experiment);
    const uint32_t operand = NodeTable::operand_of(word);
    switch (NodeTable::rule_of(word)) {
      case Rule::end:
        return {};
      case Rule::variant:
        name = operand;
        break;
      case Rule::upto:
        if (bucket < operand) return table_.string(name);
        break;
      default:
        break;
    }
  }
}

}  // namespace waymark::plan
