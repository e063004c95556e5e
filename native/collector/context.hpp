// What surrounds an event: sections that a batch gives for all its events, and those of one event.
#pragma once

#include <string>
#include <string_view>

namespace waymark::collector {

// The sections of both as one object; of a section that is in both, the event's own. Both must be good JSON objects.
std::string merge_context(std::string_view shared, std::string_view own);

}  // namespace waymark::collector
