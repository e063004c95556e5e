// What a member's name says about its value. Names are matched by whole words, never by substrings: `keyboard`,
// `author` and `compass` hold no secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::privacy {

enum class KeyClass : uint8_t { plain, url, personal, secret };

// `allowed`: a JSON array of keys that are not personal although they look so, or empty. Secrets cannot be allowed.
// Slow, as keys recur: the caller remembers.
KeyClass classify_key(std::string_view key, std::string_view allowed);

}  // namespace waymark::privacy
