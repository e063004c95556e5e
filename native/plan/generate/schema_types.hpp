// One schema and its subschemas as types of the model.
#pragma once

#include <string>
#include <unordered_map>

#include "native/plan/finding.hpp"
#include "native/plan/generate/type_model.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

struct SchemaPlace {
  const Json& schema;
  std::string pointer;  // where it stands in the plan, for warnings
  std::string name;     // words that the names of its types begin with
};

// The index in TypeModel::named of each schema that has a name.
using NamedSchemas = std::unordered_map<const Json*, size_t>;

// Adds the types of `place.schema`, whose values are objects, and gives the index of its record. Bounded at 100 000
// types and 64 levels: what is beyond is `any`, with a warning, and so is a `$ref` that leads nowhere.
size_t add_schema_types(const PlanDocument& plan, const SchemaPlace& place, TypeModel& model, NamedSchemas& named,
                        Findings& findings);

}  // namespace waymark::plan
