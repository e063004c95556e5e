// Texts of a plan inside source code. Whatever a plan says, it stays a literal or a comment, and looks like what it is:
// characters that turn the direction of text or cannot be seen are escaped (Unicode Technical Report 36, 2.3;
// CVE-2021-42574).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::plan {

enum class Quoting : uint8_t {
  javascript,  // '…'
  cpp,         // "…", with octal escapes: \u may not name a control character
  python,      // "…"
  go,          // "…"
};

// A string literal with the value `text`; bad UTF-8 becomes U+FFFD.
std::string quote(std::string_view text, Quoting quoting);

// Literals with commas between them, over several lines if one is not enough; then with a comma behind the last.
std::string quote_list(std::span<const std::string_view> texts, Quoting quoting);

enum class CommentStyle : uint8_t {
  block,    // /** … */ of JSDoc
  slashes,  // // …; here and in blocks an '@' that would begin a tag (@ts-ignore) is written as a character reference
  hashes,   // # …
  docstring,  // """…""" of Python
};

// `lines` as a comment indented by `indent` spaces, each at most about 110 bytes wide; each may hold line breaks, and
// "\n" is an empty one. Nothing when all are empty.
std::string comment(const std::vector<std::string>& lines, size_t indent, CommentStyle style);

// A block comment that says `@deprecated` and `why` at its end if `is_deprecated`.
std::string documentation(const std::vector<std::string>& lines, bool is_deprecated, const std::string& why,
                          size_t indent);

}  // namespace waymark::plan
