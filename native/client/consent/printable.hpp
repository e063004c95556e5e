// Text from a configuration, fit to be shown on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace waymark::client {

// `text` without what could move the cursor, hide or reorder other text: control characters (C0, C1, DEL), line and
// paragraph separators and marks of writing direction are left out; each byte of bad UTF-8 becomes '?'.
std::string printable(std::string_view text);

// Lines of at most `columns` characters, broken at spaces; a longer word stands on a line of its own. Line breaks in
// `text` are kept. Ends in a line break, if it is not empty.
std::string wrapped(std::string_view text, size_t columns);

}  // namespace waymark::client
