// One journal on disk: the entries of one tracker (core/outbox/journal.hpp), appended, and forgotten from the
// beginning. It is locked as long as its process lives, so that what is not locked is an orphan. A write that a crash
// cut short is seen by its checksum, and ends the file.
//
//   "WMJOURN1" | forgotten entry, u64 | then for each entry: bytes, u32 | entry, u32 | checksum, u64 | the bytes
//
// Numbers are the machine's own; files do not travel. What is written is in the page cache, which outlives the process:
// a kill loses nothing of it, a power cut may.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/client/disk/files.hpp"

namespace waymark::client {

struct JournalEntry {
  uint32_t entry = 0;
  std::string bytes;
};

class JournalFile {
 public:
  // What an entry takes besides its bytes.
  static constexpr size_t entry_head_bytes = 16;

  // A new one, locked. Not open if it cannot be made.
  static JournalFile create(std::string path);
  // One that a process left, locked from now on. Not open if its process lives, or it is none of ours.
  static JournalFile adopt(std::string path);

  bool is_open() const { return file_.is_open(); }
  const std::string& path() const { return path_; }
  uint64_t size_bytes() const { return static_cast<uint64_t>(end_); }

  // False if it does not fit on the disk: then the file is as before.
  bool append(uint32_t entry, std::string_view bytes);
  // That entry and all before it. Frees the disk when all are, or when what is dead is a megabyte and half of it.
  void forget(uint32_t entry);
  // Those that are whole and not forgotten, in order.
  std::vector<JournalEntry> entries() const;
  void remove();

 private:
  struct Place {
    uint32_t entry;
    int64_t offset;
  };

  JournalFile() = default;
  void rewrite();

  std::string path_;
  Descriptor file_;
  int64_t end_ = 0;
  std::vector<Place> places_;  // of the entries that are not forgotten; bounded as the core's journal is
};

// The same of a file that another process is writing, without its lock.
std::vector<JournalEntry> read_journal(const std::string& path);

}  // namespace waymark::client
