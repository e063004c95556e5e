// Single JSON values as C++ values. Each function checks all of `json`; none is changed silently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "native/collector/rows.hpp"

namespace waymark::collector {

// Undoes the escapes of a JSON string's inside, which must have passed the scanner. Writes at most `escaped.size()`
// bytes to `out`; returns how many.
size_t unescape_json(std::string_view escaped, char* out);

// The content of a JSON string. False when `json` is anything else.
bool read_json_string(std::string_view json, std::string& out);

// An integer from 0 to `most`, written without fraction or exponent.
std::optional<uint64_t> read_json_integer(std::string_view json, uint64_t most);

// A JSON number as the nearest double.
std::optional<double> read_json_number(std::string_view json);

// An RFC 3339 string, or milliseconds since 1970 as a number; 1970 to 9999.
std::optional<int64_t> read_json_time_ms(std::string_view json);

// 8-4-4-4-12 hexadecimal digits, any version and case (RFC 9562 section 4).
std::optional<Uuid> parse_uuid(std::string_view text);
std::string format_uuid(std::string_view bytes);

}  // namespace waymark::collector
