// What a JSON Schema says of an object, gathered from all the keywords and subschemas that may say it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/plan/schema_walk.hpp"

namespace waymark::plan {

struct MemberSchemas {
  std::string name;
  std::vector<const Json*> always;     // all of them hold
  std::vector<const Json*> sometimes;  // from anyOf, oneOf, if and dependent schemas: one of them may
};

struct ObjectShape {
  std::vector<MemberSchemas> members;  // in the order of the document
  std::set<std::string, std::less<>> required;
  std::vector<const Json*> values;  // schemas of members without a name: additionalProperties, patternProperties
  bool is_closed = false;           // additionalProperties: false
  bool is_cut = false;              // there is more than the bound
};

// Whether `schema` speaks of objects: by `type`, or without one by its keywords.
bool is_object_schema(const Json& schema, const Scope& scope);

// `schema` and what it is composed of, 8 compositions deep and 20 000 members and subschemas at most.
ObjectShape shape_of(const Json& schema, const Scope& scope);

}  // namespace waymark::plan
