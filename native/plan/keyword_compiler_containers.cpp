// Keywords for what arrays and objects hold.
#include <algorithm>

#include "native/plan/keyword_compiler.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

// The validator keeps in 32 bits which names it has seen.
constexpr size_t names_seen = 32;

}  // namespace

void KeywordCompiler::add_items(Draft& draft) {
  const Node program = writer_.add_node();
  const Json* const items = draft.get("items");
  const bool is_list = items != nullptr && items->is_array() && draft.is_draft7();
  const char* const prefix = is_list ? "items" : "prefixItems";
  const bool has_prefix = is_list ? !items->empty() : !draft.is_draft7() && draft.get("prefixItems") != nullptr;
  if (has_prefix) {
    WordList list;
    for (const Node node : schemas_at(draft, prefix)) list.meanings.push_back({Rule::node, Operand::node, node});
    writer_.add(program, Rule::prefix, Operand::list, writer_.add_list(std::move(list)));
  }
  if (items != nullptr && items->is_array() && !is_list) {
    fault(draft.pointer("items"), "`items` must be a schema in 2020-12", "use `prefixItems` for the first items");
    return;
  }
  const char* const rest = is_list ? "additionalItems" : "items";
  const Rule rule = is_list ? Rule::additional_items : Rule::further_items;
  if (const Json* const further = draft.get(rest); further != nullptr && !accepts_all(*further)) {
    if (*further == false) {
      writer_.add(program, rule, Operand::number, NodeTable::none);
    } else {
      writer_.add(program, rule, Operand::node, schema_at(draft, rest));
    }
  }
  const bool is_counted = draft.get("minItems") != nullptr || draft.get("maxItems") != nullptr;
  if (is_counted || !writer_.words_of(program).empty()) {
    writer_.add(draft.node, Rule::items, Operand::node, program);
    draft.has_count = true;
    add_count(draft, "minItems", Rule::min_items);
    add_count(draft, "maxItems", Rule::max_items);
  }
  if (const Json* const unique = draft.get("uniqueItems")) {
    if (!unique->is_boolean()) {
      fault(draft.pointer("uniqueItems"), "`uniqueItems` must be true or false", "correct it");
    } else if (unique->get<bool>()) {
      writer_.add(draft.node, Rule::unique_items);
    }
  }
}

void KeywordCompiler::add_contains(Draft& draft) {
  if (draft.get("contains") == nullptr) return;
  const Node program = writer_.add_node();
  writer_.add(program, Rule::contained, Operand::node, schema_at(draft, "contains"));
  writer_.add(draft.node, Rule::items, Operand::node, program);
  draft.has_count = true;
  const bool has_bounds = !draft.is_draft7();
  if (!has_bounds || draft.get("minContains") == nullptr) {
    writer_.add(draft.node, Rule::contains, Operand::number, 1);
  } else {
    add_count(draft, "minContains", Rule::min_contains);
  }
  if (has_bounds) add_count(draft, "maxContains", Rule::max_contains);
}

void KeywordCompiler::add_members(Draft& draft) {
  const Node program = writer_.add_node();
  const Json* const required = draft.get("required");
  const std::vector<std::string> needed =
      required == nullptr ? std::vector<std::string>() : names_at(draft.pointer("required"), *required);
  const Json* const properties = object_at(draft, "properties");
  WordList list;
  if (properties != nullptr) {
    for (const auto& [name, schema] : properties->items()) {
      const Node node = subschema(draft.place, schema, child(draft.pointer("properties"), name));
      list.names.push_back(name);
      list.meanings.push_back({Rule::node, Operand::node, node});
    }
  }
  size_t unlisted = 0;
  for (const std::string& name : needed) unlisted += properties == nullptr || !properties->contains(name);
  const bool is_small = list.names.size() + unlisted <= names_seen;
  if (is_small) {
    for (const std::string& name : needed) {
      if (properties != nullptr && properties->contains(name)) continue;
      list.names.push_back(name);
      list.meanings.push_back({});
    }
  }
  uint32_t names = 0;
  if (!list.names.empty()) {
    names = writer_.add_list(std::move(list));
    writer_.add(program, Rule::properties, Operand::list, names);
  }
  add_pattern_properties(draft, program);
  if (const Json* const rule = draft.get("propertyNames"); rule != nullptr && !accepts_all(*rule)) {
    writer_.add(program, Rule::property_names, Operand::node, schema_at(draft, "propertyNames"));
  }
  if (const Json* const others = draft.get("additionalProperties"); others != nullptr && !accepts_all(*others)) {
    if (*others == false) {
      writer_.add(program, Rule::additional_properties, Operand::number, NodeTable::none);
    } else {
      writer_.add(program, Rule::additional_properties, Operand::node, schema_at(draft, "additionalProperties"));
    }
  }
  const bool is_counted = draft.get("minProperties") != nullptr || draft.get("maxProperties") != nullptr;
  if (is_counted || !writer_.words_of(program).empty()) {
    writer_.add(draft.node, Rule::members, Operand::node, program);
    draft.has_count = true;
    add_count(draft, "minProperties", Rule::min_properties);
    add_count(draft, "maxProperties", Rule::max_properties);
  }
  if (!is_small) {
    require(draft.node, needed, Rule::required);
    return;
  }
  for (const std::string& name : needed) {
    writer_.add(draft.node, Rule::required, Operand::listed_name, names, writer_.index_of(names, name));
  }
}

void KeywordCompiler::add_pattern_properties(const Draft& draft, Node program) {
  const Json* const patterns = object_at(draft, "patternProperties");
  if (patterns == nullptr) return;
  for (const auto& [pattern, schema] : patterns->items()) {
    const std::string pointer = child(draft.pointer("patternProperties"), pattern);
    const Node node = subschema(draft.place, schema, pointer);
    if (add_automaton(program, Rule::pattern_properties, pattern, pointer)) {
      writer_.add(program, Rule::node, Operand::node, node);
    }
  }
}

// Adds nodes that require the names, so many at a time as the validator can keep in mind.
void KeywordCompiler::require(Node node, const std::vector<std::string>& names, Rule rule) {
  for (size_t first = 0; first < names.size(); first += names_seen) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(first + names_seen, names.size()));
    WordList list{{begin, end}, std::vector<Word>(static_cast<size_t>(end - begin))};
    const uint32_t id = writer_.add_list(std::move(list));
    const Node program = writer_.add_node();
    writer_.add(program, Rule::properties, Operand::list, id);
    const Node part = writer_.add_node();
    writer_.add(part, Rule::members, Operand::node, program);
    for (auto name = begin; name != end; ++name) {
      writer_.add(part, rule, Operand::listed_name, id, writer_.index_of(id, *name));
    }
    writer_.add(node, Rule::all, Operand::node, part);
  }
}

std::vector<std::string> KeywordCompiler::names_at(const std::string& pointer, const Json& list) {
  std::vector<std::string> names;
  if (!list.is_array()) {
    fault(pointer, "must be an array of property names", "list the names between brackets");
    return names;
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_string()) {
      fault(child(pointer, i), "a property name must be a string", "write it between quotes");
    } else if (std::find(names.begin(), names.end(), list[i].get_ref<const std::string&>()) != names.end()) {
      fault(child(pointer, i), in_quotes(list[i].get<std::string>()) + " is listed twice", "list it once");
    } else {
      names.push_back(list[i]);
    }
  }
  return names;
}

void KeywordCompiler::add_dependencies(Draft& draft, const char* keyword) {
  const Json* const dependencies = object_at(draft, keyword);
  if (dependencies == nullptr) return;
  const bool may_be_names = std::string_view(keyword) != "dependentSchemas";
  const bool may_be_schema = std::string_view(keyword) != "dependentRequired";
  for (const auto& [name, consequence] : dependencies->items()) {
    const std::string pointer = child(draft.pointer(keyword), name);
    Node consequent;
    if (may_be_names && (consequence.is_array() || !may_be_schema)) {
      consequent = writer_.add_node();
      require(consequent, names_at(pointer, consequence),
              may_be_schema ? Rule::dependencies : Rule::dependent_required);
    } else {
      consequent = subschema(draft.place, consequence, pointer);
    }
    const Node has_name = writer_.add_node();
    writer_.add(has_name, Rule::type, Operand::number, 1u << static_cast<uint32_t>(Kind::object));
    require(has_name, {name}, Rule::required);
    start_group(draft);
    writer_.add(draft.node, Rule::branch, Operand::node, has_name);
    writer_.add(draft.node, Rule::when, Operand::node, consequent);
  }
}

}  // namespace waymark::plan
