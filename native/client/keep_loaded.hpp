// For code that goes on by itself: a plug-in that is unloaded must leave it behind.
#pragma once

namespace waymark::client {

// The library or program that this stands in stays in memory until the process ends.
void keep_this_library_loaded();

}  // namespace waymark::client
