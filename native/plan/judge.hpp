// What `waymark validate` answers on one line of JSON.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/inspect.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/schema.hpp"

namespace waymark::plan {

// A value that is larger than the validator reads (core/plan/schema.hpp) is not read at all.
inline constexpr size_t line_bytes = 16 * 1024 * 1024 - 1;
// Levels of a value that is judged by a schema alone; an event has 8 at most.
inline constexpr size_t value_depth = 1000;
// Rules that are told of one value; then it is left at that.
inline constexpr uint32_t most_violations = 64;

class Judge {
 public:
  // `table` holds one schema or a plan; both must be sound and outlive the judge.
  explicit Judge(const NodeTable& schema) : table_(schema) {}
  // `event`: what is judged are the properties of this event alone; empty: whole events.
  Judge(const Plan& plan, std::string_view event);

  // `{"valid":true}`, or `{"valid":false,"violations":[{"path":…,"rule":…,"message":…}]}`. Any bytes are safe. `path`
  // leads into the line.
  std::string judge(std::string_view line);

 private:
  struct Fault {
    std::string path;  // escaped for JSON
    std::string rule;
    std::string message;
  };

  void judge_value(std::string_view json, uint32_t node, const std::string& prefix);
  void judge_event(std::string_view line);
  void judge_properties(std::string_view name, std::string_view json, const std::string& prefix);
  bool inspect(std::string_view object, const std::string& prefix);
  void report(std::string path, std::string_view rule, std::string message);

  const NodeTable& table_;
  const Plan* plan_ = nullptr;
  std::string event_;
  std::vector<Fault> faults_;
  std::vector<UniqueSlot> slots_ = std::vector<UniqueSlot>(1 << 16);  // more for longer lines
  privacy::Rules rules_;
  std::unique_ptr<Inspector> inspector_;
  std::vector<char> clean_;
};

// The answer on a line of more than `line_bytes`.
std::string too_long_answer();

// Whether the plan has the event, or it comes from the tracker itself.
bool has_event(const Plan& plan, std::string_view name);

}  // namespace waymark::plan
