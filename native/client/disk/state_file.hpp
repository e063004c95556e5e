// The core's state (core/state.hpp) in a file that all processes of a tool share: ids and session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::client {

class StateFile {
 public:
  // An empty path keeps nothing.
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  // What stands there, empty if nothing does.
  std::string read();
  // In place of what stood there; nothing deletes it. A disk that refuses costs the ids of the next run, no event.
  void write(std::string_view state);
  // Deletes it, and what a killed process left of it. True unless something is left.
  bool erase();
  void erase(std::vector<std::string>& deleted, std::vector<std::string>& left);
  // True if another process wrote since this one read or wrote.
  bool is_foreign() const;

 private:
  uint64_t version() const;

  std::string path_;
  uint64_t known_version_ = 0;
};

}  // namespace waymark::client
