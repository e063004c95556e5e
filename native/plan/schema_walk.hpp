// The schemas inside a JSON Schema (draft 7 and 2020-12), and what its local references lead to.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/plan_document.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {

// Keywords whose value is a schema (or for `items` an array of them), an array of schemas, an object of schemas.
inline constexpr std::string_view one_schema[] = {"additionalItems",
                                                  "additionalProperties",
                                                  "contains",
                                                  "contentSchema",
                                                  "else",
                                                  "if",
                                                  "items",
                                                  "not",
                                                  "propertyNames",
                                                  "then",
                                                  "unevaluatedItems",
                                                  "unevaluatedProperties"};
inline constexpr std::string_view many_schemas[] = {"allOf", "anyOf", "items", "oneOf", "prefixItems"};
inline constexpr std::string_view named_schemas[] = {
    "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"};

// Calls `visit(schema, pointer)` for `schema`, which lies at `pointer`, and then for each schema in it, parents first.
// Follows no references. `Value` is Json or const Json. A document is nested 31 deep at most, and so is this.
template <typename Value, typename Visit>
void for_each_schema(Value& schema, const std::string& pointer, const Visit& visit) {
  visit(schema, pointer);
  if (!schema.is_object()) return;
  for (const std::string_view keyword : one_schema) {
    const auto place = schema.find(std::string(keyword));
    if (place != schema.end() && !place->is_array()) for_each_schema(*place, child(pointer, keyword), visit);
  }
  for (const std::string_view keyword : many_schemas) {
    const auto place = schema.find(std::string(keyword));
    if (place == schema.end() || !place->is_array()) continue;
    for (size_t i = 0; i < place->size(); ++i) for_each_schema((*place)[i], child(child(pointer, keyword), i), visit);
  }
  for (const std::string_view keyword : named_schemas) {
    const auto place = schema.find(std::string(keyword));
    if (place == schema.end() || !place->is_object()) continue;
    for (auto member = place->begin(); member != place->end(); ++member) {
      for_each_schema(member.value(), child(child(pointer, keyword), member.key()), visit);
    }
  }
}

// The value at an RFC 6901 pointer, or nullptr.
const Json* find_at(const Json& root, std::string_view pointer);

// Where references look: in the schema that they are part of, then in the document.
struct Scope {
  const Json& whole;
  const Json& root;
};

// `schema`, or what its $ref leads to, of that the same, until there is none; nullptr when a reference leads nowhere,
// out of the document, or round in a circle. Reads "#/…" alone.
const Json* resolve(const Scope& scope, const Json& schema);

// A schema of the plan and what it is for: the event's name, or empty for context and traits.
struct PlacedSchema {
  const Json* schema;
  std::string pointer;
  std::string_view event;
};

// Those of events, context and traits that are given. They live as long as `plan`.
std::vector<PlacedSchema> schemas_of(const PlanDocument& plan);

// The member, or nullptr.
const Json* member_of(const Json& object, std::string_view name);

// The member if it is a string, or empty.
std::string_view text_of(const Json& object, std::string_view name);

}  // namespace waymark::plan
