// What a plan that can be used would be better with: good names, descriptions, owners, rules for personal data.
#pragma once

#include "native/plan/finding.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// Adds a warning for each. docs/tracking-plan.md lists the rules. Never throws.
void lint_plan(const PlanDocument& plan, Findings& findings);

}  // namespace waymark::plan
