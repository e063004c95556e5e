// The parts of the generated Node modules that are the same for every plan, but for the names in {{braces}}.
#pragma once

#include <string_view>

namespace waymark::plan {

extern const std::string_view node_client_module;
extern const std::string_view node_client_types;
extern const std::string_view node_ping_module;
extern const std::string_view node_ping_types;

}  // namespace waymark::plan
