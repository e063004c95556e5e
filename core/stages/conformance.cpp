#include "core/stages/conformance.hpp"

#include "core/text/words.hpp"

namespace waymark::stages {

uint32_t schema_of(const plan::Plan& plan, std::string_view name) {
  const uint32_t event = plan.event(name);
  if (event != plan::no_node) return plan.schema(event);
  if (text::equal(name, text::literal("user_identified"))) return plan.user_traits_schema();
  if (text::equal(name, text::literal("group_identified"))) return plan.group_traits_schema();
  return plan::no_node;
}

bool is_planned(const plan::Plan& plan, std::string_view name) {
  return plan.event(name) != plan::no_node ||
         text::lists(text::literal(" page_viewed user_identified group_identified "), name, ' ');
}

PlanFault check_conformance(const plan::Plan& plan, std::string_view name, std::string_view properties) {
  PlanFault fault;
  if (plan.enforcement() == plan::Enforcement::off) return fault;
  const uint32_t schema = schema_of(plan, name);
  if (!is_planned(plan, name)) {
    fault.reason = Reason::unplanned_event;
  } else if (schema != plan::no_node && validate(plan.table(), schema, properties, &fault.violation, 1)) {
    fault.reason = Reason::plan_violation;
  }
  return fault;
}

}  // namespace waymark::stages
