// Plans for tests.
#pragma once

#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"
#include "tests/catch.hpp"

namespace waymark::plan {

// The plan that `text` holds; fails the test if it has errors.
inline PlanDocument good_plan(std::string_view text) {
  Findings findings;
  auto plan = read_plan(text, findings);
  for (const Finding& finding : findings) UNSCOPED_INFO(finding.pointer << ": " << finding.message);
  REQUIRE(plan);
  return std::move(*plan);
}

// A plan with these events, and whatever members `more` adds, with a comma in front.
inline std::string with_events(std::string_view events, std::string_view more = {}) {
  return R"({"name":"shop","version":1,"events":{)" + std::string(events) + "}" + std::string(more) + "}";
}

// "POINTER MESSAGE", a line each.
inline std::string lines_of(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) out += finding.pointer + ' ' + finding.message + '\n';
  return out;
}

}  // namespace waymark::plan
