// Reports lie on disks where anything may happen to them. Checksums are put right, so that what is behind them is met.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "native/client/crash/crash.hpp"
#include "native/client/crash/report_format.hpp"
#include "tests/fuzz/require.hpp"

namespace crash = waymark::client::crash;

namespace {

// The pieces with the lengths that they say, cut at the end, under checksums that are right.
std::string mend(std::string bytes) {
  std::string out(crash::first_line, crash::first_line_bytes);
  size_t at = 0;
  while (bytes.size() - at >= crash::piece_head_bytes) {
    char* const piece = bytes.data() + at;
    const size_t left = bytes.size() - at - crash::piece_head_bytes;
    size_t size = static_cast<uint8_t>(piece[2]) | static_cast<size_t>(static_cast<uint8_t>(piece[3])) << 8;
    size = std::min(size, left);
    piece[2] = static_cast<char>(size & 0xff);
    piece[3] = static_cast<char>(size >> 8);
    const uint32_t sum = crash::checksum(piece + crash::piece_head_bytes, size, crash::checksum(piece, 4));
    for (size_t i = 0; i < 4; ++i) piece[4 + i] = static_cast<char>(sum >> (8 * i));
    out.append(piece, crash::piece_head_bytes + size);
    at += crash::piece_head_bytes + size;
  }
  return out;
}

void check(const std::string& bytes) {
  const auto report = crash::read_report(bytes);
  if (!report) return;
  require(report->frames.size() <= crash::most_frames, "frames are bounded");
  require(report->modules.size() <= 2 * crash::most_frames, "modules are bounded");
  for (const auto& frame : report->frames) {
    require(frame.module >= -1 && frame.module < static_cast<int32_t>(report->modules.size()),
            "a frame is in a module that is there, or in none");
  }
  const auto properties = nlohmann::json::parse(crash::properties_of(*report), nullptr, false);
  require(properties.is_object(), "the properties are JSON");
  require(properties["frames"].size() == report->frames.size(), "no frame is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  check(mend(bytes));
  return 0;
}
