// The properties that a schema lists, one a row, for people to read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/plan_document.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {

struct PropertyRow {
  std::string path;  // "items[].price"
  std::string name;  // "price"
  std::string type;  // "string", "number or null", "array of string", "one of …"
  bool is_required = false;
  bool is_personal = false;  // says `pii`
  bool is_deprecated = false;
  std::string description;
  std::optional<std::string> same_as;  // the path of what it holds again, empty for the whole: that is listed once
};

// In the schema and in what it is composed of, each path once. At most 6 levels of objects, arrays and compositions,
// and 1000 rows; what lies deeper is left out.
std::vector<PropertyRow> list_properties(const Scope& scope, const Json& schema);

// The rule for a property of an event (empty for context and traits): the event's own, or else the plan's.
std::optional<PrivacyRule> rule_for(const PrivacyPlan& privacy, std::string_view event, std::string_view property);

}  // namespace waymark::plan
