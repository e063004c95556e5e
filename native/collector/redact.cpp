#include "native/collector/redact.hpp"

#include <algorithm>

#include "core/limits.hpp"
#include "core/privacy/fold.hpp"
#include "core/privacy/keys.hpp"
#include "core/text/json_write.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {
namespace {

using privacy::KeyClass;

// Every byte of a string may become an escape of six.
constexpr size_t scratch_bytes = 6 * limits::string_bytes + 64;

std::string_view between(const char* first, const char* stop) { return {first, static_cast<size_t>(stop - first)}; }

// The next quote that no backslash stands before, or `stop`.
const char* next_quote(const char* at, const char* stop) {
  while (at < stop && *at != '"') at += *at == '\\' && at + 1 < stop ? 2 : 1;
  return at;
}

// `escaped` between quotes is a JSON string.
bool unescape(std::string_view escaped, std::string& out) {
  return read_json_string("\"" + std::string(escaped) + "\"", out);
}

// Of the key that these words end in.
KeyClass classify(std::string_view escaped, const privacy::Rules& rules) {
  if (escaped.size() > limits::key_bytes) escaped.remove_prefix(escaped.size() - limits::key_bytes);
  std::string key;
  if (!unescape(escaped, key)) key = escaped;
  char folded[3 * limits::key_bytes + 1];
  const size_t size = privacy::fold(key, false, folded);
  return privacy::classify_key({folded, std::min<size_t>(size, limits::key_bytes)}, rules);
}

bool is_literal(std::string_view value) { return value == "true" || value == "false" || value == "null"; }

}  // namespace

Redactor::Redactor(Inspector& inspector, const privacy::Rules& rules)
    : inspector_(inspector), rules_(rules), scratch_(scratch_bytes, '\0') {}

// Whether anything was hidden; `out` is the clean text in either case.
bool Redactor::scrub(std::string_view text, bool is_url, std::string& out) {
  text::JsonWriter writer(scratch_.data(), scratch_.size());
  const uint32_t hidden = inspector_.scrub_text(text, is_url, writer);
  const std::string_view escaped = writer.text().substr(1, writer.size() - 2);
  out.resize(escaped.size());
  out.resize(unescape_json(escaped, out.data()));
  return hidden > 0;
}

std::string Redactor::plain(std::string_view text, bool is_url) {
  std::string clean;
  scrub(text, is_url, clean);
  return clean;
}

// The text between two quotes, or outside them.
std::string Redactor::piece(std::string_view escaped, bool is_url) {
  if (escaped.empty()) return {};
  std::string text;
  if (!unescape(escaped, text)) text = escaped;
  std::string clean;
  if (!scrub(text, is_url, clean)) return std::string(escaped);
  std::string quoted;
  append_quoted(quoted, clean);
  return quoted.substr(1, quoted.size() - 2);
}

std::string Redactor::refused(std::string_view text) {
  text = text.substr(0, limits::string_bytes);
  std::string out;
  const char* at = text.data();
  const char* const stop = at + text.size();
  bool is_url = false;
  while (at < stop) {
    const char* const quote = next_quote(at, stop);
    const std::string_view words = between(at, quote);
    out += piece(words, is_url);
    is_url = false;
    if (quote == stop) break;
    out += '"';
    at = quote + 1;

    const char* const colon = skip_space(at, stop);
    if (colon == stop || *colon != ':') continue;
    const char* const value = skip_space(colon + 1, stop);
    out += between(at, value);
    at = value;
    if (value == stop) break;
    const KeyClass found = classify(words, rules_);
    if (found == KeyClass::url && *value == '"') {
      out += '"';
      ++at;
      is_url = true;
    }
    if (found < KeyClass::personal) continue;
    const char* const value_end = end_of_value(value, stop);
    at = value_end ? value_end : stop;  // cut or broken: all the rest may belong to it
    const std::string_view hidden = between(value, at);
    if (is_literal(hidden)) {
      out += hidden;
      continue;
    }
    append_quoted(out,
                  privacy::text_of(found == KeyClass::secret ? privacy::Marker::secret : privacy::Marker::personal));
  }
  return out;
}

}  // namespace waymark::collector
