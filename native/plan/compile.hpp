// A tracking plan to the table that core/plan/plan.hpp reads.
#pragma once

#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"
#include "native/plan/schema_compiler.hpp"

namespace waymark::plan {

// The compiled plan; `environment` chooses among the document's modes. Browsers want it compact. Its schemas' own
// `$ref`s lead within the schema
// (`#` is the schema) or, when they begin with `#/$defs/`, `#/definitions/` or `#/events/` and the schema has no such
// member itself, within the document. Formats are asserted; without `$schema` the document's own decides, or draft 7.
// On errors, which go to `findings` with pointers from the document's root, the answer is empty. Never throws.
std::string compile_plan(const PlanDocument& document, Findings& findings, std::string_view environment = {},
                         Detail detail = Detail::compact);

}  // namespace waymark::plan
