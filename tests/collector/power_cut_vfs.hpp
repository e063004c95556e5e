// A disk in memory, under SQLite, whose power can be cut: what was not synced is lost, in part or torn, as on a real
// disk. It can also be full, or fail to sync.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace waymark::collector::testing {

class PowerCutDisk {
 public:
  // Registers an SQLite VFS of that name; unregistered again at the end.
  explicit PowerCutDisk(std::string vfs_name);
  ~PowerCutDisk();
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  const std::string& vfs_name() const { return vfs_name_; }

  // The power goes before the n-th write, truncation, sync or deletion from now on. Everything then fails.
  void cut_power_after(uint64_t operations) { operations_left_ = operations; }
  bool power_is_on() const { return power_; }
  // What is on the platter after the cut: all that was synced; of each later write all, nothing or whole sectors of it.
  // Files that are still open stay dead.
  void restore_power(std::mt19937& random);

  enum class Fault : uint8_t { none, full, write_error, sync_error };
  void set_fault(Fault fault) { fault_ = fault; }

  uint64_t syncs() const { return syncs_; }

  // For the VFS.
  struct Change {
    int64_t offset;
    std::string bytes;
    bool truncate;  // to `offset`
  };
  struct File {
    std::string synced;
    std::string current;
    std::vector<Change> unsynced;
    bool name_is_synced = false;
    std::vector<std::unique_ptr<char[]>> shared_memory;
  };
  File* open(const std::string& name, bool create);
  bool exists(const std::string& name) const { return power_ && files_.contains(name); }
  int remove(const std::string& name);
  int write(File& file, const void* bytes, int size, int64_t offset);
  int truncate(File& file, int64_t size);
  int sync(File& file);
  uint64_t boots() const { return boots_; }

 private:
  bool spend_operation();
  static void apply(std::string& content, const Change& change);

  static constexpr int64_t sector_bytes = 512;
  std::string vfs_name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::unique_ptr<File>> files_;
  std::vector<std::unique_ptr<File>> dead_;  // handles of an earlier boot may still point to them
  uint64_t operations_left_ = UINT64_MAX;
  uint64_t syncs_ = 0;
  uint64_t boots_ = 0;
  bool power_ = true;
  Fault fault_ = Fault::none;
};

}  // namespace waymark::collector::testing
