// URLs keep what says where someone was, and lose what says who: userinfo, fragment and all query parameters that
// are not on the allow-list (RFC 3986 3).
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::privacy {

// Cleans every URL in the text, which ends in a 0 byte, in place. With `is_url` the whole text is taken for a URL or a
// path even without a scheme. `allowed` as in Rules. Returns the new length, the old one if nothing had to go.
size_t clean_urls(char* text, bool is_url, std::string_view allowed);

}  // namespace waymark::privacy
