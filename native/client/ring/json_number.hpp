// Numbers as JSON.stringify writes them.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::client {

// As ECMA-262 6.1.6.1.20 (Number::toString) has it, in the shortest digits that read back the same: 100000 and not
// 1e+05, 1e+21, 5e-324; 0 of -0; null of infinities and NaN; 25 chars at most. `out` has `json_number_chars`; the view
// is into it, or of a literal.
inline constexpr size_t json_number_chars = 32;
std::string_view write_json_number(double value, char* out);
std::string_view write_json_number(int64_t value, char* out);
std::string_view write_json_number(uint64_t value, char* out);

}  // namespace waymark::client
