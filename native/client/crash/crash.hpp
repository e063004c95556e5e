// Crash reports: written in the moment of the crash, by what is safe in a signal handler alone; read at the next start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client::crash {

struct Settings {
  std::string path;         // of the file that a crash writes; its directory exists
  std::string instance_id;  // 32 hexadecimal digits in lower case: the crash's id
  double started_ms = 0;
  CrashScope scope = CrashScope::program;
  const void* module_address = nullptr;  // somewhere in the module whose crashes count, for CrashScope::module
};

// Behind the path of a report that replaces an earlier one, until it is whole.
inline constexpr char unfinished_ending[] = ".new";

// Keeps arming whole over fork(). Who holds a lock while arming calls it before it registers handlers of its own with
// pthread_atfork(3), so that both take their locks in one order.
void keep_whole_over_fork();

// Installs the handlers, with the first, and reports to this file too from now on; 16 at once in a process. Returns the
// place, or a negative number: too many, settings that are out of bounds (the path has 1 to 4095 bytes), a module that
// is not there, another processor than x86-64. A child that came out of fork() reports to no file of its parent's: it
// arms files of its own.
int arm(const Settings& settings);
// No longer reports to it; with the last, the handlers that stood before stand again where nobody replaced ours.
void disarm(int place);
// A signal stack for this thread, freed at its end. False if there is no memory.
bool protect_this_thread();

struct Module {
  std::string name;               // of the file, without its directory
  std::vector<uint8_t> build_id;  // empty: it has none
};
struct Frame {
  int32_t module = -1;  // a place in `modules`; negative: in none
  uint64_t offset = 0;  // in the module's own addresses, as `nm` shows them; of a caller, the last byte of its call
};
struct Report {
  std::string crash_id;
  int32_t signal = 0;
  int32_t code = 0;            // si_code
  std::string exception_type;  // of std::terminate: the mangled name; its what() is not kept
  double crashed_ms = 0;
  double started_ms = 0;
  std::vector<Module> modules;
  std::vector<Frame> frames;  // the innermost first, 64 at most; of what no file is behind, not even the offset
};
// What a crash wrote; a file that was cut short has what is whole of it. None if not even the signal is.
std::optional<Report> read_report(std::string_view bytes);
// The properties of the event `crash_reported`. All but the module's and the exception's names are numbers, so that
// the anonymous profile keeps what can be symbolised: {"signal":11,"code":1,"uptime_ms":…,"crash_id":[four 32-bit
// words, big-endian],"exception_type":"St9bad_alloc","top_frame":0,"modules":[{"name":"greet","build_id":[five of
// them]}],"frames":[[0,6683],…]}. `top_frame` is the place of the first frame outside of the C and C++
// libraries.
std::string properties_of(const Report& report);

}  // namespace waymark::client::crash
