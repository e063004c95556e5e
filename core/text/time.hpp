// Times as text. The core counts milliseconds since 1970-01-01T00:00:00Z in a double, as JavaScript does.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

inline constexpr uint32_t timestamp_chars = 24;
inline constexpr double latest_time_ms = 253402300799999.0;  // 9999-12-31T23:59:59.999Z

// "2024-11-14T10:23:45.123Z" (RFC 3339). Times outside 1970 to 9999 are clamped. Writes 24 characters.
void write_timestamp(double time_ms, char* out);

// An RFC 3339 time with any offset and any number of fractional digits. Negative if it is none.
double parse_timestamp(std::string_view text);

// The wait that a Retry-After header asks for (RFC 9110 10.2.3): seconds, or an IMF-fixdate seen from `now_ms`.
// Negative if it is neither; capped at limits::retry_after_cap_ms.
double parse_retry_after_ms(std::string_view header, double now_ms);

}  // namespace waymark::text
