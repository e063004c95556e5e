#include "native/plan/own_events.hpp"

#include <set>

namespace waymark::plan {
namespace {

// Of an exposure: the plan's experiments and their variants. Any, if the plan has none.
Json exposure_schema(const std::vector<ExperimentPlan>& experiments) {
  if (experiments.empty()) return {};
  std::set<std::string> names;
  std::set<std::string> variants;
  for (const ExperimentPlan& experiment : experiments) {
    names.insert(experiment.name);
    for (const VariantPlan& variant : experiment.variants) variants.insert(variant.name);
  }
  return {{"properties", {{"experiment", {{"enum", names}}}, {"variant", {{"enum", variants}}}}}};
}

Json session_end_schema() { return {{"properties", {{"status", {{"enum", {"ok", "crashed", "abnormal"}}}}}}}; }

}  // namespace

std::vector<OwnEvent> own_events(const PlanDocument& plan) {
  return {{"page_viewed", "/own/page_viewed", {}},
          {"user_identified", "/traits/user", plan.user_traits},
          {"group_identified", "/traits/group", plan.group_traits},
          {"metric_recorded", "/own/metric_recorded", {}},
          {"experiment_exposed", "/own/experiment_exposed", exposure_schema(plan.experiments)},
          {"session_ended", "/own/session_ended", session_end_schema()},
          {"crash_reported", "/own/crash_reported", {}}};
}

}  // namespace waymark::plan
