// What a person is told and asked, whoever shows it.
#pragma once

#include <string>
#include <vector>

#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client {

// The notice of this configuration, in English: what, why, how to turn it off, where to read more. `purposes`: those
// that an answer decides. All texts are printable on a terminal (printable.hpp) and of one line each. `hash` is the
// SHA-256 of title, text, how_to_turn_off, policy_url and purposes, each with a line feed at its end.
ConsentNotice make_notice(const TelemetryConfig& config, const std::vector<std::string>& purposes);

}  // namespace waymark::client
