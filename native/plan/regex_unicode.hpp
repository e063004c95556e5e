// The properties of Unicode that patterns may name: \p{…} of ECMA-262, 22.2.1.
#pragma once

#include <optional>
#include <string_view>

#include "native/plan/regex_set.hpp"

namespace waymark::plan {

// The code points of \p{name=value}, or of \p{name} with an empty `value`: general categories, scripts, script
// extensions and the binary properties, by their long and short names. nullopt if ECMA-262 knows none of that name.
std::optional<CodeSet> unicode_property(std::string_view name, std::string_view value);

// The version of Unicode, such as "15.0".
std::string_view unicode_version();

}  // namespace waymark::plan
