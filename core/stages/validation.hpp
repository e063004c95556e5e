// Validation: names and sizes. What a JSON value may look like is checked by the inspector with limits.hpp.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/verdict.hpp"

namespace waymark::stages {

// none, name_missing, name_too_long (64 bytes), not_utf8, or name_style when the name is not `object_action` in
// snake_case: two words or more of a-z and 0-9, the first with a letter in front. A ping's `verb` of one word is
// good when `one_word` is set.
Reason check_event_name(std::string_view name, bool one_word = false);

}  // namespace waymark::stages
