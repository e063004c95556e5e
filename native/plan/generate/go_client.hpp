// The parts of the generated Go packages that are the same for every plan, but for the names in {{braces}}.
#pragma once

#include <string_view>

namespace waymark::plan {

extern const std::string_view go_client_package;
extern const std::string_view go_ping_package;

}  // namespace waymark::plan
