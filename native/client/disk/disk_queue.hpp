// What all trackers of a tool keep on disk of their queues: a journal each, in one directory. What a process left that
// is gone is taken over by the next. All of them together stay within a bound; the oldest orphan goes first.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "native/client/disk/journal_file.hpp"

namespace waymark::client {

class DiskQueue {
 public:
  // A journal's least room: the core's may grow to four times its queue (limits::journal_growth).
  static constexpr size_t least_bytes = 2 * 1024 * 1024;

  // At the end of the names of trackers that write ids and times: others, of the anonymous profile, send none of
  // theirs.
  static constexpr std::string_view with_ids = ".full";

  // `directory` need not exist; it is made with the first entry. `name` is this tracker's, unlike all others'.
  DiskQueue(std::string directory, std::string name, size_t most_bytes);

  // An entry of this tracker's own journal. Makes room by deleting the oldest orphans, whose entries go to `on_lost`.
  // False if there is no room, or the disk fails.
  bool keep(uint32_t entry, std::string_view bytes);
  void forget(uint32_t entry);

  // What has ids is deleted, and its entries go to `on_lost`, if this tracker writes none.
  // Hands all entries of orphans to `restore`, the oldest journal first, until it returns false for want of room; the
  // rest is for the next call. What was handed over stays on disk until `release_adopted`. Returns how many.
  size_t adopt(const std::function<bool(std::string_view)>& restore);
  // What was handed over is kept anew, or delivered: it is deleted. Without it orphans are left to the next process.
  void release_adopted();
  // True if orphans wait that `restore` had no room for.
  bool has_more() const;

  // Every entry on disk, of all processes, the oldest journal first.
  std::vector<std::string> entries() const;
  // Deletes what there is, of living processes too: they have their own in memory, and see the refusal within a second.
  // The paths are added to `deleted`, or, with the reason, to `left`.
  void purge(std::vector<std::string>& deleted, std::vector<std::string>& left);
  // Of these, what this tracker has open: its own journal and what it took over.
  void purge_own(std::vector<std::string>& deleted, std::vector<std::string>& left);
  // Nothing is kept: deletes its own journal if it is empty, and lets all others go.
  void close();
  // In a child after fork(): the files are the parent's.
  void abandon();

  std::function<void(std::string_view)> on_lost;

 private:
  struct Adopted {
    JournalFile file;
    std::vector<JournalEntry> entries;
    size_t restored = 0;
    bool is_over() const { return restored == entries.size(); }
  };

  bool make_room(size_t bytes);
  bool may_send(const std::string& path) const;
  std::vector<std::string> paths() const;  // the oldest first
  std::string own_path() const { return directory_ + '/' + name_ + std::string(ending); }

  static constexpr std::string_view ending = ".journal";

  std::string directory_;
  std::string name_;
  size_t most_bytes_;
  std::vector<JournalFile> own_;  // one, once something was kept
  std::vector<Adopted> adopted_;
};

}  // namespace waymark::client
