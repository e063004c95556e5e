// Undoes disguises before the detectors look: JSON's escapes, percent escapes, full-width and Arabic-Indic digits,
// invisible characters. What is found in the folded text is what a reader of the event would see.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::privacy {

// Folds `text`, which is UTF-8 (bad bytes become U+FFFD), to `out`, which must hold three times its size and one byte
// more. Backslashes are JSON's when `is_escaped`; then `text` must have passed the scanner. Returns the length; a 0
// byte follows, and there is none before.
size_t fold(std::string_view text, bool is_escaped, char* out);

}  // namespace waymark::privacy
