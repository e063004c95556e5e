#include "core/stages/conformance.hpp"

namespace waymark::stages {

PlanFault check_conformance(const plan::Plan& plan, uint32_t event, std::string_view properties, bool is_forced) {
  PlanFault fault;
  if (!is_forced && plan.enforcement() == plan::Enforcement::off) return fault;
  const uint32_t schema = plan.schema(event);
  if (event == plan::no_node) {
    fault.reason = Reason::unplanned_event;
  } else if (schema != plan::no_node && validate(plan.table(), schema, properties, &fault.violation, 1)) {
    fault.reason = Reason::plan_violation;
  }
  return fault;
}

}  // namespace waymark::stages
