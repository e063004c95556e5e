// A request target (RFC 9112 3.2) taken apart: the decoded path and the query's members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waymark::collector {

class Target {
 public:
  // None when the target does not begin with a slash or an escape in it is broken.
  static std::optional<Target> parse(std::string_view target);

  const std::string& path() const { return path_; }
  // The first member of that name; none if there is none.
  const std::string* query(std::string_view name) const;
  // The number of that name; `otherwise` when it is not there, none when it is not one from 0 to `most`.
  std::optional<uint64_t> number(std::string_view name, uint64_t otherwise, uint64_t most) const;

 private:
  std::string path_;
  std::vector<std::pair<std::string, std::string>> query_;
};

}  // namespace waymark::collector
