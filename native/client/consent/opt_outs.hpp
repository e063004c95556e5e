// The switches in the environment that turn telemetry off, whatever else is so. docs/native.md publishes the table of
// values; tests/vectors/opt_outs.json is the same table for the tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waymark::client {

// Reads one variable: null if it is not set. Tests give a map; programs std::getenv.
using ReadVariable = const char* (*)(void* context, const char* name);
struct Variables {
  ReadVariable read = nullptr;
  void* context = nullptr;
  const char* operator()(const char* name) const { return read(context, name); }
};
// Those of this process.
Variables process_variables();

// Whether a value says nothing: it is, trimmed of ASCII space and in lower case, empty, 0, false, no, off, n or f.
bool is_no_signal(std::string_view value);

// Whether a value of DO_NOT_TRACK or TOOL_NO_TELEMETRY asks for silence: all do but those that say nothing. No dialect
// of DO_NOT_TRACK in use protects more than this but for those to which `0` means yes.
bool is_opt_out(std::string_view value);

// The tool's own variable: `my-tool` is MY_TOOL_NO_TELEMETRY.
std::string tool_variable(std::string_view tool);

enum class OptOut : uint8_t { none, do_not_track, tool_variable };
struct OptOutFinding {
  OptOut opt_out = OptOut::none;
  std::string variable;  // that was set
};
// DO_NOT_TRACK is asked first. Neither can switch off the other.
OptOutFinding find_opt_out(std::string_view tool, const Variables& variables);

}  // namespace waymark::client
