// Who may send and who may read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waymark::collector {

// True when both are equal; takes as long for a wrong key as for a right one of the same length.
bool same_key(std::string_view given, std::string_view expected);

class Keys {
 public:
  Keys(std::vector<std::string> write_keys, std::string read_key)
      : write_keys_(std::move(write_keys)), read_key_(std::move(read_key)) {}

  static constexpr int refused = -1;
  // Index of the write key, 0 for every key when none is configured, or `refused`.
  int write_index(std::string_view given) const;
  size_t write_count() const { return write_keys_.empty() ? 1 : write_keys_.size(); }
  bool has_write_keys() const { return !write_keys_.empty(); }

  bool has_read_key() const { return !read_key_.empty(); }
  bool may_read(std::string_view given) const { return !has_read_key() || same_key(given, read_key_); }

 private:
  std::vector<std::string> write_keys_;
  std::string read_key_;
};

}  // namespace waymark::collector
