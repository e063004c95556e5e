#include "native/client/disk/state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/client/disk/files.hpp"

namespace waymark::client {
namespace {

constexpr size_t most_state_bytes = 4096;

}  // namespace

std::string StateFile::read() {
  if (path_.empty()) return {};
  known_version_ = version();
  const Descriptor file = open_own_file(path_, O_RDONLY, most_state_bytes);
  return file.is_open() ? read_all(file.get(), most_state_bytes).value_or("") : std::string();
}

void StateFile::write(std::string_view state) {
  if (path_.empty()) return;
  if (state.empty()) {
    erase();
  } else if (!make_directory(path_.substr(0, path_.rfind('/')))) {
    write_file(path_, state);
  }
  known_version_ = version();
}

bool StateFile::erase() {
  std::vector<std::string> deleted, left;
  erase(deleted, left);
  return left.empty();
}

void StateFile::erase(std::vector<std::string>& deleted, std::vector<std::string>& left) {
  if (path_.empty()) return;
  Deletions to{deleted, left};
  const size_t name = path_.rfind('/');
  to.look_into(path_.substr(0, name));
  remove_leftovers(path_.substr(0, name), to, path_.substr(name + 1) + '.');
  to.file(path_);
}

bool StateFile::is_foreign() const { return !path_.empty() && version() != known_version_; }

// The inode is another with each replacement, the time tells a number that is used again.
uint64_t StateFile::version() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return 0;
  return status.st_ino * 1'000'003 + static_cast<uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(status.st_mtim.tv_nsec);
}

}  // namespace waymark::client
