// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

// Reads the code point at `at` and moves past it. On bad UTF-8 returns `bad_code_point` and moves one byte on.
inline constexpr uint32_t bad_code_point = 0xFFFFFFFF;
uint32_t read_code_point(const char*& at, const char* stop);

// Writes one code point (1 to 4 bytes) and returns the place after it.
char* write_code_point(uint32_t code_point, char* out);

bool is_utf8(std::string_view bytes);

}  // namespace waymark::text
