#include "native/client/disk/disk_queue.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace waymark::client {
namespace {

uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

std::tuple<int64_t, int64_t> written_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {0, 0};
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace

DiskQueue::DiskQueue(std::string directory, std::string name, size_t most_bytes)
    : directory_(std::move(directory)), name_(std::move(name)), most_bytes_(std::max(most_bytes, least_bytes)) {}

std::vector<std::string> DiskQueue::paths() const {
  std::vector<std::pair<std::tuple<int64_t, int64_t>, std::string>> found;
  for (const std::string& name : names_in(directory_, ending)) {
    const std::string path = directory_ + '/' + name;
    found.emplace_back(written_at(path), path);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [time, path] : found) out.push_back(std::move(path));
  return out;
}

bool DiskQueue::make_room(size_t bytes) {
  uint64_t used = 0;
  const std::vector<std::string> all = paths();
  for (const std::string& path : all) used += size_of(path);
  for (const std::string& path : all) {
    if (used + bytes <= most_bytes_) return true;
    JournalFile orphan = JournalFile::adopt(path);
    if (!orphan.is_open()) continue;
    used -= std::min(used, size_of(path));
    for (const JournalEntry& entry : orphan.entries()) {
      if (on_lost) on_lost(entry.bytes);
    }
    orphan.remove();
  }
  return used + bytes <= most_bytes_;
}

bool DiskQueue::keep(uint32_t entry, std::string_view bytes) {
  if (!make_room(bytes.size() + JournalFile::entry_head_bytes)) return false;
  if (own_.empty()) {
    if (make_directory(directory_)) return false;
    JournalFile journal = JournalFile::create(own_path());
    if (!journal.is_open()) return false;
    own_.push_back(std::move(journal));
  }
  return own_.front().append(entry, bytes);
}

void DiskQueue::forget(uint32_t entry) {
  if (!own_.empty()) own_.front().forget(entry);
}

size_t DiskQueue::adopt(const std::function<bool(std::string_view)>& restore) {
  size_t count = 0;
  const auto take = [&](Adopted& from) {
    for (; !from.is_over(); ++from.restored, ++count) {
      if (!restore(from.entries[from.restored].bytes)) return false;
    }
    return true;
  };
  for (Adopted& from : adopted_) {
    if (!take(from)) return count;
  }
  std::vector<std::string> leftovers, left;
  remove_leftovers(directory_, {leftovers, left});
  for (const std::string& path : paths()) {
    if (path == own_path()) continue;
    JournalFile file = JournalFile::adopt(path);  // what is adopted already is locked
    if (!file.is_open()) continue;
    std::vector<JournalEntry> entries = file.entries();
    if (!may_send(path)) {
      for (const JournalEntry& entry : entries) {
        if (on_lost) on_lost(entry.bytes);
      }
      entries.clear();
    }
    if (entries.empty()) {
      file.remove();
      continue;
    }
    adopted_.push_back({std::move(file), std::move(entries)});
    if (!take(adopted_.back())) return count;
  }
  return count;
}

void DiskQueue::release_adopted() {
  for (Adopted& from : adopted_) {
    if (from.is_over()) {
      from.file.remove();
    } else if (from.restored > 0) {
      from.file.forget(from.entries[from.restored - 1].entry);
    }
  }
  std::erase_if(adopted_, [](const Adopted& from) { return from.is_over(); });
}

bool DiskQueue::has_more() const {
  return std::any_of(adopted_.begin(), adopted_.end(), [](const Adopted& from) { return !from.is_over(); });
}

bool DiskQueue::may_send(const std::string& path) const {
  const std::string ids_and_ending = std::string(with_ids) + std::string(ending);
  return name_.ends_with(with_ids) || !path.ends_with(ids_and_ending);
}

std::vector<std::string> DiskQueue::entries() const {
  std::vector<std::string> out;
  for (const std::string& path : paths()) {
    for (JournalEntry& entry : read_journal(path)) out.push_back(std::move(entry.bytes));
  }
  return out;
}

void DiskQueue::purge_own(std::vector<std::string>& deleted, std::vector<std::string>& left) {
  Deletions to{deleted, left};
  for (const Adopted& from : adopted_) to.file(from.file.path());
  for (const JournalFile& own : own_) to.file(own.path());
  adopted_.clear();
  own_.clear();
}

void DiskQueue::purge(std::vector<std::string>& deleted, std::vector<std::string>& left) {
  Deletions to{deleted, left};
  to.look_into(directory_);
  purge_own(deleted, left);  // first: they are known also where the directory cannot be read
  remove_leftovers(directory_, to);
  for (const std::string& path : paths()) to.file(path);
}

void DiskQueue::close() {
  for (JournalFile& own : own_) {
    if (own.entries().empty()) own.remove();
  }
  own_.clear();
  adopted_.clear();
}

void DiskQueue::abandon() {
  own_.clear();  // closing a copy of the descriptor leaves the parent its lock
  adopted_.clear();
}

}  // namespace waymark::client
