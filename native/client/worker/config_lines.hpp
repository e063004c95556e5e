// What the program configured, in the words of the core; and what is wrong with it.
#pragma once

#include <string>

#include "native/client/consent/permission.hpp"
#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client {

// Why a configuration cannot work: which part, what is wrong with it, what to do. Empty if it can.
std::string problem_of(const TelemetryConfig& config);

// The purposes of the plan, else the usual ones. `plan` must be sound, or empty.
PurposeList purposes_of(std::string_view plan);

// What all events share, as a JSON object: the program, the operating system and the processor; empty in the anonymous
// profile, which has no texts.
std::string shared_context(const TelemetryConfig& config);

// The lines of core/config.hpp.
std::string config_lines(const TelemetryConfig& config);

}  // namespace waymark::client
