// The writing side of report_format.hpp, for signal handlers: system calls and memory that is there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/client/crash/report_format.hpp"

namespace waymark::client::crash {

struct CrashFacts {
  int32_t signal = 0;
  int32_t code = 0;
  double crashed_ms = 0;
  double started_ms = 0;
  const char* crash_id = nullptr;  // crash_id_chars bytes
};

// Part of the address space that a file is mapped to.
struct Mapping {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t load_bias = 0;
  uint8_t build_id_bytes = 0;
  uint8_t build_id[most_build_id_bytes];
  uint8_t name_bytes = 0;
  char name[most_name_bytes];
};

class ReportFile {
 public:
  // Makes the file. Where that is not possible the other calls do nothing.
  void create(const char* path);
  bool is_open() const { return is_open_; }
  void close();

  // Each is one write, and takes what it is given as it stands: too long texts are cut.
  void add_crash(const CrashFacts& facts);
  void add_exception(const char* type_name);
  void add_frame(uint64_t address);
  void add_mapping(const Mapping& mapping);

 private:
  void add_number(uint64_t value, size_t bytes);
  void add_bytes(const void* bytes, size_t size);
  void write(Piece kind);

  int file_ = 0;
  bool is_open_ = false;
};

}  // namespace waymark::client::crash
