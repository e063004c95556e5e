#include "native/client/disk/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "core/limits.hpp"
#include "core/text/siphash.hpp"

namespace waymark::client {
namespace {

constexpr std::string_view magic = "WMJOURN1";
constexpr size_t head_bytes = 16;
constexpr size_t entry_head_bytes = JournalFile::entry_head_bytes;
constexpr int64_t worth_rewriting_bytes = 1024 * 1024;
constexpr size_t most_file_bytes = 64 * 1024 * 1024;

struct EntryHead {
  uint32_t bytes;
  uint32_t entry;
  uint64_t checksum;
};
static_assert(sizeof(EntryHead) == entry_head_bytes);

std::string head_of(uint64_t forgotten) {
  std::string head(magic);
  head.append(reinterpret_cast<const char*>(&forgotten), sizeof forgotten);
  return head;
}

EntryHead entry_head(uint32_t entry, std::string_view bytes) {
  const uint64_t checksum = text::siphash({reinterpret_cast<const char*>(&entry), sizeof entry}, bytes);
  return {static_cast<uint32_t>(bytes.size()), entry, checksum};
}

std::string record_of(uint32_t entry, std::string_view bytes) {
  const EntryHead head = entry_head(entry, bytes);
  std::string record(reinterpret_cast<const char*>(&head), sizeof head);
  return record.append(bytes);
}

// Calls `found` for each entry that is whole; returns where the last one ends, 0 for no journal.
template <class Found>
size_t walk(std::string_view bytes, Found found) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return 0;
  uint64_t forgotten = 0;
  std::memcpy(&forgotten, bytes.data() + magic.size(), sizeof forgotten);
  size_t at = head_bytes;
  while (bytes.size() - at >= entry_head_bytes) {
    EntryHead head;
    std::memcpy(&head, bytes.data() + at, sizeof head);
    if (head.bytes > limits::journal_bytes || bytes.size() - at - entry_head_bytes < head.bytes) break;
    const std::string_view text = bytes.substr(at + entry_head_bytes, head.bytes);
    if (entry_head(head.entry, text).checksum != head.checksum) break;
    if (head.entry > forgotten) found(head.entry, at, text);
    at += entry_head_bytes + head.bytes;
  }
  return at;
}

std::vector<JournalEntry> entries_in(std::string_view bytes) {
  std::vector<JournalEntry> out;
  walk(bytes, [&](uint32_t entry, size_t, std::string_view text) { out.push_back({entry, std::string(text)}); });
  return out;
}

}  // namespace

JournalFile JournalFile::create(std::string path) {
  JournalFile journal;
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) return journal;
  Descriptor file = write_locked_file(path, head_of(0));
  if (!file.is_open()) return journal;
  journal.path_ = std::move(path);
  journal.file_ = std::move(file);
  journal.end_ = head_bytes;
  return journal;
}

JournalFile JournalFile::adopt(std::string path) {
  JournalFile journal;
  Descriptor file = open_own_file(path, O_RDWR, most_file_bytes);
  if (!file.is_open() || !try_lock(file.get())) return journal;
  // Whoever had the lock before may have deleted or replaced it.
  struct stat opened {
  }, named{};
  if (fstat(file.get(), &opened) != 0 || ::stat(path.c_str(), &named) != 0 || opened.st_ino != named.st_ino) {
    return journal;
  }
  const std::optional<std::string> bytes = read_all(file.get(), most_file_bytes);
  if (!bytes) return journal;
  journal.path_ = std::move(path);
  journal.file_ = std::move(file);
  const size_t end = walk(*bytes, [&](uint32_t entry, size_t at, std::string_view) {
    journal.places_.push_back({entry, static_cast<int64_t>(at)});
  });
  journal.end_ = static_cast<int64_t>(end);
  return journal;
}

bool JournalFile::append(uint32_t entry, std::string_view bytes) {
  const std::string record = record_of(entry, bytes);
  if (!write_all(file_.get(), record, end_)) {
    if (::ftruncate(file_.get(), end_) != 0) file_.close();  // what stands there is passed over by its checksum
    return false;
  }
  places_.push_back({entry, end_});
  end_ += static_cast<int64_t>(record.size());
  return true;
}

void JournalFile::forget(uint32_t entry) {
  const uint64_t forgotten = entry;
  write_all(file_.get(), {reinterpret_cast<const char*>(&forgotten), sizeof forgotten}, magic.size());
  std::erase_if(places_, [&](const Place& place) { return place.entry <= entry; });
  if (places_.empty()) {
    if (::ftruncate(file_.get(), head_bytes) == 0) end_ = head_bytes;
    return;
  }
  const int64_t dead = places_.front().offset - static_cast<int64_t>(head_bytes);
  if (dead > worth_rewriting_bytes && dead > end_ / 2) rewrite();
}

// Into a new file that takes this one's name.
void JournalFile::rewrite() {
  const std::vector<JournalEntry> kept = entries();
  if (kept.size() != places_.size()) return;  // it cannot be read now
  std::string bytes = head_of(0);
  std::vector<Place> places;
  for (const JournalEntry& entry : kept) {
    places.push_back({entry.entry, static_cast<int64_t>(bytes.size())});
    bytes += record_of(entry.entry, entry.bytes);
  }
  Descriptor file = write_locked_file(path_, bytes);
  if (!file.is_open()) return;
  file_ = std::move(file);
  end_ = static_cast<int64_t>(bytes.size());
  places_ = std::move(places);
}

std::vector<JournalEntry> JournalFile::entries() const {
  if (::lseek(file_.get(), 0, SEEK_SET) < 0) return {};
  const std::optional<std::string> bytes = read_all(file_.get(), most_file_bytes);
  return bytes ? entries_in(*bytes) : std::vector<JournalEntry>();
}

void JournalFile::remove() {
  ::unlink(path_.c_str());
  file_.close();
  places_.clear();
}

std::vector<JournalEntry> read_journal(const std::string& path) {
  const Descriptor file = open_own_file(path, O_RDONLY, most_file_bytes);
  if (!file.is_open()) return {};
  const std::optional<std::string> bytes = read_all(file.get(), most_file_bytes);
  return bytes ? entries_in(*bytes) : std::vector<JournalEntry>();
}

}  // namespace waymark::client
