// Small things that POSIX gives in pieces: descriptors that close themselves, whole reads and writes, safe replacement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::client {

// Owns a file descriptor; closed in a child's exec.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release();
  void close();

 private:
  int number_ = -1;
};

// A regular file of this user, for reading; not open if there is none, or it is another's, a link, or more than
// `most_bytes` long.
Descriptor open_own_file(const std::string& path, int flags, size_t most_bytes);
// From where the descriptor stands to the end; none on an error.
std::optional<std::string> read_all(int descriptor, size_t most_bytes);
// At `offset`; false if not all could be written.
bool write_all(int descriptor, std::string_view bytes, int64_t offset);
// Writes a temporary file beside it and renames. An error text if that fails; then the file is as before.
std::optional<std::string> write_file(const std::string& path, std::string_view bytes);
// In place of what has this name: a file with these bytes that is locked (`try_lock`) before it can be seen. It is
// written as PATH.new first. Not open if that fails; then what stood there stands as it was.
Descriptor write_locked_file(const std::string& path, std::string_view bytes);
// What becomes of files that are to be deleted.
struct Deletions {
  std::vector<std::string>& deleted;  // their paths
  std::vector<std::string>& left;     // their paths with the reason, each once

  // Deletes it. Of a file that is not there nothing is said.
  void file(const std::string& path);
  // Says so if a directory is there but cannot be read: what is in it is left.
  void look_into(const std::string& directory);

 private:
  void tell(std::string_view doing, const std::string& path);
};
// Deletes what a process that was killed left in the middle of `write_file` or `write_locked_file`; what one is about
// to rename stays. Only of files whose names begin like this: others in the directory may be in the middle of being
// written by someone who takes no such lock.
void remove_leftovers(const std::string& directory, Deletions to, std::string_view begin = {});
// An exclusive lock that lives as long as the open file (flock(2)); false if another has it.
bool try_lock(int descriptor);
// Makes a directory and those above it, with mode 0700. An error text if that fails, or what is there is another's, or
// others may write to it.
std::optional<std::string> make_directory(const std::string& path);
// The names in a directory that end with `ending`, sorted; none if there is no such directory. 4096 at most.
std::vector<std::string> names_in(const std::string& directory, std::string_view ending);
// What errno says of a path: `cannot open /a/b: No space left on device`.
std::string error_text(std::string_view doing, const std::string& path);

}  // namespace waymark::client
