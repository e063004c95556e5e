// The file of a crash: a first line, then pieces, each with its length and a checksum, so that a file that was cut
// short is good as far as it is whole. Numbers are little-endian.
//
//   piece    kind u8, 0 u8, length of the content u16, checksum u32 (FNV-1a of the first four bytes and the content)
//   crash    signal i32, si_code i32, time of the crash f64, start of the program f64 (milliseconds since 1970),
//   crash_id exception  the mangled name of the type frame    address u64: of the instruction that crashed, or of a
//   caller's call mapping  first address u64, address after the last u64, load bias u64, length of the build id u8,
//   build id, name
#pragma once

#include <cstddef>
#include <cstdint>

namespace waymark::client::crash {

inline constexpr char first_line[] = "waymark crash 1\n";
inline constexpr size_t first_line_bytes = sizeof first_line - 1;

enum class Piece : uint8_t { crash = 1, exception, frame, mapping };

inline constexpr size_t piece_head_bytes = 8;
inline constexpr size_t crash_id_chars = 32;
inline constexpr size_t most_frames = 64;
inline constexpr size_t most_name_bytes = 255;      // NAME_MAX
inline constexpr size_t most_build_id_bytes = 64;   // SHA-1 has 20, the longest hash in use 64
inline constexpr size_t most_type_bytes = 512;      // longer names of exceptions' types are cut
inline constexpr size_t most_content_bytes = 1024;  // more than any piece has
// All frames and as many mappings with the longest names.
inline constexpr size_t most_report_bytes = 64 * 1024;

constexpr uint32_t checksum(const char* bytes, size_t size, uint32_t hash = 2166136261u) {
  for (size_t i = 0; i < size; ++i) hash = (hash ^ static_cast<uint8_t>(bytes[i])) * 16777619u;
  return hash;
}

}  // namespace waymark::client::crash
