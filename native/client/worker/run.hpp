// This run of the program, and those before it that ended without a word: how each ended is told once.
#pragma once

#include <string>

#include "native/client/disk/data_paths.hpp"
#include "native/client/disk/run_file.hpp"
#include "native/client/include/waymark/telemetry.hpp"
#include "native/client/worker/engine.hpp"

namespace waymark::client {

struct RunSettings {
  DataPaths directory;
  std::string name;  // of this run: 32 hexadecimal digits
  std::string version;
  CrashScope crashes = CrashScope::none;
  std::string purpose;  // of what is told
  const void* module_address = nullptr;
};

class Run {
 public:
  explicit Run(RunSettings settings) : settings_(std::move(settings)) {}
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool is_begun() const { return file_.is_open(); }
  // Told of runs whose files still stand.
  bool has_told() const { return !told_.empty(); }
  // Marks that it runs, and arms the crash handlers. Does nothing with CrashScope::none.
  void begin(double now);
  // Deletes reports of crashes that no run is behind, 256 at most, and tells the engine of runs before:
  // `crash_reported`, `session_ended`, 64 runs at most. True if there was one: then what the engine has
  // is to be kept, and `settle` called.
  bool report_earlier(Engine& engine, double now);
  // What was told is kept or delivered: its files are deleted.
  void settle();
  // Once a minute.
  void touch() const { file_.touch(); }
  // What it tells was refused: as if it had never begun.
  void stop();
  // It ends well: `session_ended`. If it has reported a crash, it has lived on.
  void end(Engine& engine, double now);
  // Deletes all files, told or not. The paths are added to `deleted`, or, with the reason, to `left`.
  void purge(std::vector<std::string>& deleted, std::vector<std::string>& left);
  // In a child after fork().
  void abandon();

 private:
  std::string crash_path(const std::string& name) const {
    return settings_.directory.crashes() + '/' + name + ".crash";
  }
  void disarm();
  void remove_files();

  RunSettings settings_;
  RunFile file_;
  std::vector<EndedRun> told_;
  double began_ms_ = 0;
  int crash_place_ = -1;
};

}  // namespace waymark::client
