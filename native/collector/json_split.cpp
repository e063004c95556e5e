#include "native/collector/json_split.hpp"

#include "core/text/json_write.hpp"

namespace waymark::collector {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// `at` is at the opening quote. Returns the byte after the closing one, or null.
const char* end_of_string(const char* at, const char* stop) {
  for (++at; at < stop; ++at) {
    if (*at == '"') return at + 1;
    if (*at == '\\') ++at;
  }
  return nullptr;
}

// Brackets of both kinds count alike: `[}` spoils the event it is in, not the batch.
const char* end_of_brackets(const char* at, const char* stop) {
  size_t depth = 0;
  while (at && at < stop) {
    switch (*at) {
      case '"':
        at = end_of_string(at, stop);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return nullptr;
}

const char* end_of_scalar(const char* at, const char* stop) {
  const char* const first = at;
  constexpr std::string_view enders = ",:\"{}[]";
  while (at < stop && !is_space(*at) && enders.find(*at) == std::string_view::npos) ++at;
  return at == first ? nullptr : at;
}

std::string_view between(const char* first, const char* stop) { return {first, static_cast<size_t>(stop - first)}; }

// Moves past `open`; null when the text does not begin with it.
const char* enter(std::string_view text, char open) {
  const char* const at = skip_space(text.data(), text.data() + text.size());
  return at < text.data() + text.size() && *at == open ? at + 1 : nullptr;
}

enum class Delimiter : uint8_t { none, part, close };

// Reads what stands before the next part: the closing bracket, or a comma unless the part is the first.
Delimiter delimiter(const char*& at, const char* stop, char close, bool first) {
  at = skip_space(at, stop);
  if (at == stop) return Delimiter::none;
  if (*at == close) {
    ++at;
    return skip_space(at, stop) == stop ? Delimiter::close : Delimiter::none;
  }
  if (first) return Delimiter::part;
  if (*at != ',') return Delimiter::none;
  at = skip_space(at + 1, stop);
  return Delimiter::part;
}

}  // namespace

const char* skip_space(const char* at, const char* stop) {
  while (at < stop && is_space(*at)) ++at;
  return at;
}

const char* end_of_value(const char* at, const char* stop) {
  if (at == stop) return nullptr;
  if (*at == '"') return end_of_string(at, stop);
  if (*at == '{' || *at == '[') return end_of_brackets(at, stop);
  return end_of_scalar(at, stop);
}

ObjectSplitter::ObjectSplitter(std::string_view text)
    : at_(enter(text, '{')), stop_(text.data() + text.size()), broken_(at_ == nullptr) {}

Step ObjectSplitter::next() {
  if (broken_) return Step::broken;
  broken_ = true;
  const Delimiter found = delimiter(at_, stop_, '}', first_);
  if (found == Delimiter::close) return Step::end;
  if (found == Delimiter::none || at_ == stop_ || *at_ != '"') return Step::broken;
  const char* const key_end = end_of_string(at_, stop_);
  if (!key_end) return Step::broken;
  key_ = between(at_ + 1, key_end - 1);
  at_ = skip_space(key_end, stop_);
  if (at_ == stop_ || *at_ != ':') return Step::broken;
  at_ = skip_space(at_ + 1, stop_);
  const char* const value_end = end_of_value(at_, stop_);
  if (!value_end) return Step::broken;
  value_ = between(at_, value_end);
  at_ = value_end;
  first_ = broken_ = false;
  return Step::part;
}

ArraySplitter::ArraySplitter(std::string_view text)
    : at_(enter(text, '[')), stop_(text.data() + text.size()), broken_(at_ == nullptr) {}

Step ArraySplitter::next() {
  if (broken_) return Step::broken;
  broken_ = true;
  const Delimiter found = delimiter(at_, stop_, ']', first_);
  if (found == Delimiter::close) return Step::end;
  if (found == Delimiter::none) return Step::broken;
  const char* const value_end = end_of_value(at_, stop_);
  if (!value_end) return Step::broken;
  value_ = between(at_, value_end);
  at_ = value_end;
  first_ = broken_ = false;
  return Step::part;
}

void append_quoted(std::string& out, std::string_view plain) {
  const size_t before = out.size();
  out.resize(before + plain.size() * 6 + 2);  // a control byte takes six
  text::JsonWriter writer(out.data() + before, out.size() - before);
  writer.quoted(plain);
  out.resize(before + writer.size());
}

std::string quoted_array(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_quoted(out, text);
  }
  return out + "]";
}

}  // namespace waymark::collector
