// For command line tools: the question that is asked once, and the subcommand that every tool can mount.
#pragma once

#include <span>
#include <string_view>

#include "waymark/telemetry.hpp"

namespace waymark {

enum class Asked : uint8_t {
  granted,      // the person said yes, now
  refused,      // the person said no, now
  not_asked,    // answered earlier, opted out, in CI, no terminal, `TERM=dumb`, or a program types in place of a person
  interrupted,  // no answer (end of input, Ctrl-C, a minute's silence): asked again at the next start
};

// Shows the notice and asks, if nobody has answered it yet and there is a person at a terminal: standard input and
// standard error are one. Writes to standard error alone. Blocks until there is an answer. Enter alone is no.
WAYMARK_API Asked ask_on_terminal(Telemetry& telemetry);

// The subcommand `telemetry`: `on`, `off`, `status`, `show` (what would be sent: the records that wait, as JSON lines);
// none is `status`. Writes to standard output, errors to standard error. Returns the exit status: 0 done, 2 not
// understood or not possible.
//   if (argc > 1 && std::string_view(argv[1]) == "telemetry")
//     return waymark::telemetry_command(telemetry, {argv + 2, argv + argc});
WAYMARK_API int telemetry_command(Telemetry& telemetry, std::span<char* const> arguments);

}  // namespace waymark
