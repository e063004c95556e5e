#include "tests/collector/power_cut_vfs.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace waymark::collector::testing {
namespace {

using Disk = PowerCutDisk;

struct Handle {
  sqlite3_file base;
  Disk* disk;
  Disk::File* file;
  uint64_t boot;
};

Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
bool is_alive(const Handle& handle) { return handle.disk->power_is_on() && handle.boot == handle.disk->boots(); }
Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

int close_file(sqlite3_file*) { return SQLITE_OK; }

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(file);
  if (!is_alive(handle)) return SQLITE_IOERR_READ;
  const std::string& content = handle.file->current;
  const int64_t there = std::clamp<int64_t>(static_cast<int64_t>(content.size()) - offset, 0, size);
  if (there > 0) std::memcpy(out, content.data() + offset, static_cast<size_t>(there));
  std::memset(static_cast<char*>(out) + there, 0, static_cast<size_t>(size - there));
  return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(file);
  return is_alive(handle) ? handle.disk->write(*handle.file, bytes, size, offset) : SQLITE_IOERR_WRITE;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Handle& handle = handle_of(file);
  return is_alive(handle) ? handle.disk->truncate(*handle.file, size) : SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* file, int) {
  Handle& handle = handle_of(file);
  return is_alive(handle) ? handle.disk->sync(*handle.file) : SQLITE_IOERR_FSYNC;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  Handle& handle = handle_of(file);
  if (!is_alive(handle)) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(handle.file->current.size());
  return SQLITE_OK;
}

// One connection at a time uses the disk, so locks are always free.
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_reserved_lock(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 512; }
int device_characteristics(sqlite3_file*) { return 0; }  // promises nothing

int map_shared_memory(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  Handle& handle = handle_of(file);
  *out = nullptr;
  if (!is_alive(handle)) return SQLITE_IOERR_SHMMAP;
  auto& regions = handle.file->shared_memory;
  while (extend && static_cast<int>(regions.size()) <= region) {
    regions.push_back(std::make_unique<char[]>(static_cast<size_t>(size)));
  }
  if (region < static_cast<int>(regions.size())) *out = regions[static_cast<size_t>(region)].get();
  return SQLITE_OK;
}
int lock_shared_memory(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void shared_memory_barrier(sqlite3_file*) {}
int unmap_shared_memory(sqlite3_file* file, int remove) {
  if (remove) handle_of(file).file->shared_memory.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods io_methods = {2,
                                           close_file,
                                           read_file,
                                           write_file,
                                           truncate_file,
                                           sync_file,
                                           file_size,
                                           lock_file,
                                           lock_file,
                                           check_reserved_lock,
                                           file_control,
                                           sector_size,
                                           device_characteristics,
                                           map_shared_memory,
                                           lock_shared_memory,
                                           shared_memory_barrier,
                                           unmap_shared_memory,
                                           nullptr,
                                           nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* out, int flags, int* out_flags) {
  Handle& handle = handle_of(out);
  handle.base.pMethods = nullptr;
  Disk& disk = disk_of(vfs);
  Disk::File* const file = disk.open(name ? name : "temporary", flags & SQLITE_OPEN_CREATE);
  if (!file) return SQLITE_CANTOPEN;
  handle = {{&io_methods}, &disk, file, disk.boots()};
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) { return disk_of(vfs).remove(name); }

int access_file(sqlite3_vfs* vfs, const char* name, int, int* exists) {
  *exists = disk_of(vfs).exists(name);
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int random_bytes(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<size_t>(size));  // every run of a seed is the same
  return size;
}
int sleep_us(sqlite3_vfs*, int microseconds) { return microseconds; }

int current_time(sqlite3_vfs*, sqlite3_int64* julian_ms) {
  using namespace std::chrono;
  constexpr sqlite3_int64 unix_epoch = 210866760000000;
  *julian_ms = unix_epoch + duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

PowerCutDisk::PowerCutDisk(std::string vfs_name) : vfs_name_(std::move(vfs_name)), vfs_(new sqlite3_vfs{}) {
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->mxPathname = 512;
  vfs_->zName = vfs_name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = random_bytes;
  vfs_->xSleep = sleep_us;
  vfs_->xGetLastError = last_error;
  vfs_->xCurrentTimeInt64 = current_time;
  sqlite3_vfs_register(vfs_.get(), 0);
}

PowerCutDisk::~PowerCutDisk() { sqlite3_vfs_unregister(vfs_.get()); }

bool PowerCutDisk::spend_operation() {
  if (power_ && operations_left_ > 0) {
    --operations_left_;
    return true;
  }
  power_ = false;
  return false;
}

PowerCutDisk::File* PowerCutDisk::open(const std::string& name, bool create) {
  if (!power_) return nullptr;
  if (!create && !files_.contains(name)) return nullptr;
  auto& file = files_[name];
  if (!file) file = std::make_unique<File>();
  return file.get();
}

int PowerCutDisk::remove(const std::string& name) {
  if (!spend_operation()) return SQLITE_IOERR_DELETE;
  const auto found = files_.find(name);
  if (found == files_.end()) return SQLITE_IOERR_DELETE_NOENT;
  dead_.push_back(std::move(found->second));
  files_.erase(found);
  return SQLITE_OK;
}

void PowerCutDisk::apply(std::string& content, const Change& change) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.truncate) {
    content.resize(offset);
    return;
  }
  if (content.size() < offset + change.bytes.size()) content.resize(offset + change.bytes.size());
  std::copy(change.bytes.begin(), change.bytes.end(), content.begin() + change.offset);
}

int PowerCutDisk::write(File& file, const void* bytes, int size, int64_t offset) {
  if (fault_ == Fault::full) return SQLITE_FULL;
  if (fault_ == Fault::write_error) return SQLITE_IOERR_WRITE;
  if (!spend_operation()) return SQLITE_IOERR_WRITE;
  file.unsynced.push_back({offset, {static_cast<const char*>(bytes), static_cast<size_t>(size)}, false});
  apply(file.current, file.unsynced.back());
  return SQLITE_OK;
}

int PowerCutDisk::truncate(File& file, int64_t size) {
  if (!spend_operation()) return SQLITE_IOERR_TRUNCATE;
  file.unsynced.push_back({size, {}, true});
  apply(file.current, file.unsynced.back());
  return SQLITE_OK;
}

int PowerCutDisk::sync(File& file) {
  if (fault_ == Fault::sync_error) return SQLITE_IOERR_FSYNC;
  if (!spend_operation()) return SQLITE_IOERR_FSYNC;
  file.synced = file.current;
  file.unsynced.clear();
  file.name_is_synced = true;
  ++syncs_;
  return SQLITE_OK;
}

void PowerCutDisk::restore_power(std::mt19937& random) {
  for (auto at = files_.begin(); at != files_.end();) {
    auto old = std::move(at->second);
    auto fresh = std::make_unique<File>();
    fresh->synced = old->synced;
    for (Change& change : old->unsynced) {
      const auto fate = random() % 4;
      if (fate < 2) continue;  // lost; a later write may have reached the platter all the same
      if (fate == 2 && !change.truncate) {
        change.bytes.resize(std::min<size_t>(change.bytes.size(), sector_bytes * (random() % 9)));
      }
      apply(fresh->synced, change);
    }
    const bool kept = old->name_is_synced || random() % 2;
    dead_.push_back(std::move(old));
    if (!kept) {
      at = files_.erase(at);
      continue;
    }
    fresh->current = fresh->synced;
    fresh->name_is_synced = true;
    at->second = std::move(fresh);
    ++at;
  }
  power_ = true;
  operations_left_ = UINT64_MAX;
  fault_ = Fault::none;
  ++boots_;
}

}  // namespace waymark::collector::testing
