// What a member's name says about its value. Names are matched by whole words, never by substrings: `keyboard`,
// `author` and `compass` hold no secrets.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/privacy/rules.hpp"

namespace waymark::privacy {

enum class KeyClass : uint32_t { plain, url, personal, secret };

// The rules' lists of keys name whole keys, as they are written. Slow, as keys recur: the caller remembers.
KeyClass classify_key(std::string_view key, const Rules& rules);

}  // namespace waymark::privacy
