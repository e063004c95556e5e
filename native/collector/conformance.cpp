#include "native/collector/conformance.hpp"

#include <algorithm>
#include <iterator>

#include "core/limits.hpp"
#include "core/plan/path.hpp"
#include "core/privacy/rules.hpp"
#include "core/text/json_scan.hpp"

namespace waymark::collector {
namespace {

// An event with more faults than this, all of them hidden values, would be refused for one that was not looked at.
constexpr uint32_t most_violations = 64;

// For one pass through the items of the largest event, of two bytes each.
constexpr uint32_t unique_slots = limits::event_bytes;

// Whether a marker of core/privacy/rules.hpp or a pseudonym stands in a string.
bool has_marker(std::string_view string) {
  if (string.find("[hash:") != std::string_view::npos) return true;
  for (uint32_t i = 0; i < privacy::marker_count; ++i) {
    if (string.find(privacy::text_of(static_cast<privacy::Marker>(i))) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Conformance::Conformance(std::string compiled) : compiled_(std::move(compiled)) {
  has_plan_ = plan_.load(compiled_);
  if (has_plan_) slots_.resize(unique_slots);
}

// The plan looks names up as JSON strings, still escaped; its own have nothing to escape.
uint32_t Conformance::event(std::string_view name) const {
  return name.find_first_of("\\\"") == std::string_view::npos ? plan_.event(name) : plan::no_node;
}

// A value that was replaced breaks rules that the value kept, and a member that the plan drops is missing.
bool Conformance::is_hidden(const plan::Violation& violation, uint32_t event, std::string_view object) const {
  if (violation.rule == plan::Rule::required || violation.rule == plan::Rule::dependent_required) {
    const plan::NodeTable& table = plan_.table();
    const uint32_t listed = plan::NodeTable::operand_of(table.word(violation.place));
    const std::string_view name = table.string(plan::NodeTable::operand_of(table.word(listed)));
    return plan_.treatment(event, name) == plan::Treatment::drop;
  }
  const char* const begin = violation.where - 1;
  if (begin < object.data() || *begin != '"') return false;
  text::JsonScanner scan(object.substr(static_cast<size_t>(begin - object.data())));
  return scan.next() == text::Token::string && has_marker(scan.span());
}

std::optional<Conformance::Fault> Conformance::find_fault(uint32_t event, std::string_view properties, bool is_forced) {
  if (!judges() && !(is_forced && has_plan_ && event != plan::no_node)) return {};
  if (event == plan::no_node) return Fault{name_of(Reason::unplanned_event), {}, "/event_name"};
  return find_violation(plan_.schema(event), event, properties, "/properties", is_forced);
}

std::optional<Conformance::Fault> Conformance::find_context_fault(std::string_view context) {
  if (!judges() || context.empty()) return {};
  return find_violation(plan_.context_schema(), plan::no_node, context, "/context");
}

std::optional<Conformance::Fault> Conformance::find_violation(uint32_t schema, uint32_t event, std::string_view object,
                                                              std::string_view prefix, bool is_forced) {
  if (schema == plan::no_node) return {};
  plan::Violation violations[most_violations];
  plan::ValidatorLimits limits;
  limits.slots = slots_.data();
  limits.slot_count = unique_slots;
  const uint32_t count = plan::validate(plan_.table(), schema, object, violations, most_violations, limits);
  const auto* found = std::find_if(violations, violations + count, [&](const plan::Violation& violation) {
    return !is_hidden(violation, event, object);
  });
  if (is_forced && count == most_violations) found = violations;
  if (found == violations + count) return {};
  char path[512];
  return Fault{name_of(Reason::plan_violation), plan_.rule_name(found->rule),
               std::string(prefix) + std::string(plan::path_to(object, found->where, path, sizeof path))};
}

}  // namespace waymark::collector
