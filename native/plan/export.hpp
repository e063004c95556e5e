// A plan's schemas as JSON Schemas that stand alone, for validators and catalogues of others.
#pragma once

#include <string_view>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// The schema of an event's properties. What it refers to in the plan comes along in its `$defs`. `title` is the event's
// name.
Json export_event(const PlanDocument& plan, const EventPlan& event);

// A schema of all events as they are sent: {"event_name": …, "properties": {…}}, one branch an event.
Json export_plan(const PlanDocument& plan);

}  // namespace waymark::plan
