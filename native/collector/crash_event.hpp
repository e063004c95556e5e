// What an event `crash_reported` says (native/client/crash/crash.hpp). Anybody who can send may have made it up, so
// what is odd is left out, and no text of it is believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::collector {

struct CrashModule {
  std::string name;      // empty: not told, as in the anonymous profile
  std::string build_id;  // as normalise_build_id gives it; empty: it has none
};

struct CrashFrame {
  std::optional<size_t> module;  // a place in `modules`; none: in none
  uint64_t offset = 0;
};

struct CrashEvent {
  int64_t signal = 0;
  std::string crash_id;        // 32 hexadecimal digits; empty: not told
  std::string exception_type;  // as people write it; empty: not told
  std::vector<CrashModule> modules;
  std::vector<CrashFrame> frames;
  size_t top_frame = 0;  // a place in `frames`, if there is any
};

// `properties`: the JSON object of the event.
CrashEvent read_crash_event(std::string_view properties);

// The type's name as people write it, of a mangled name that is made of names alone: St13runtime_error, N3app5ErrorE.
// Others stay as they are: a demangler can be made to write without end.
std::string readable_type_name(std::string_view mangled);

enum class SessionEnd : uint8_t { ok, crashed, abnormal, unknown };

struct EndedSession {
  SessionEnd end = SessionEnd::unknown;
  std::string version;  // of the program then, which may have been another than the one that told; empty: not told
};

// Of the properties of an event `session_ended`: {"status":"crashed","is_crashed":true,"is_abnormal":false,
// "version":"1.2.0"}. The anonymous profile leaves the two truths alone; without them the word counts.
EndedSession read_ended_session(std::string_view properties);

}  // namespace waymark::collector
