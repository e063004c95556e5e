// What changed between two versions of a JSON Schema: did it become narrower, wider, or only its words?
#pragma once

#include <string>
#include <vector>

#include "native/plan/diff.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {

struct SchemaSide {
  const Json& schema;
  Scope scope;
};

// Adds the changes. `pointer` leads to the schema in the new plan. What makes a value invalid that was valid before is
// major, what makes more values valid is minor. Keywords whose change cannot be judged so (`pattern`, `oneOf`, `if`, …)
// are taken to break something.
void diff_schemas(const SchemaSide& before, const SchemaSide& after, const std::string& pointer,
                  std::vector<Change>& changes);

}  // namespace waymark::plan
