#include "core/privacy/fold.hpp"

#include "core/text/json_escape.hpp"
#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::privacy {
size_t fold(std::string_view text, bool is_escaped, char* out) {
  char* const first = out;
  const char* at = text.data();
  const char* const stop = at + text.size();
  while (at < stop) {
    uint32_t c = text::read_code_point(at, stop);
    if (c == text::bad_code_point) c = 0xFFFD;
    if (c == '\\' && is_escaped) {
      c = text::read_escape(at, stop);
      if (c - '\b' < 6 && c != '\n') c = ' ';
    }
    // Twice: "%2540" is an "@" that was escaped on its way through another page (RFC 3986 2.1).
    for (int32_t round = 0; round < 2 && c == '%'; ++round) {
      const auto decoded = static_cast<uint32_t>(text::read_hex(at, stop, 2));
      if (decoded - 0x20 > 0x5E) break;
      c = decoded;
      at += 2;
    }
    if (c - 0xFF01 < 0x5E) c -= 0xFF01 - '!';                  // full-width forms
    if (c - 0x660 < 10 || c - 0x6F0 < 10) c = '0' + (c & 15);  // Arabic-Indic digits
    const bool is_invisible = c == 0 || c == 0xAD || c - 0x200B < 5 || c == 0x2060 || c == 0xFEFF;
    if (!is_invisible) out = text::write_code_point(c, out);
  }
  *out = 0;
  return static_cast<size_t>(out - first);
}

}  // namespace waymark::privacy
