#include "native/client/crash/report_file.hpp"

#include <bit>

#include "native/client/crash/system_calls.hpp"

namespace waymark::client::crash {
namespace {

size_t length_of(const char* text, size_t most) {
  size_t length = 0;
  while (length < most && text[length] != 0) ++length;
  return length;
}

// The piece that is put together; one crash is reported at a time.
char piece[piece_head_bytes + most_content_bytes];
size_t content_bytes = 0;

}  // namespace

void ReportFile::create(const char* path) {
  file_ = create_file(path);
  is_open_ = file_ >= 0;
  content_bytes = 0;
  if (is_open() && !write_all(file_, first_line, first_line_bytes)) close();
}

void ReportFile::close() {
  if (is_open()) close_file(file_);
  is_open_ = false;
}

void ReportFile::add_number(uint64_t value, size_t bytes) {
  char little_endian[8];
  for (size_t i = 0; i < bytes; ++i) little_endian[i] = static_cast<char>(value >> (8 * i));
  add_bytes(little_endian, bytes);
}

void ReportFile::add_bytes(const void* bytes, size_t size) {
  const char* const from = static_cast<const char*>(bytes);
  for (size_t i = 0; i < size && content_bytes < most_content_bytes; ++i)
    piece[piece_head_bytes + content_bytes++] = from[i];
}

void ReportFile::write(Piece kind) {
  const size_t size = content_bytes;
  content_bytes = 0;
  if (!is_open()) return;
  piece[0] = static_cast<char>(kind);
  piece[1] = 0;
  piece[2] = static_cast<char>(size & 0xff);
  piece[3] = static_cast<char>(size >> 8);
  const uint32_t sum = checksum(piece + piece_head_bytes, size, checksum(piece, 4));
  for (size_t i = 0; i < 4; ++i) piece[4 + i] = static_cast<char>(sum >> (8 * i));
  if (!write_all(file_, piece, piece_head_bytes + size)) close();
}

void ReportFile::add_crash(const CrashFacts& facts) {
  add_number(static_cast<uint32_t>(facts.signal), 4);
  add_number(static_cast<uint32_t>(facts.code), 4);
  add_number(std::bit_cast<uint64_t>(facts.crashed_ms), 8);
  add_number(std::bit_cast<uint64_t>(facts.started_ms), 8);
  add_bytes(facts.crash_id, crash_id_chars);
  write(Piece::crash);
}

void ReportFile::add_exception(const char* type_name) {
  add_bytes(type_name, length_of(type_name, most_type_bytes));
  write(Piece::exception);
}

void ReportFile::add_frame(uint64_t address) {
  add_number(address, 8);
  write(Piece::frame);
}

void ReportFile::add_mapping(const Mapping& mapping) {
  add_number(mapping.begin, 8);
  add_number(mapping.end, 8);
  add_number(mapping.load_bias, 8);
  add_number(mapping.build_id_bytes, 1);
  add_bytes(mapping.build_id, mapping.build_id_bytes);
  add_bytes(mapping.name, mapping.name_bytes);
  write(Piece::mapping);
}

}  // namespace waymark::client::crash
