// Where in a value a violation lies.
#pragma once

#include <string_view>

namespace waymark::plan {

// The RFC 6901 pointer to the value or key of `json` that holds the byte before `where`, as schema.hpp's violations
// have it; as it is written there (escapes stay) but for '~' and '/'. `json` is a value that a scanner has accepted;
// other bytes do no harm. Written to `out`, cut at `capacity`; returns it. Time is at most (size of the value) * (its
// depth).
std::string_view path_to(std::string_view json, const char* where, char* out, size_t capacity);

}  // namespace waymark::plan
