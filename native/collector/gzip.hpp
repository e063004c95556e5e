// Gzip bodies (RFC 1952), known by their first two bytes, inflated up to a bound.
#pragma once

#include <string>
#include <string_view>

namespace waymark::collector {

// A browser cannot say `Content-Encoding` without a preflight, so the bytes themselves say it.
inline bool is_gzip(std::string_view body) { return body.starts_with("\x1f\x8b"); }

enum class Inflated : uint8_t { done, too_large, broken };

// Replaces `out` by the content. Stops at the first byte over `bound`, so a bomb costs no more than that.
Inflated inflate_gzip(std::string_view body, size_t bound, std::string& out);

}  // namespace waymark::collector
