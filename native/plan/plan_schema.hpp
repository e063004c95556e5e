// The JSON Schema of the plan format (tracking-plan.schema.json), built into the program.
#pragma once

#include <string_view>

namespace waymark::plan {

// The file's text.
std::string_view plan_schema();

}  // namespace waymark::plan
