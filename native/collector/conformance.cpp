#include "native/collector/conformance.hpp"

#include <algorithm>
#include <iterator>

#include "core/plan/path.hpp"
#include "core/privacy/rules.hpp"
#include "core/text/json_scan.hpp"

namespace waymark::collector {
namespace {

// An event with more faults than this, all of them hidden values, would be refused for one that was not looked at.
constexpr uint32_t most_violations = 64;

// Whether a marker of core/privacy/rules.hpp or a pseudonym stands in a string.
bool has_marker(std::string_view string) {
  if (string.find("[hash:") != std::string_view::npos) return true;
  for (uint32_t i = 0; i < privacy::marker_count; ++i) {
    if (string.find(privacy::text_of(static_cast<privacy::Marker>(i))) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Conformance::Conformance(std::string compiled) : compiled_(std::move(compiled)) { has_plan_ = plan_.load(compiled_); }

// A value that was replaced breaks rules that the value kept, and a member that the plan drops is missing.
bool Conformance::is_hidden(const plan::Violation& violation, uint32_t event, std::string_view properties) const {
  if (violation.rule == plan::Rule::required || violation.rule == plan::Rule::dependent_required) {
    const plan::NodeTable& table = plan_.table();
    const uint32_t listed = plan::NodeTable::operand_of(table.word(violation.place));
    const std::string_view name = table.string(plan::NodeTable::operand_of(table.word(listed)));
    return plan_.treatment(event, name) == plan::Treatment::drop;
  }
  const char* const begin = violation.where - 1;
  if (begin < properties.data() || *begin != '"') return false;
  text::JsonScanner scan(properties.substr(static_cast<size_t>(begin - properties.data())));
  return scan.next() == text::Token::string && has_marker(scan.span());
}

std::optional<Conformance::Fault> Conformance::find_fault(std::string_view event_name,
                                                          std::string_view properties) const {
  if (!has_plan_ || plan_.enforcement() == plan::Enforcement::off) return {};
  const uint32_t event = plan_.event(event_name);
  if (event == plan::no_node) return Fault{name_of(Reason::unplanned_event), {}, {}};
  const uint32_t schema = plan_.schema(event);
  if (schema == plan::no_node) return {};
  plan::Violation violations[most_violations];
  const uint32_t count = plan::validate(plan_.table(), schema, properties, violations, most_violations);
  const auto* const found = std::find_if(violations, violations + count, [&](const plan::Violation& violation) {
    return !is_hidden(violation, event, properties);
  });
  if (found == violations + count) return {};
  char path[512];
  return Fault{name_of(Reason::plan_violation), plan_.rule_name(found->rule),
               std::string(plan::path_to(properties, found->where, path, sizeof path))};
}

}  // namespace waymark::collector
