// What changed between two versions of a plan, and what that breaks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// As semantic versioning has it (semver.org).
enum class Bump : uint8_t {
  none,
  patch,  // words alone: descriptions, owners
  minor,  // whoever sends or reads events as before can go on
  major,  // someone who sends or reads events has to change something, or what people were told has changed
};

struct Change {
  Bump bump = Bump::patch;
  std::string pointer;  // into the new plan, of what was removed into the old one
  std::string message;  // one line: "the event `cart_viewed` is removed"
};

// What changed, in the order of the plan; formatting, order of members and `$comment`s are no changes. Never throws.
std::vector<Change> diff_plans(const PlanDocument& before, const PlanDocument& after);

// The greatest of the changes; none if there are none.
Bump bump_of(const std::vector<Change>& changes);

// "major".
std::string_view word_of(Bump bump);

}  // namespace waymark::plan
