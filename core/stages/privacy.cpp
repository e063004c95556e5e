#include "core/stages/privacy.hpp"

#include <cstring>

#include "core/privacy/detectors.hpp"
#include "core/privacy/fold.hpp"
#include "core/privacy/url.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/words.hpp"

namespace waymark::stages {

bool Privacy::recall(uint32_t hash, privacy::KeyClass& key_class) const {
  const uint32_t* const recent = recent_ + 2 * (hash % recent_sets);
  for (uint32_t i = 0; i < 2; ++i) {
    key_class = static_cast<privacy::KeyClass>(recent[i] & 3);
    if (recent[i] >> 2 == hash >> 2) return true;
  }
  return false;
}

void Privacy::remember(uint32_t hash, privacy::KeyClass key_class) {
  // Two places for each: keys of one event that share a place must not push each other out again and again.
  uint32_t* const recent = recent_ + 2 * (hash % recent_sets);
  recent[1] = recent[0];
  recent[0] = (hash & ~3u) | static_cast<uint32_t>(key_class);
}

void Privacy::wipe() { std::memset(folded_, 0, sizeof folded_); }

bool Privacy::may_change(privacy::KeyClass key_class, uint32_t string_traits, size_t size) {
  if (key_class == privacy::KeyClass::url || string_traits & text::traits::encoded) return true;
  return privacy::may_match(string_traits, size);
}

uint32_t Privacy::scrub(std::string_view before, std::string_view text, bool is_escaped, bool is_url,
                        text::JsonWriter& out) {
  if (text.size() > limits::string_bytes) text = text::cut(text, 0, limits::string_bytes);
  const size_t folded = privacy::fold(text, is_escaped, folded_);
  const size_t cleaned = privacy::clean_urls(folded_, is_url, rules_.allowed_url_parameters);
  privacy::Match match;
  bool found = privacy::find(folded_, match);
  uint32_t hidden = cleaned != folded;
  if (!hidden && !found) return 0;

  if (hidden) count(privacy::Marker::url);
  out.raw(before);
  const char* written = folded_;
  while (found) {
    out.escaped({written, static_cast<size_t>(match.begin - written)});
    out.raw(privacy::text_of(match.marker));
    count(match.marker);
    ++hidden;
    written = match.end;
    found = privacy::find(written, match);
  }
  out.escaped({written, static_cast<size_t>(folded_ + cleaned - written)});
  return hidden;
}

}  // namespace waymark::stages
