#include "native/client/consent/consent_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <deque>
#include <utility>

#include "core/consent/record.hpp"
#include "core/text/json_write.hpp"
#include "native/client/consent/data_directory.hpp"
#include "native/client/consent/replace_file.hpp"

namespace waymark::client {
namespace {

using consent::Soundness;

constexpr const char* file_name = "consent.json";
constexpr const char* temporary_name = "consent.json.new";
constexpr mode_t writable_by_others = S_IWGRP | S_IWOTH;
constexpr int lock_tries = 200;
constexpr timespec between_lock_tries{0, 10'000'000};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  explicit operator bool() const { return number_ >= 0; }
  int operator*() const { return number_; }

 private:
  int number_;
};

std::string reason_of(int error) { return std::strerror(error); }

ConsentText distrust(const std::string& path, const std::string& what) {
  return {Soundness::corrupt, "", path + ": " + what, false};
}

// What is wrong with a file that is open; empty if nothing is.
std::string flaw_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no regular file: delete it, and answer again";
  if (status.st_uid != geteuid()) return "belongs to another user: delete it, or change its owner";
  if (status.st_mode & writable_by_others) return "can be written by others: chmod 600";
  if (status.st_size > static_cast<off_t>(ConsentFile::most_bytes)) {
    return "is larger than 16 KiB, so it is no consent record: delete it, and answer again";
  }
  return {};
}

bool read_all(int file, std::string& text) {
  text.resize(ConsentFile::most_bytes + 1);
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return true;
}

// Makes the directory and those above it that are missing. Returns 0, or errno with the path in `at`.
int make_directories(const std::string& directory, std::string& at) {
  for (size_t end = 1; end <= directory.size(); ++end) {
    if (end < directory.size() && directory[end] != '/') continue;
    at = directory.substr(0, end);
    if (mkdir(at.c_str(), 0700) == 0 || errno == EEXIST) continue;
    // Of a directory that is there, a read-only file system or missing rights may be told first.
    const int error = errno;
    struct stat status {};
    if (stat(at.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return error;
  }
  return 0;
}

// The directory itself, or the first above it that is there.
std::string existing_part_of(std::string directory) {
  while (directory.size() > 1 && access(directory.c_str(), F_OK) != 0 && errno == ENOENT) {
    directory.resize(std::max<size_t>(directory.rfind('/'), 1));
  }
  return directory;
}

// What another user would be left with in their home, if root wrote there: directories that they cannot delete.
bool is_in_anothers_home(const std::string& directory) {
  struct stat status {};
  return geteuid() == 0 && stat(existing_part_of(directory).c_str(), &status) == 0 && status.st_uid != 0;
}

std::string flaw_of_directory(int directory) {
  struct stat status {};
  if (fstat(directory, &status) != 0) return reason_of(errno);
  if (status.st_uid != geteuid()) return "belongs to another user: change its owner";
  if (status.st_mode & writable_by_others) return "can be written by others: chmod 700";
  return {};
}

bool lock(int directory) {
  for (int i = 0; i < lock_tries; ++i) {
    if (flock(directory, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    nanosleep(&between_lock_tries, nullptr);
  }
  return false;
}

// Owns the texts that choices point to, as a record can hold them.
class PlainTexts {
 public:
  std::string_view operator()(const std::string& text) {
    auto& room = rooms_.emplace_back();
    return consent::plain(text, room.data());
  }

 private:
  std::deque<std::array<char, 3 * limits::consent_text_chars>> rooms_;
};

bool is_granted(const consent::Choice& choice) { return choice.value == Consent::granted; }

// An error text if there are more purposes than a record holds.
std::optional<std::string> add(consent::Record& record, const consent::Choice& choice) {
  auto* const end = record.choices + record.count;
  auto* const found =
      std::find_if(record.choices, end, [&](const auto& other) { return other.purpose == choice.purpose; });
  if (found == end && record.count == limits::recorded_choices) {
    return "a consent record holds " + std::to_string(limits::recorded_choices) + " purposes at most";
  }
  if (found == end) ++record.count;
  *found = choice;
  return std::nullopt;
}

}  // namespace

ConsentFile::ConsentFile(std::string directory)
    : directory_(std::move(directory)), path_(directory_ + "/" + file_name) {}

ConsentText ConsentFile::read() const {
  if (is_privileged()) return distrust(path_, "is not read with the rights of another user");
  // Without O_NONBLOCK a named pipe would be waited for.
  const Descriptor file(open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    if (errno == ELOOP) return distrust(path_, "is a symbolic link: delete it, and answer again");
    return distrust(path_, "cannot be read: " + reason_of(errno));
  }
  struct stat status {};
  if (fstat(*file, &status) != 0) return distrust(path_, "cannot be read: " + reason_of(errno));
  if (const std::string flaw = flaw_of(status); !flaw.empty()) return distrust(path_, flaw);
  std::string text;
  if (!read_all(*file, text)) return distrust(path_, "cannot be read: " + reason_of(errno));
  if (text.size() > most_bytes) return distrust(path_, "grows while it is read");
  consent::Record record;
  if (consent::read_record(text, record) == Soundness::sound) return {Soundness::sound, std::move(text), "", true};
  return {Soundness::corrupt, "", path_ + ": is no consent record: answer again, and it is replaced", true};
}

std::optional<std::string> ConsentFile::write(const NewChoice* choices, size_t count, double now_ms) {
  if (is_privileged()) return path_ + ": is not written with the rights of another user";
  if (is_in_anothers_home(directory_)) {
    return directory_ + ": is in the home of another user: answer as that user, or set HOME";
  }
  std::string at;
  if (const int error = make_directories(directory_, at)) return at + ": cannot be made: " + reason_of(error);
  const Descriptor directory(open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return directory_ + ": cannot be opened: " + reason_of(errno);
  if (const std::string flaw = flaw_of_directory(*directory); !flaw.empty()) return directory_ + ": " + flaw;
  if (!lock(*directory)) return directory_ + ": another process holds its lock: try again";

  const ConsentText before = read();
  if (!before.is_trusted) return before.problem;
  consent::Record record;
  if (before.soundness == Soundness::corrupt) {
    // Whether it told of a withdrawal is not known. The seconds are a higher number than any count of changes.
    record.epoch = record.purged = std::floor(now_ms / 1000);
  } else {
    (void)consent::read_record(before.text, record);
    record.epoch += 1;
  }
  PlainTexts plain;
  for (size_t i = 0; i < count; ++i) {
    const NewChoice& given = choices[i];
    if (given.value == Consent::unknown) return "`" + given.purpose + "`: neither granted nor denied";
    const consent::Choice choice{plain(given.purpose), given.value,         plain(given.source), now_ms,
                                 now_ms + lasts_ms,    plain(given.policy), plain(given.notice)};
    if (auto problem = add(record, choice)) return problem;
  }
  if (std::none_of(record.choices, record.choices + record.count, is_granted)) record.purged = record.epoch;

  std::array<char, most_bytes> room;
  text::JsonWriter out(room.data(), room.size());
  consent::write_record(out, record);
  if (out.failed()) return path_ + ": the record would be larger than 16 KiB";
  if (const int error = replace_file(*directory, file_name, temporary_name, out.text())) {
    return path_ + ": cannot be written: " + reason_of(error);
  }
  return std::nullopt;
}

void ConsentFile::erase(std::vector<std::string>& deleted, std::vector<std::string>& left) {
  const ConsentText text = read();
  if (text.soundness == Soundness::missing || !text.is_trusted) return;
  if (unlink(path_.c_str()) != 0) {
    const std::string reason = reason_of(errno);
    const Descriptor file(open(path_.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) return left.push_back("cannot delete " + path_ + ": " + reason);
  }
  deleted.push_back(path_);
}

bool ConsentFile::could_be_written() const {
  if (directory_.empty() || directory_.front() != '/' || is_privileged() || is_in_anothers_home(directory_))
    return false;
  const std::string existing = existing_part_of(directory_);
  struct stat status {};
  return stat(existing.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         faccessat(AT_FDCWD, existing.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

uint64_t ConsentFile::version() const {
  struct stat status {};
  if (lstat(path_.c_str(), &status) != 0) return 0;
  // Of a new file in the old one's place, the time of its last change differs even where the inode's number does not.
  uint64_t mixed = static_cast<uint64_t>(status.st_ino);
  for (const int64_t part : {int64_t{status.st_ctim.tv_sec}, int64_t{status.st_ctim.tv_nsec}}) {
    mixed = (mixed ^ static_cast<uint64_t>(part)) * 0x9E3779B97F4A7C15;
    mixed ^= mixed >> 32;
  }
  return mixed == 0 ? 1 : mixed;
}

}  // namespace waymark::client
