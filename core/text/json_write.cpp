#include "core/text/json_write.hpp"

#include <cstring>

#include "core/text/time.hpp"
#include "core/text/utf8.hpp"

namespace waymark::text {

void JsonWriter::raw(const char* bytes, size_t size) {
  failed_ |= size > static_cast<size_t>(stop_ - at_);
  if (failed_) return;
  if (size) std::memcpy(at_, bytes, size);  // an empty view may be null
  at_ += size;
}

void JsonWriter::byte(char c) { raw(&c, 1); }

void JsonWriter::escaped(std::string_view plain) {
  const char* at = plain.data();
  const char* const stop = at + plain.size();
  const char* first = at;  // of what is copied as it is
  while (at < stop) {
    const char* const here = at;
    const uint32_t c = static_cast<uint8_t>(*at) < 0x80 ? static_cast<uint8_t>(*at++) : read_code_point(at, stop);
    if (c != bad_code_point && c >= 0x20 && c != '"' && c != '\\') continue;
    raw(first, static_cast<size_t>(here - first));
    first = at;
    if (c == bad_code_point) {
      raw("\xEF\xBF\xBD");
    } else if (c == '\n') {
      raw("\\n");
    } else if (c < 0x20) {
      raw("\\u00");
      byte(static_cast<char>('0' + (c >> 4)));
      byte("0123456789abcdef"[c & 15]);
    } else {
      byte('\\');
      first = here;
    }
  }
  raw(first, static_cast<size_t>(stop - first));
}

void JsonWriter::quoted(std::string_view plain) {
  byte('"');
  escaped(plain);
  byte('"');
}

void JsonWriter::number(uint32_t value) {
  char digits[10];
  char* at = digits + sizeof digits;
  do {
    *--at = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value);
  raw(at, static_cast<size_t>(digits + sizeof digits - at));
}

void JsonWriter::timestamp(double time_ms) {
  char chars[timestamp_chars + 2];
  chars[0] = chars[timestamp_chars + 1] = '"';
  write_timestamp(time_ms, chars + 1);
  raw(chars, sizeof chars);
}

}  // namespace waymark::text
