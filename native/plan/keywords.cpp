#include "native/plan/keywords.hpp"

#include "native/plan/json_text.hpp"
#include "native/plan/naming.hpp"

namespace waymark::plan {
namespace {

constexpr size_t most_bytes = 200;  // of what is cited

constexpr const char* kind_names[] = {"null", "false", "true", "number", "string", "array", "object", "integer"};

std::string cite(std::string_view text) {
  if (text.size() <= most_bytes) return std::string(text);
  size_t end = most_bytes;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string cite_text(const NodeTable& table, uint32_t place) { return cite(table.json(place)); }

std::string listed_name(const NodeTable& table, uint32_t place) {
  return in_quotes(unescape(table.string(NodeTable::operand_of(table.word(place)))));
}

std::string name_at(const char* key, const char* stop) {
  const char* const end = skip(key, stop);
  if (end - key < 2) return in_quotes("");
  return in_quotes(unescape(std::string_view(key + 1, static_cast<size_t>(end - key) - 2)));
}

std::string explanation_of(const NodeTable& table, uint32_t place) {
  const uint32_t next = table.word(place + 1);
  if (NodeTable::rule_of(next) != Rule::explanation) return {};
  return " " + in_quotes(unescape(table.string(NodeTable::operand_of(next))));
}

std::string names_of(const NodeTable& table, uint32_t list) {
  std::string names;
  const uint32_t count = NodeTable::operand_of(table.word(list));
  for (uint32_t i = 1; i <= count && names.size() < most_bytes; ++i) {
    if (i > 1) names += ", ";
    names += cite_text(table, NodeTable::operand_of(table.word(list + i)));
    if (i < count && names.size() >= most_bytes) names += ", …";
  }
  return names;
}

std::string kinds_of(uint32_t kinds) {
  constexpr uint32_t booleans = 6;
  std::string names;
  for (uint32_t kind = 0; kind < 8; ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    const bool is_boolean = kinds >> 1 & 1 && kinds >> 2 & 1 && (1u << kind & booleans);
    if (is_boolean && kind == 2) continue;
    if (!names.empty()) names += " or ";
    names += is_boolean ? "boolean" : kind_names[kind];
  }
  return names;
}

std::string counted(uint32_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::string violation_message(const NodeTable& table, const Violation& violation, std::string_view json) {
  const uint32_t operand = NodeTable::operand_of(table.word(violation.place));
  const std::string explanation = explanation_of(table, violation.place);
  const char* const where = violation.where - 1;
  const char* const stop = json.data() + json.size();
  switch (violation.rule) {
    case Rule::type: {
      const Kind kind = kind_of(where, stop);
      const bool is_boolean = kind == Kind::false_ || kind == Kind::true_;
      return "must be " + kinds_of(operand) + ", is " +
             (is_boolean ? "boolean" : kind_names[static_cast<size_t>(kind)]);
    }
    case Rule::const_:
      return "must be " + cite_text(table, operand);
    case Rule::one_of_texts:
      return "must be one of " + names_of(table, operand);
    case Rule::enum_:
      return "must be one of the values that are listed";
    case Rule::false_:
      return "must not be there";
    case Rule::any_of:
      return "keeps none of the schemas of `anyOf`";
    case Rule::one_of:
      return "keeps none of the schemas of `oneOf`";
    case Rule::one_of_many:
      return "keeps more than one of the schemas of `oneOf`";
    case Rule::not_:
      return "must not keep the schema of `not`";
    case Rule::minimum:
      return "must be >= " + cite_text(table, operand);
    case Rule::maximum:
      return "must be <= " + cite_text(table, operand);
    case Rule::exclusive_minimum:
      return "must be > " + cite_text(table, operand);
    case Rule::exclusive_maximum:
      return "must be < " + cite_text(table, operand);
    case Rule::multiple_of:
      return "must be a multiple of " + cite_text(table, operand);
    case Rule::pattern:
      return "must match the pattern" + explanation;
    case Rule::format:
    case Rule::format_of:
      return "must be of the format" + explanation;
    case Rule::min_length:
      return "must have at least " + counted(operand, "character", "characters");
    case Rule::max_length:
      return "must have at most " + counted(operand, "character", "characters");
    case Rule::unique_items:
      return "must have no item twice";
    case Rule::further_items:
    case Rule::additional_items:
      return "must not have that many items";
    case Rule::min_items:
      return "must have at least " + counted(operand, "item", "items");
    case Rule::max_items:
      return "must have at most " + counted(operand, "item", "items");
    case Rule::contains:
    case Rule::min_contains:
      return "must have at least " + counted(operand, "item", "items") + " that `contains` describes";
    case Rule::max_contains:
      return "must have at most " + counted(operand, "item", "items") + " that `contains` describes";
    case Rule::required:
      return "the property " + listed_name(table, operand) + " is missing";
    case Rule::dependent_required:
    case Rule::dependencies:
      return "the property " + listed_name(table, operand) + " is missing, which another one needs";
    case Rule::additional_properties:
      return "the property " + name_at(where, stop) + " is not known";
    case Rule::property_names:
      return "the property name " + name_at(where, stop) + " is not allowed";
    case Rule::min_properties:
      return "must have at least " + counted(operand, "property", "properties");
    case Rule::max_properties:
      return "must have at most " + counted(operand, "property", "properties");
    case Rule::too_deep:
      return "is nested too deep to be judged";
    case Rule::too_much_work:
      return "needs too much work to be judged";
    default:
      return {};
  }
}

}  // namespace waymark::plan
