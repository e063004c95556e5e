// What a person is told and asked, and the terminal that asks it.
#pragma once

#include <string>

#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client {

// The notice of this configuration, in English. `purposes`: those that an answer decides.
ConsentNotice make_notice(const TelemetryConfig& config, const std::vector<std::string>& purposes);

}  // namespace waymark::client
