// The files that a crash is reported to, prepared so that a signal handler only reads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "native/client/crash/crash.hpp"
#include "native/client/crash/report_file.hpp"

namespace waymark::client::crash {

inline constexpr size_t most_places = 16;
inline constexpr size_t most_path_bytes = 4095;  // PATH_MAX without the zero

struct Place {
  uint64_t module_begin = 0;
  uint64_t module_end = 0;
  double started_ms = 0;
  uint64_t report = 0;            // the number of the one that stands in the file; 0: none was written
  int report_thread = 0;          // that wrote it
  std::atomic<uint32_t> turn{0};  // 0: free; else the how manieth use of it
  int process = 0;                // a child that came out of fork() does not report to its parent's files
  CrashScope scope = CrashScope::none;
  char crash_id[crash_id_chars] = {};
  char path[most_path_bytes + 1] = {};

  // Of the report that is being written.
  bool is_made = false;
  ReportFile file;

  bool is_armed(int by_process) const { return turn.load(std::memory_order_acquire) != 0 && process == by_process; }
};

extern Place places[most_places];

}  // namespace waymark::client::crash
