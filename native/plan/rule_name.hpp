// What the rules that a value can break are called.
#pragma once

#include <string_view>

#include "core/plan/node_table.hpp"

namespace waymark::plan {

// The keyword of JSON Schema ("minimum", "additionalProperties", "false"), or "depth" and "work" for those of the
// validator itself. Rules that no value can break have none: "".
std::string_view rule_name(Rule rule);

}  // namespace waymark::plan
