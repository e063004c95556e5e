#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "core/text/json_write.hpp"
#include "native/client/crash/crash.hpp"
#include "native/client/crash/report_format.hpp"

namespace waymark::client::crash {
namespace {

// Those that every program runs in. What stands at the top of a stack there was called to end the program.
constexpr std::string_view runtime_libraries[] = {"libc.so.",       "libc-",       "libstdc++.so.", "libgcc_s.so.",
                                                  "libpthread.so.", "libpthread-", "ld-linux",      "[vdso]"};

bool is_runtime(std::string_view name) {
  return std::any_of(std::begin(runtime_libraries), std::end(runtime_libraries),
                     [&](std::string_view library) { return name.starts_with(library); });
}

void append_quoted(std::string& out, std::string_view plain) {
  std::array<char, 6 * most_type_bytes + 2> buffer;  // at worst each byte is \u00xx
  text::JsonWriter writer(buffer.data(), buffer.size());
  writer.quoted(plain.substr(0, most_type_bytes));
  out += writer.text();
}

// As 32-bit words, big-endian; the last is filled up with zeros.
void append_words(std::string& out, const std::vector<uint8_t>& bytes) {
  out += '[';
  for (size_t i = 0; i < bytes.size(); i += 4) {
    uint32_t word = 0;
    for (size_t k = 0; k < 4; ++k) word = word << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
    if (i > 0) out += ',';
    out += std::to_string(word);
  }
  out += ']';
}

// Four words, as of a build id: the digits of a text would be hidden in the anonymous profile.
void append_crash_id(std::string& out, const std::string& hex) {
  std::vector<uint8_t> bytes(crash_id_chars / 2);
  for (size_t i = 0; i < bytes.size() && 2 * i + 2 <= hex.size(); ++i) {
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, bytes[i], 16);
  }
  append_words(out, bytes);
}

size_t top_frame_of(const Report& report) {
  for (size_t i = 0; i < report.frames.size(); ++i) {
    const int32_t module = report.frames[i].module;
    if (module >= 0 && !is_runtime(report.modules[static_cast<size_t>(module)].name)) return i;
  }
  return 0;
}

}  // namespace

std::string properties_of(const Report& report) {
  const double uptime_ms = std::max(0.0, std::floor(report.crashed_ms - report.started_ms));
  std::string out = "{\"signal\":" + std::to_string(report.signal) + ",\"code\":" + std::to_string(report.code) +
                    ",\"uptime_ms\":" + std::to_string(static_cast<uint64_t>(uptime_ms)) + ",\"crash_id\":";
  append_crash_id(out, report.crash_id);
  if (!report.exception_type.empty()) {
    out += ",\"exception_type\":";
    append_quoted(out, report.exception_type);
  }
  out += ",\"top_frame\":" + std::to_string(top_frame_of(report)) + ",\"modules\":[";
  for (size_t i = 0; i < report.modules.size(); ++i) {
    out += i > 0 ? ",{\"name\":" : "{\"name\":";
    append_quoted(out, report.modules[i].name);
    out += ",\"build_id\":";
    append_words(out, report.modules[i].build_id);
    out += '}';
  }
  out += "],\"frames\":[";
  for (size_t i = 0; i < report.frames.size(); ++i) {
    const Frame& frame = report.frames[i];
    out += (i > 0 ? ",[" : "[") + std::to_string(frame.module) + ',' + std::to_string(frame.offset) + ']';
  }
  return out + "]}";
}

}  // namespace waymark::client::crash
