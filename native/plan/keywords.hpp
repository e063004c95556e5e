// What the validator's findings are called, for people.
#pragma once

#include <string>
#include <string_view>

#include "core/plan/schema.hpp"

namespace waymark::plan {

// One sentence without a full stop: `must be >= 0`, `the property "order_id" is missing`. `json` is the value that was
// judged.
std::string violation_message(const NodeTable& table, const Violation& violation, std::string_view json);

}  // namespace waymark::plan
