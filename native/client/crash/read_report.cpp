#include <bit>
#include <string>

#include "native/client/crash/crash.hpp"
#include "native/client/crash/report_format.hpp"

namespace waymark::client::crash {
namespace {

// A frame is an address until the mapping is known that it is in.
struct ReadMapping {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t load_bias = 0;
  int32_t module = 0;
};

// What is not there reads as zeros, and fails.
class Content {
 public:
  explicit Content(std::string_view bytes) : bytes_(bytes) {}

  uint64_t number(size_t size) {
    const std::string_view from = text(size);
    uint64_t value = 0;
    for (size_t i = from.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(from[i]);
    return value;
  }
  double real() { return std::bit_cast<double>(number(8)); }
  std::string_view text(size_t size) {
    if (size > bytes_.size()) {
      has_failed_ = true;
      bytes_ = {};
      return {};
    }
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  std::string_view rest() { return text(bytes_.size()); }
  bool has_failed() const { return has_failed_; }

 private:
  std::string_view bytes_;
  bool has_failed_ = false;
};

// Takes a whole piece off the front. False if there is none.
bool take_piece(std::string_view& bytes, uint8_t& kind, std::string_view& content) {
  if (bytes.size() < piece_head_bytes) return false;
  Content head(bytes.substr(0, piece_head_bytes));
  kind = static_cast<uint8_t>(head.number(1));
  head.number(1);
  const size_t size = head.number(2);
  const uint64_t sum = head.number(4);
  if (size > bytes.size() - piece_head_bytes) return false;
  content = bytes.substr(piece_head_bytes, size);
  if (checksum(content.data(), size, checksum(bytes.data(), 4)) != sum) return false;
  bytes.remove_prefix(piece_head_bytes + size);
  return true;
}

bool is_time(double time_ms) { return time_ms >= 0 && time_ms < 253402300800000.0; }  // until the year 9999

bool read_crash(Content content, Report& report) {
  report.signal = static_cast<int32_t>(content.number(4));
  report.code = static_cast<int32_t>(content.number(4));
  report.crashed_ms = content.real();
  report.started_ms = content.real();
  report.crash_id = content.text(crash_id_chars);
  return !content.has_failed() && is_time(report.crashed_ms) && is_time(report.started_ms) &&
         report.crash_id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// The place of the module in the report, which is added if it is new.
int32_t place_of(Module module, Report& report) {
  for (size_t i = 0; i < report.modules.size(); ++i) {
    if (report.modules[i].name == module.name && report.modules[i].build_id == module.build_id) {
      return static_cast<int32_t>(i);
    }
  }
  report.modules.push_back(std::move(module));
  return static_cast<int32_t>(report.modules.size() - 1);
}

void read_mapping(Content content, Report& report, std::vector<ReadMapping>& mappings) {
  ReadMapping mapping{content.number(8), content.number(8), content.number(8)};
  Module module;
  const std::string_view build_id = content.text(content.number(1));
  module.build_id.assign(build_id.begin(), build_id.end());
  module.name = content.rest();
  if (content.has_failed() || build_id.size() > most_build_id_bytes || module.name.size() > most_name_bytes) return;
  if (mappings.size() == 2 * most_frames) return;  // those of the top frame may come twice
  mapping.module = place_of(std::move(module), report);
  mappings.push_back(mapping);
}

Frame resolve(uint64_t address, const std::vector<ReadMapping>& mappings) {
  for (const ReadMapping& mapping : mappings) {
    if (address >= mapping.begin && address < mapping.end) return {mapping.module, address - mapping.load_bias};
  }
  return {};
}

}  // namespace

std::optional<Report> read_report(std::string_view bytes) {
  if (!bytes.starts_with(std::string_view(first_line, first_line_bytes))) return {};
  bytes = bytes.substr(first_line_bytes, most_report_bytes);
  Report report;
  std::vector<uint64_t> addresses;
  std::vector<ReadMapping> mappings;
  bool has_crash = false;
  uint8_t kind = 0;
  std::string_view content;
  while (take_piece(bytes, kind, content)) {
    switch (static_cast<Piece>(kind)) {
      case Piece::crash:
        if (has_crash || !read_crash(Content(content), report)) return {};
        has_crash = true;
        break;
      case Piece::exception:
        report.exception_type = content.substr(0, most_type_bytes);
        break;
      case Piece::frame:
        if (content.size() == 8 && addresses.size() < most_frames) addresses.push_back(Content(content).number(8));
        break;
      case Piece::mapping:
        read_mapping(Content(content), report, mappings);
        break;
    }
  }
  if (!has_crash) return {};
  for (const uint64_t address : addresses) report.frames.push_back(resolve(address, mappings));
  return report;
}

}  // namespace waymark::client::crash
