#include "core/stages/validation.hpp"

#include "core/limits.hpp"
#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::stages {

Reason check_event_name(std::string_view name, bool one_word) {
  if (name.empty()) return Reason::name_missing;
  if (name.size() > limits::event_name_bytes) return Reason::name_too_long;
  bool word = false;  // inside one
  uint32_t words = 0;
  bool is_good = true;
  for (const char c : name) {
    if (c == '_' ? !word : !text::is_lower(c) && !(text::is_digit(c) && words > 0)) {
      is_good = false;
      break;
    }
    if (c != '_' && !word) ++words;
    word = c != '_';
  }
  if (is_good && word && (words > 1 || one_word)) return Reason::none;
  return text::is_utf8(name) ? Reason::name_style : Reason::not_utf8;
}

}  // namespace waymark::stages
