// What this library reads of the JSON that crosses the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waymark::client {

// The indices of rejected events in a collector's answer, as Tracker::on_response wants them. An answer that is not
// understood rejects none.
std::string rejected_in(std::string_view answer);

// The events of a batch, a JSON object each. A number that is legal JSON and no double (1e999) makes none of it.
std::vector<std::string> events_of(std::string_view batch);

// The purpose of such an event; empty without one.
std::string purpose_of(std::string_view event);

}  // namespace waymark::client
