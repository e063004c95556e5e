// Conformance: whether an event is one that the tracking plan describes.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/plan/plan.hpp"
#include "core/verdict.hpp"

namespace waymark::stages {

// What an event breaks first.
struct PlanFault {
  Reason reason = Reason::none;  // none, unplanned_event or plan_violation
  plan::Violation violation;     // of plan_violation
};

// `event` is the plan's node for it, plan::no_node if it has none; `properties` an object that the inspector has found
// good. A plan whose mode is off finds no fault, unless it `is_forced` to look.
PlanFault check_conformance(const plan::Plan& plan, uint32_t event, std::string_view properties,
                            bool is_forced = false);

}  // namespace waymark::stages
