// Whether events keep the collector's tracking plan. What a tracker hid before it sent is no fault.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/plan.hpp"

namespace waymark::collector {

// Not for several threads at once.
class Conformance {
 public:
  // `compiled` is a plan as native/plan/compile.hpp writes it; anything else, such as the empty text, means no plan.
  explicit Conformance(std::string compiled);
  Conformance(const Conformance&) = delete;  // the plan points into the bytes
  Conformance& operator=(const Conformance&) = delete;

  // Null without a plan.
  const plan::Plan* plan() const { return has_plan_ ? &plan_ : nullptr; }

  // The plan's node of an event; plan::no_node for one that it does not have.
  uint32_t event(std::string_view name) const;

  struct Fault {
    std::string_view reason;  // unplanned_event or plan_violation (core/verdict.hpp)
    std::string_view rule;    // the keyword that is broken; empty for unplanned_event
    std::string path;         // RFC 6901, from the event
  };
  // The first fault of an event, `properties` being an object that the inspector has found good. None without a plan
  // and in a plan whose mode is off, unless it `is_forced` to look whether an event keeps its schema; then one that
  // cannot be looked at in full is at fault too.
  std::optional<Fault> find_fault(uint32_t event, std::string_view properties, bool is_forced = false);
  // The same of a context, a good object; the empty text stands for none, which has no fault.
  std::optional<Fault> find_context_fault(std::string_view context);

  // Whether a fault is a reason to refuse: the plan's mode is reject.
  bool refuses() const { return plan_.enforcement() == plan::Enforcement::reject; }

 private:
  bool judges() const { return has_plan_ && plan_.enforcement() != plan::Enforcement::off; }
  std::optional<Fault> find_violation(uint32_t schema, uint32_t event, std::string_view object, std::string_view prefix,
                                      bool is_forced = false);
  bool is_hidden(const plan::Violation& violation, uint32_t event, std::string_view object) const;

  std::string compiled_;
  plan::Plan plan_;
  bool has_plan_ = false;
  std::vector<plan::UniqueSlot> slots_;
};

}  // namespace waymark::collector
