#include "native/plan/keyword_compiler.hpp"

#include <algorithm>

#include "native/plan/exact_json.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

bool is_schema(const Json& json) { return json.is_object() || json.is_boolean(); }

struct Stranger {
  const char* keyword;
  bool is_of_draft7;  // else of 2020-12
  const char* hint;
};

// Keywords that the other dialect has and this one passes over, which is seldom what the author wants.
constexpr Stranger strangers[] = {
    {"additionalItems", true, "use `prefixItems` and `items`"},
    {"prefixItems", false, "use `items` with an array, or set `$schema` to 2020-12"},
    {"dependentRequired", false, "use `dependencies`, or set `$schema` to 2020-12"},
    {"dependentSchemas", false, "use `dependencies`, or set `$schema` to 2020-12"},
    {"minContains", false, "set `$schema` to 2020-12"},
    {"maxContains", false, "set `$schema` to 2020-12"},
    {"$anchor", false, "use an `$id` of `#name`, or set `$schema` to 2020-12"},
};

// Keywords whose meaning depends on what else was evaluated, or from where.
constexpr std::pair<const char*, const char*> left_out[] = {
    {"$dynamicRef", "use `$ref`"},
    {"$recursiveRef", "use `$ref`"},
    {"unevaluatedItems", "use `items`, which sees `prefixItems` beside it"},
    {"unevaluatedProperties", "use `additionalProperties`, and list the properties beside it"},
};

}  // namespace

bool accepts_all(const Json& schema) { return schema == true || (schema.is_object() && schema.empty()); }

std::string KeywordCompiler::Draft::pointer(std::string_view keyword) const { return child(place.pointer, keyword); }

void KeywordCompiler::fault(std::string pointer, std::string message, std::string hint) {
  const Severity severity = is_lenient_ ? Severity::warning : Severity::error;
  findings_.push_back({severity, std::move(pointer), std::move(message), std::move(hint)});
}

void KeywordCompiler::warn(std::string pointer, std::string message, std::string hint) {
  if (!is_built_in_) findings_.push_back({Severity::warning, std::move(pointer), std::move(message), std::move(hint)});
}

KeywordCompiler::Node KeywordCompiler::node_of(const SchemaPlace& place) {
  const auto [known, is_new] = nodes_.emplace(place.schema, 0);
  if (!is_new) return known->second;
  known->second = writer_.add_node();
  pointers_.emplace(known->second, place.pointer);
  waiting_.emplace_back(place, known->second);
  return known->second;
}

void KeywordCompiler::drain() {
  while (!waiting_.empty()) {
    const auto [place, node] = std::move(waiting_.front());
    waiting_.pop_front();
    compile(place, node);
  }
}

void KeywordCompiler::finish() {
  drain();
  if (const auto circle = writer_.find_circle()) {
    const auto pointer = pointers_.find(*circle);
    fault(pointer == pointers_.end() ? "" : pointer->second, "references that lead round in a circle",
          "let the schema look into the value, by `properties` or `items`, before it refers to itself");
  }
  is_lenient_ = true;
  for (const SchemaPlace* place : references_.places()) node_of(*place);
  drain();
  is_lenient_ = false;
}

void KeywordCompiler::compile(const SchemaPlace& place, Node node) {
  is_built_in_ = place.is_built_in;
  const Json& schema = *place.schema;
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) writer_.add(node, Rule::false_);
    return;
  }
  if (!schema.is_object()) {
    fault(place.pointer, "not a schema", "write an object, true or false");
    return;
  }
  Draft draft{place, schema, node};
  if (draft.get("$ref") != nullptr) {
    add_reference(draft);
    if (draft.is_draft7()) return;  // draft 7 core, 8.3: siblings are passed over
  }
  refuse_strangers(draft);
  add_type(draft);
  add_const(draft);
  add_enum(draft);
  add_number_limits(draft);
  add_string_limits(draft);
  add_items(draft);
  add_contains(draft);
  add_members(draft);
  add_combinations(draft);
  add_condition(draft);
  add_dependencies(draft, "dependencies");
  if (draft.is_draft7()) return;
  add_dependencies(draft, "dependentRequired");
  add_dependencies(draft, "dependentSchemas");
}

void KeywordCompiler::refuse_strangers(const Draft& draft) {
  for (const auto& [keyword, hint] : left_out) {
    const Json* const value = draft.get(keyword);
    if (value == nullptr || accepts_all(*value)) continue;
    if (draft.is_draft7()) {
      warn(draft.pointer(keyword), in_quotes(keyword) + " has no meaning in draft 7", hint);
    } else {
      fault(draft.pointer(keyword), in_quotes(keyword) + " is not supported", hint);
    }
  }
  for (const Stranger& stranger : strangers) {
    if (stranger.is_of_draft7 == draft.is_draft7() || draft.get(stranger.keyword) == nullptr) continue;
    warn(draft.pointer(stranger.keyword),
         in_quotes(stranger.keyword) + " has no meaning in " + (draft.is_draft7() ? "draft 7" : "2020-12"),
         stranger.hint);
  }
}

KeywordCompiler::Node KeywordCompiler::subschema(const SchemaPlace& parent, const Json& schema, std::string pointer) {
  if (const SchemaPlace* known = references_.find(&schema)) return node_of(*known);
  return node_of({&schema, std::move(pointer), parent.base, parent.dialect, parent.is_built_in});
}

KeywordCompiler::Node KeywordCompiler::schema_at(const Draft& draft, const char* keyword) {
  return subschema(draft.place, *draft.get(keyword), draft.pointer(keyword));
}

std::vector<KeywordCompiler::Node> KeywordCompiler::schemas_at(const Draft& draft, const char* keyword) {
  std::vector<Node> nodes;
  const Json* const list = draft.get(keyword);
  if (list == nullptr) return nodes;
  const std::string pointer = draft.pointer(keyword);
  if (!list->is_array() || list->empty()) {
    fault(pointer, in_quotes(keyword) + " must be an array of schemas", "list at least one schema");
    return nodes;
  }
  for (size_t i = 0; i < list->size(); ++i) nodes.push_back(subschema(draft.place, (*list)[i], child(pointer, i)));
  return nodes;
}

const Json* KeywordCompiler::object_at(const Draft& draft, const char* keyword) {
  const Json* const object = draft.get(keyword);
  if (object == nullptr || object->is_object()) return object;
  fault(draft.pointer(keyword), in_quotes(keyword) + " must be an object", "write names and what they stand for");
  return nullptr;
}

// The count is 0 at the start of a node; before another group of branches it must be again.
void KeywordCompiler::start_group(Draft& draft) {
  if (draft.has_count) writer_.add(draft.node, Rule::restart);
  draft.has_count = true;
}

void KeywordCompiler::add_reference(const Draft& draft) {
  const Json& reference = *draft.get("$ref");
  const std::string pointer = draft.pointer("$ref");
  if (!reference.is_string()) {
    fault(pointer, "`$ref` must be a string", "write a URI reference such as \"#/$defs/name\"");
    return;
  }
  const auto& text = reference.get_ref<const std::string&>();
  auto target = references_.resolve(draft.place, text);
  if (!target && !text.empty() && text.front() == '#') {
    SchemaPlace document = draft.place;
    document.base = document_;
    target = references_.resolve(document, text);
  }
  if (!target) {
    const bool is_local = text.empty() || text.front() == '#';
    fault(pointer, "the reference " + in_quotes(text) + (is_local ? " leads nowhere" : " leads out of the document"),
          is_local ? "name a schema that is there" : "copy that schema to `$defs`, with its `$id`");
    return;
  }
  if (!is_schema(*target->schema)) {
    fault(pointer, "the reference " + in_quotes(text) + " leads to something that is no schema",
          "name an object, true or false");
    return;
  }
  writer_.add(draft.node, Rule::all, Operand::node, node_of(*target));
}

void KeywordCompiler::add_combinations(Draft& draft) {
  for (const Node node : schemas_at(draft, "allOf")) writer_.add(draft.node, Rule::all, Operand::node, node);
  if (const auto nodes = schemas_at(draft, "anyOf"); !nodes.empty()) {
    start_group(draft);
    for (const Node node : nodes) writer_.add(draft.node, Rule::branch, Operand::node, node);
    writer_.add(draft.node, Rule::any_of, Operand::number, 1);
  }
  if (const auto nodes = schemas_at(draft, "oneOf"); !nodes.empty()) {
    start_group(draft);
    for (const Node node : nodes) writer_.add(draft.node, Rule::branch, Operand::node, node);
    writer_.add(draft.node, Rule::one_of, Operand::number, 1);
    writer_.add(draft.node, Rule::one_of_many, Operand::number, 1);
  }
  if (draft.get("not") != nullptr) {
    start_group(draft);
    writer_.add(draft.node, Rule::branch, Operand::node, schema_at(draft, "not"));
    writer_.add(draft.node, Rule::not_, Operand::number, 0);
  }
}

void KeywordCompiler::add_condition(Draft& draft) {
  const bool has_then = draft.get("then") != nullptr;
  const bool has_else = draft.get("else") != nullptr;
  if (draft.get("if") == nullptr || (!has_then && !has_else)) return;
  start_group(draft);
  writer_.add(draft.node, Rule::branch, Operand::node, schema_at(draft, "if"));
  if (has_then) writer_.add(draft.node, Rule::when, Operand::node, schema_at(draft, "then"));
  if (has_else) writer_.add(draft.node, Rule::unless, Operand::node, schema_at(draft, "else"));
}

}  // namespace waymark::plan
