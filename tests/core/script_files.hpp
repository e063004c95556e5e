// The golden scripts of tests/vectors.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

namespace waymark::scripts {

using Json = nlohmann::ordered_json;

inline std::vector<std::filesystem::path> script_files() {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path() / "vectors";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline Json read(const std::filesystem::path& file) { return Json::parse(std::ifstream(file)); }

}  // namespace waymark::scripts
