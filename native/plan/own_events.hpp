// The events that the trackers make by themselves: every plan has them, so that none must list them.
#pragma once

#include <string>
#include <vector>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

struct OwnEvent {
  std::string name;
  std::string pointer;  // of its schema in the plan; one that nothing has if the schema is none of the plan's
  Json properties;      // a JSON Schema of the properties object; null: any
};

// In the order in which they stand in a compiled plan. What has few texts to choose from lists them, so that the
// anonymous profile, which sends no others, keeps them.
std::vector<OwnEvent> own_events(const PlanDocument& plan);

}  // namespace waymark::plan
