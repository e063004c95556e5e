// What is left of a crash: how the program ended, and what its report says.
#pragma once

namespace waymark::testing {

// Runs `arguments[0]` without address randomisation and with cores allowed, and prints process id, status, signal and
// whether there was a core, as JSON. Returns 0.
int watch_end(char** arguments);

// Prints the properties of the report in `path` as JSON. Returns 0, or 1 if it is none.
int print_report(const char* path);

}  // namespace waymark::testing
