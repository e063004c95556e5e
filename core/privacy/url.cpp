#include "core/privacy/url.hpp"

#include "core/text/words.hpp"

namespace waymark::privacy {
namespace {

bool ends_url(char c) { return static_cast<uint8_t>(c) <= ' ' || c == '"' || c == '<' || c == '>'; }
bool ends_parameter(char c) { return c == '&' || c == ';' || c == '#' || ends_url(c); }

bool is_allowed(std::string_view parameter, std::string_view allowed) {
  return text::lists(text::literal(" utm_source utm_medium utm_campaign utm_term utm_content ref "), parameter, ' ') ||
         text::lists(allowed, parameter, '"');
}

}  // namespace

size_t clean_urls(char* text, bool is_url, std::string_view allowed) {
  enum class Part : uint32_t { outside, authority, path, query, fragment };
  Part part = is_url ? Part::path : Part::outside;
  char* out = text;
  char* authority = nullptr;  // where it begins in what was written
  char separator = '?';
  for (const char* at = text; *at; ++at) {
    const char c = *at;
    if (ends_url(c)) part = Part::outside;
    if (part == Part::outside || part == Part::path) {
      if (c == ':' && at[1] == '/' && at[2] == '/') {
        for (int32_t i = 0; i < 3; ++i) *out++ = at[i];
        at += 2;
        part = Part::authority;
        authority = out;
        continue;
      }
    }
    if (part == Part::authority) {
      if (c == '@') {
        out = authority;
        continue;
      }
      if (c == '/') part = Part::path;
    }
    if (part != Part::outside && c == '#') part = Part::fragment;
    if (part == Part::fragment) continue;
    if (part == Part::query || (part != Part::outside && c == '?')) {
      if (part != Part::query) separator = '?';
      part = Part::query;
      // A parameter is kept or passed over as a whole.
      const char* const name = at + 1;
      const char* name_end = nullptr;
      const char* end = name;
      for (; !ends_parameter(*end); ++end) {
        if (*end == '=' && !name_end) name_end = end;
      }
      if (!name_end) name_end = end;
      if (is_allowed({name, static_cast<size_t>(name_end - name)}, allowed)) {
        *out++ = separator;
        separator = '&';
        for (const char* from = name; from < end; ++from) *out++ = *from;
      }
      at = end - 1;
      continue;
    }
    *out++ = c;
  }
  *out = 0;
  return static_cast<size_t>(out - text);
}

}  // namespace waymark::privacy
