#include "options.hpp"

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

namespace {

template <class Number>
bool read_number(std::string_view text, Number least, Number most, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

bool read_file(const std::string& path, std::string& out) {
  std::ifstream file(path, std::ios::binary);
  out.assign(std::istreambuf_iterator<char>(file), {});
  return file.good() && !out.empty();
}

}  // namespace

std::optional<Options> read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string value = i + 1 < count ? arguments[i + 1] : "";
    const bool is_good = name == "--endpoint"    ? !(options.endpoint = value).empty()
                         : name == "--write-key" ? !(options.write_key = value).empty()
                         : name == "--data"      ? !(options.data_directory = value).empty()
                         : name == "--plan"      ? read_file(value, options.plan)
                         : name == "--answer"    ? (options.answer = value) == "yes" || value == "no"
                         : name == "--instances" ? read_number(value, 1, 64, options.instances)
                         : name == "--seconds"   ? read_number(value, 0.1, 3600.0, options.seconds)
                                                 : false;
    if (is_good) continue;
    std::cerr << "audio_plugin: " << name << " '" << value
              << "' is not understood; use --endpoint URL, --write-key KEY, --data DIR, --plan FILE (compiled), "
                 "--answer yes|no, --instances 1…64, --seconds 0.1…3600\n";
    return {};
  }
  return options;
}
