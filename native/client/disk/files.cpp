#include "native/client/disk/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace waymark::client {
namespace {

constexpr size_t most_names = 4096;
constexpr size_t most_leftover_bytes = 64 * 1024 * 1024;
constexpr int most_attempts = 5;
constexpr std::string_view unfinished = ".new";

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

int Descriptor::release() { return std::exchange(number_, -1); }

void Descriptor::close() {
  if (is_open()) ::close(release());
}

Descriptor open_own_file(const std::string& path, int flags, size_t most_bytes) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open()) return {};
  struct stat status {};
  const bool is_ours = fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
                       static_cast<uint64_t>(status.st_size) <= most_bytes;
  if (!is_ours) return {};
  return file;
}

std::optional<std::string> read_all(int descriptor, size_t most_bytes) {
  std::string out;
  char piece[16 * 1024];
  for (;;) {
    const ssize_t got = ::read(descriptor, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || out.size() + static_cast<size_t>(got) > most_bytes) return {};
    if (got == 0) return out;
    out.append(piece, static_cast<size_t>(got));
  }
}

bool write_all(int descriptor, std::string_view bytes, int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += written;
  }
  return true;
}

std::optional<std::string> write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + "." + std::to_string(::getpid()) + std::string(unfinished);
  const Descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file.is_open()) return error_text("cannot create", temporary);
  if (write_all(file.get(), bytes, 0) && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  std::string problem = error_text("cannot write", path);
  ::unlink(temporary.c_str());
  return problem;
}

Descriptor write_locked_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + std::string(unfinished);
  // Another may take it for a leftover in the moment before it is locked.
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
    ::unlink(temporary.c_str());
    Descriptor file(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return {};
    if (!try_lock(file.get())) continue;
    if (!write_all(file.get(), bytes, 0)) break;
    if (::rename(temporary.c_str(), path.c_str()) == 0) return file;
    if (errno != ENOENT) break;
  }
  ::unlink(temporary.c_str());
  return {};
}

void Deletions::file(const std::string& path) {
  if (::unlink(path.c_str()) == 0) {
    deleted.push_back(path);
  } else if (errno != ENOENT && errno != ENOTDIR) {
    tell("cannot delete", path);
  }
}

void Deletions::look_into(const std::string& directory) {
  const bool is_readable = ::faccessat(AT_FDCWD, directory.c_str(), R_OK | X_OK, AT_EACCESS) == 0;
  if (is_readable || errno == ENOENT || errno == ENOTDIR) return;
  tell("cannot read", directory);
}

void Deletions::tell(std::string_view doing, const std::string& path) {
  std::string text = error_text(doing, path);
  if (std::find(left.begin(), left.end(), text) == left.end()) left.push_back(std::move(text));
}

void remove_leftovers(const std::string& directory, Deletions to, std::string_view begin) {
  for (const std::string& name : names_in(directory, unfinished)) {
    if (!name.starts_with(begin)) continue;
    std::string path = directory;
    path.append("/").append(name);
    const Descriptor file = open_own_file(path, O_RDONLY, most_leftover_bytes);
    if (!file.is_open() || !try_lock(file.get())) continue;
    to.file(path);
  }
}

bool try_lock(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

std::optional<std::string> make_directory(const std::string& path) {
  for (size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), S_IRWXU) != 0 && errno != EEXIST) return error_text("cannot make the directory", part);
    if (at == std::string::npos) break;
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    return error_text("cannot use", path);
  }
  if (status.st_uid != geteuid()) return "the directory " + path + " belongs to another user; name one of your own";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others may write to " + path + "; run: chmod 700 " + path;
  return {};
}

std::vector<std::string> names_in(const std::string& directory, std::string_view ending) {
  std::vector<std::string> names;
  DIR* const opened = ::opendir(directory.c_str());
  if (opened == nullptr) return names;
  while (const dirent* const entry = ::readdir(opened)) {
    const std::string_view name = entry->d_name;
    if (name.ends_with(ending) && name.front() != '.' && names.size() < most_names) names.emplace_back(name);
  }
  ::closedir(opened);
  std::sort(names.begin(), names.end());
  return names;
}

std::string error_text(std::string_view doing, const std::string& path) {
  return std::string(doing) + ' ' + path + ": " + std::generic_category().message(errno);
}

}  // namespace waymark::client
