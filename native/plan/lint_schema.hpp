// Lint of the JSON Schemas in a plan: misspelt keywords, missing descriptions, personal data without a rule.
#pragma once

#include "native/plan/finding.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// Adds the warnings for the schemas of events, context, traits and `$defs`.
void lint_schemas(const PlanDocument& plan, Findings& findings);

}  // namespace waymark::plan
