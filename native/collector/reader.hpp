// The store's reading side: pages of rows as JSON lines. Has its own connection, so that reading never waits for
// writing (WAL). Not for several threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/collector/crash_reader.hpp"
#include "native/collector/sqlite.hpp"

namespace waymark::collector {

enum class Listing : uint8_t { events, rejected, reports, receipts };
inline constexpr size_t listing_count = 4;

struct Page {
  std::string lines;     // one JSON object and a line feed each
  int64_t last_seq = 0;  // of the last line, or `after` when there is none
  size_t rows = 0;
};

class Reader {
 public:
  Reader(std::string file, std::string vfs) : file_(std::move(file)), vfs_(std::move(vfs)) {}

  // Opens the file, which the other calls do by themselves. An open reader goes on reading when the disk is full; to
  // open one takes room. The writer's connection should be closed after this one: the last to close tidies the files
  // up.
  Failure open();
  void close();

  // Rows with seq > `after`, in order; ends at `most_rows` or behind the row that passes `most_bytes`.
  Failure read(Listing listing, int64_t after, size_t most_rows, size_t most_bytes, Page& page);

  // All receipts of a subject in order of arrival, as one JSON array; at most bounds::subject_receipts are kept.
  Failure read_receipts(std::string_view subject, std::string& json);

  // What crash_reader.hpp says of them.
  Failure read_crashes(size_t most_groups, std::string& json);
  Failure read_sessions(std::string& json);

  // seq of the newest row, 0 if there is none.
  Failure last_seq(Listing listing, int64_t& seq);

 private:
  std::string file_;
  std::string vfs_;
  Database database_;
  Statement pages_[listing_count];
  Statement newest_[listing_count];
  Statement receipts_;
  CrashReader crashes_;
};

}  // namespace waymark::collector
