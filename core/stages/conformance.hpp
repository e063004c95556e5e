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

// The schema of the properties of `name`: the event's own; for user_identified and group_identified, unless the plan
// has them among its events, that of the traits. plan::no_node: any will do.
uint32_t schema_of(const plan::Plan& plan, std::string_view name);

// Whether the plan has the event, or it is one of the tracker's own: page_viewed, user_identified, group_identified.
bool is_planned(const plan::Plan& plan, std::string_view name);

// `properties` is an object that the inspector has found good. A plan whose mode is off finds no fault.
PlanFault check_conformance(const plan::Plan& plan, std::string_view name, std::string_view properties);

}  // namespace waymark::stages
