// What escapes in JSON strings stand for (RFC 8259 7).
#pragma once

#include <cstdint>

namespace waymark::text {

// Reads what follows a backslash and moves `at` behind it; two escapes that are a surrogate pair are one code point. Of
// a string that a scanner has accepted; of other bytes the answer means nothing, and `at` may come to lie up to eleven
// bytes behind `stop`, but nothing there is read.
uint32_t read_escape(const char*& at, const char* stop);

}  // namespace waymark::text
