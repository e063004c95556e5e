// Reads /proc/self/maps (proc_pid_maps(5)) line by line in a buffer of its own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace waymark::client::crash {

struct MapLine {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t file_offset = 0;
  uint64_t device = 0;  // both numbers in one
  uint64_t inode = 0;
  bool is_readable = false;
  const char* path = nullptr;  // not terminated; good until the next line is read
  size_t path_bytes = 0;
};

class MemoryMap {
 public:
  // False if the file cannot be opened.
  bool open();
  void close();
  // False at the end. The path of a line that does not fit the buffer is cut.
  bool next(MapLine& line);

 private:
  bool fill();

  int file_ = -1;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool is_cut_ = false;      // what follows is the rest of a line that did not fit
  char buffer_[4096 + 256];  // a path (PATH_MAX) and what stands before it
};

}  // namespace waymark::client::crash
