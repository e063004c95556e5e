// GitHub Flavored Markdown 0.29.
#include <algorithm>

#include "core/text/words.hpp"
#include "native/plan/docs_page.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view special = "\\`*_{}[]<>#|&~$@";

std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; }, ' ');
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A code span's fence is longer than any run of backticks in it (section 6.3). In a table a pipe ends the cell even in
// a code span, unless it is escaped (section 4.10).
std::string code_span(std::string_view text, bool in_table) {
  std::string content = one_line(text);
  size_t run = 0;
  size_t longest = 0;
  for (const char c : content) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const bool needs_space = content.empty() || content.front() == '`' || content.back() == '`' ||
                           content.front() == ' ' || content.back() == ' ';
  if (needs_space) content = ' ' + content + ' ';
  const std::string fence(longest + 1, '`');
  std::string out = fence;
  for (const char c : content) {
    if (c == '|' && in_table) out += '\\';
    out += c;
  }
  return out + fence;
}

// At the start of a block, what would begin a list, a heading or a rule.
std::string guard_start(std::string text) {
  size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  text.erase(0, i);
  if (text.empty()) return text;
  if (text[0] == '-' || text[0] == '+' || text[0] == '=') return '\\' + text;
  size_t digits = 0;
  while (digits < text.size() && text::is_digit(text[digits])) ++digits;
  if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) text.insert(digits, "\\");
  return text;
}

std::string inline_text(const Text& text, bool in_table) {
  std::string out;
  for (const Span& span : text) out += span.is_code ? code_span(span.text, in_table) : escape(span.text);
  return out;
}

std::string table(const Block& block) {
  std::string out = "|";
  for (const Text& head : block.items) out += ' ' + inline_text(head, true) + " |";
  out += "\n|";
  for (size_t i = 0; i < block.items.size(); ++i) out += " --- |";
  out += '\n';
  for (const std::vector<Text>& row : block.rows) {
    out += '|';
    for (const Text& cell : row) out += ' ' + inline_text(cell, true) + " |";
    out += '\n';
  }
  return out;
}

}  // namespace

std::string to_markdown(const Page& page) {
  std::string out;
  for (const Block& block : page.blocks) {
    if (!out.empty()) out += '\n';
    switch (block.kind) {
      case Block::heading:
        out += std::string(block.level, '#') + ' ' + inline_text(block.text, false) + '\n';
        break;
      case Block::paragraph:
        out += guard_start(inline_text(block.text, false)) + '\n';
        break;
      case Block::list:
        for (const Text& item : block.items) out += "- " + guard_start(inline_text(item, false)) + '\n';
        break;
      case Block::table:
        out += table(block);
        break;
    }
  }
  return out;
}

}  // namespace waymark::plan
