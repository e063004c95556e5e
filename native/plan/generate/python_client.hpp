// The parts of the generated Python modules that are the same for every plan, but for the names in {{braces}}.
#pragma once

#include <string_view>

namespace waymark::plan {

extern const std::string_view python_client_head;   // imports, init, opt-outs
extern const std::string_view python_client_calls;  // behind the overloads of log_event and log_event_async
extern const std::string_view python_ping_module;

}  // namespace waymark::plan
