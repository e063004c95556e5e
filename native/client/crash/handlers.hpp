// The handlers of fatal signals and of std::terminate, and those that stood before them.
#pragma once

namespace waymark::client::crash {

// False if the system refuses.
bool install_handlers();
// Puts back what stood before where nobody has replaced ours since.
void remove_handlers();

}  // namespace waymark::client::crash
