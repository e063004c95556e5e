// A JSON Schema of another tool, of any draft from 4 on, as draft 7 or 2020-12.
#pragma once

#include <string>

#include "native/plan/finding.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// What drafts 4 and 6 write otherwise is rewritten; `$id` and `id` go, since the schema becomes part of another
// document. A `$schema` stays if the compiler knows it. What would change its meaning is a warning with a pointer below
// `pointer`.
Json import_schema(const Json& schema, const std::string& pointer, Findings& findings);

}  // namespace waymark::plan
