// Serves the files of one directory, for demos and small sites.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "native/collector/exchange.hpp"

namespace waymark::collector {

class StaticSite {
 public:
  // `root` must be a directory.
  explicit StaticSite(const std::filesystem::path& root);

  // `path`: decoded, begins with a slash. 404 for what is not a plain file inside the directory, whose name and
  // folders do not begin with a dot; 304 when `if_none_match` names the present file; index.html for a folder.
  Response serve(std::string_view path, std::string_view if_none_match) const;

 private:
  std::filesystem::path root_;
};

// By the name's ending; application/octet-stream for what is not known.
std::string_view content_type_of(std::string_view file_name);

}  // namespace waymark::collector
