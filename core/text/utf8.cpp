#include "core/text/utf8.hpp"

namespace waymark::text {

uint32_t read_code_point(const char*& at, const char* stop) {
  const auto first = static_cast<uint8_t>(*at++);
  if (first < 0x80) return first;
  if (first < 0xC2 || first > 0xF4) return bad_code_point;
  const int32_t more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (stop - at < more) return bad_code_point;
  uint32_t code_point = first & (0x3Fu >> more);
  for (int32_t i = 0; i < more; ++i) {
    const auto next = static_cast<uint8_t>(at[i]);
    if ((next & 0xC0) != 0x80) return bad_code_point;
    code_point = code_point << 6 | (next & 0x3F);
  }
  // Overlong are fewer than 12 bits in three bytes and fewer than 17 in four.
  const bool is_overlong = code_point >> (5 * more + 1) == 0;
  if (is_overlong || code_point > 0x10FFFF || code_point >> 11 == 0xD800 >> 11) return bad_code_point;
  at += more;
  return code_point;
}

char* write_code_point(uint32_t code_point, char* out) {
  if (code_point < 0x80) {
    *out = static_cast<char>(code_point);
    return out + 1;
  }
  const int32_t more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  for (int32_t i = more; i > 0; --i, code_point >>= 6) out[i] = static_cast<char>(0x80 | (code_point & 0x3F));
  out[0] = static_cast<char>(0x780u >> more | code_point);
  return out + more + 1;
}

bool is_utf8(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const stop = at + bytes.size();
  while (at < stop) {
    if (read_code_point(at, stop) == bad_code_point) return false;
  }
  return true;
}

}  // namespace waymark::text
