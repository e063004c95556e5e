#include "native/plan/generate/source_text.hpp"

#include <algorithm>

#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

constexpr size_t comment_width = 110;
constexpr size_t list_width = 100;
constexpr uint32_t replacement = 0xFFFD;

// Controls, and what is invisible or moves other text: general categories Cc and Cf as far as plans may meet them.
bool is_hidden(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

std::string in_base(uint32_t value, uint32_t base, size_t digits) {
  std::string out(digits, '0');
  for (size_t i = digits; i > 0; --i, value /= base) out[i - 1] = "0123456789abcdef"[value % base];
  return out;
}

std::string utf8_of(uint32_t code_point) {
  char bytes[4];
  return {bytes, static_cast<size_t>(text::write_code_point(code_point, bytes) - bytes)};
}

// One code point or U+FFFD, and on.
uint32_t take_code_point(const char*& at, const char* stop) {
  const uint32_t c = text::read_code_point(at, stop);
  return c == text::bad_code_point ? replacement : c;
}

std::string escape_hidden(uint32_t c, Quoting quoting) {
  if (c == '\n') return "\\n";
  if (quoting == Quoting::cpp) {
    std::string out;
    for (const char byte : utf8_of(c)) out += '\\' + in_base(static_cast<uint8_t>(byte), 8, 3);
    return out;
  }
  if (c < 0x10000) return "\\u" + in_base(c, 16, 4);
  return quoting == Quoting::javascript ? "\\u{" + in_base(c, 16, 6) + '}' : "\\U" + in_base(c, 16, 8);
}

// One line of a comment that cannot end the comment, continue it on the next line, or say something to a tool.
std::string comment_text(std::string_view line, CommentStyle style) {
  const bool knows_tags = style == CommentStyle::block || style == CommentStyle::slashes;
  std::string out;
  const char* at = line.data();
  const char* const stop = at + line.size();
  while (at != stop) {
    const uint32_t c = take_code_point(at, stop);
    const char before = out.empty() ? ' ' : out.back();
    if (c == '\t') {
      out += ' ';
    } else if (is_hidden(c)) {
      // Not with a backslash: in a docstring it would become the character again.
      out += "<U+" + in_base(c, 16, c < 0x10000 ? 4 : 6) + '>';
    } else if (style == CommentStyle::block && c == '/' && before == '*') {
      out += " /";
    } else if (knows_tags && c == '@' && !text::is_word(before)) {
      out += "&#64;";
    } else if (style == CommentStyle::docstring && (c == '\\' || c == '"')) {
      out += '\\';
      out += static_cast<char>(c);
    } else {
      out += utf8_of(c);
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  // A backslash at the end of a line would take the next line into the comment.
  if (style == CommentStyle::slashes && !out.empty() && out.back() == '\\') out += '.';
  return out;
}

// Cut at spaces where possible.
void wrap(std::string_view line, size_t width, std::vector<std::string>& out) {
  while (line.size() > width) {
    const size_t space = line.rfind(' ', width);
    if (space == std::string_view::npos || space == 0) break;
    out.emplace_back(line.substr(0, space));
    line.remove_prefix(space + 1);
  }
  out.emplace_back(line);
}

std::string_view without_spaces_around(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const size_t first = text.find_first_not_of(spaces);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::vector<std::string> split_lines(const std::vector<std::string>& texts, size_t width) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    if (text == "\n") out.emplace_back();
    std::string_view left = without_spaces_around(text);
    while (!left.empty()) {
      const size_t end = std::min(left.find('\n'), left.size());
      wrap(without_spaces_around(left.substr(0, end)), width, out);
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return out;
}

std::vector<std::string> comment_lines(const std::vector<std::string>& texts, size_t indent, CommentStyle style) {
  std::vector<std::string> lines;
  for (const std::string& line : split_lines(texts, comment_width - indent)) {
    lines.push_back(comment_text(line, style));
  }
  return lines;
}

// Lines that are safe already.
std::string print_comment(const std::vector<std::string>& lines, size_t indent, CommentStyle style) {
  if (lines.empty()) return {};
  const std::string margin(indent, ' ');
  const auto prefixed = [&](const char* prefix) {
    std::string out;
    for (const std::string& line : lines) out += margin + prefix + (line.empty() ? "" : " ") + line + '\n';
    return out;
  };
  const bool is_short = lines.size() == 1;
  switch (style) {
    case CommentStyle::slashes:
      return prefixed("//");
    case CommentStyle::hashes:
      return prefixed("#");
    case CommentStyle::block:
      if (is_short) return margin + "/** " + lines[0] + " */\n";
      return margin + "/**\n" + prefixed(" *") + margin + " */\n";
    case CommentStyle::docstring: {
      std::string out = margin + "\"\"\"" + lines[0];
      if (is_short) return out + "\"\"\"\n";
      for (size_t i = 1; i < lines.size(); ++i) out += '\n' + (lines[i].empty() ? "" : margin + lines[i]);
      return out + '\n' + margin + "\"\"\"\n";
    }
  }
  return {};
}

}  // namespace

std::string quote(std::string_view text, Quoting quoting) {
  const char mark = quoting == Quoting::javascript ? '\'' : '"';
  std::string out(1, mark);
  const char* at = text.data();
  const char* const stop = at + text.size();
  while (at != stop) {
    const uint32_t c = take_code_point(at, stop);
    if (c == static_cast<uint8_t>(mark) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (is_hidden(c)) {
      out += escape_hidden(c, quoting);
    } else {
      out += utf8_of(c);
    }
  }
  return out += mark;
}

std::string quote_list(std::span<const std::string_view> texts, Quoting quoting) {
  const std::string margin = quoting == Quoting::go ? "\t" : std::string(quoting == Quoting::python ? 4 : 2, ' ');
  std::string line;
  std::string lines;
  for (const std::string_view text : texts) {
    const std::string literal = quote(text, quoting);
    if (line.size() + literal.size() > list_width) {
      lines += '\n' + margin + line + ',';
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + literal;
  }
  return lines.empty() ? line : lines + '\n' + margin + line + ",\n";
}

std::string comment(const std::vector<std::string>& texts, size_t indent, CommentStyle style) {
  return print_comment(comment_lines(texts, indent, style), indent, style);
}

std::string documentation(const std::vector<std::string>& texts, bool is_deprecated, const std::string& why,
                          size_t indent) {
  std::vector<std::string> lines = comment_lines(texts, indent, CommentStyle::block);
  if (is_deprecated) {
    std::vector<std::string> reason = comment_lines({why}, indent, CommentStyle::block);
    if (reason.empty()) reason.emplace_back();
    reason.front().insert(0, reason.front().empty() ? "@deprecated" : "@deprecated ");
    lines.insert(lines.end(), reason.begin(), reason.end());
  }
  return print_comment(lines, indent, CommentStyle::block);
}

}  // namespace waymark::plan
