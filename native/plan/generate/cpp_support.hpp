// The part of the generated C++ header that is the same for every plan.
#pragma once

#include <string_view>

namespace waymark::plan {

// What stands before the types and what stands behind them, inside the namespace.
extern const std::string_view cpp_includes;
extern const std::string_view cpp_values;
extern const std::string_view cpp_calls;

}  // namespace waymark::plan
