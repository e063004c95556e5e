// Where in a JSON value something lies, for those who have to mend it.
#pragma once

#include <string_view>

namespace waymark::text {

// The RFC 6901 pointer to the key or value that was being read at `where`, which lies in `json`; as it is written there
// (escapes stay) but for '~' and '/'. Written to `out`, cut at `capacity`; returns it.
std::string_view json_path(std::string_view json, const char* where, char* out, size_t capacity);

}  // namespace waymark::text
