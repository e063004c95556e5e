// The reader's part in crashes: groups of them by where they happened, and how many sessions had none. Names are looked
// up when they are asked for, so that symbols that come later count for earlier crashes too.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "native/collector/crash_event.hpp"
#include "native/collector/sqlite.hpp"

namespace waymark::collector {

// Works on the connection of the reader that owns it. Not for several threads at once.
class CrashReader {
 public:
  Failure prepare(Database& database);
  void close();

  // {"events":…,"crashes":[{"top":"greet!main","signal":11,"count":3,"first":…,"last":…,"frames":[…]}]}: the newest
  // bounds::crash_rows events in at most `most_groups` groups, the largest first; the frames are those of the newest.
  Failure read_crashes(Database& database, size_t most_groups, std::string& json);

  // {"sessions":[{"app_version":"1.2.0","ok":…,"crashed":…,"abnormal":…,"unknown":…,"crash_free":0.998}]}: of the
  // newest bounds::session_rows events; `crash_free` is null where no session's end is known.
  Failure read_sessions(Database& database, std::string& json);

 private:
  using Names = std::map<std::pair<std::string, uint64_t>, std::string>;

  Failure name_of(Database& database, const CrashEvent& event, const CrashFrame& frame, Names& names,
                  std::string& name);

  Failure append_frames(Database& database, int64_t seq, Names& names, std::string& json);

  Statement crashes_, one_, sessions_, symbols_;
};

}  // namespace waymark::collector
