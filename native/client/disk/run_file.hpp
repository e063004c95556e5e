// That a run of the program is going on: a file that is locked as long as the process lives. One that stands there
// without a lock is of a run that ended without a word: it crashed, or was killed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/client/disk/files.hpp"

namespace waymark::client {

class RunFile {
 public:
  RunFile() = default;
  // Not open if it cannot be made. `version`: of the program, at most 64 bytes.
  static RunFile create(const std::string& directory, const std::string& name, std::string_view version,
                        double started_ms);
  bool is_open() const { return file_.is_open(); }
  // It still runs: so much is known of a run that is killed later.
  void touch() const;
  // It ended well.
  void remove();
  // In a child after fork(): it is the parent's.
  void abandon() { file_.close(); }

 private:
  std::string path_;
  Descriptor file_;
};

// A run that ended without a word, locked as long as this lives, so that one process alone tells of it.
struct EndedRun {
  std::string name;
  std::string path;
  std::string version;
  double started_ms = 0;
  double seen_ms = 0;  // when it last said that it runs
  Descriptor lock;
};
// At most 64, in the order of their names.
std::vector<EndedRun> find_ended_runs(const std::string& directory);

}  // namespace waymark::client
