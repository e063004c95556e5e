#include "core/text/json_escape.hpp"

#include "core/text/words.hpp"

namespace waymark::text {

uint32_t read_escape(const char*& at, const char* stop) {
  if (at >= stop) return 0;
  const char kind = *at++;
  if (kind != 'u') {
    static constexpr char controls[] = "b\bf\fn\nr\rt\t";
    for (const char* control = controls; *control; control += 2) {
      if (*control == kind) return static_cast<uint8_t>(control[1]);
    }
    return static_cast<uint8_t>(kind);
  }
  auto unit = static_cast<uint32_t>(read_hex(at, stop, 4));
  at += 4;
  if (unit >> 10 == 0xD800 >> 10) {
    unit = 0x10000 + ((unit & 0x3FF) << 10) + (static_cast<uint32_t>(read_hex(at + 2, stop, 4)) & 0x3FF);
    at += 6;  // with its \u
  }
  return unit;
}

}  // namespace waymark::text
