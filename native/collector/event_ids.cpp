#include "native/collector/event_ids.hpp"

#include <sys/random.h>

#include <algorithm>

#include "core/text/ids.hpp"
#include "native/collector/json_value.hpp"

namespace waymark::collector {

Uuid computed_id(std::string_view instance_id, uint32_t sequence, int64_t time_ms) {
  char chars[text::uuid_chars];
  text::event_id(instance_id, sequence, static_cast<double>(time_ms), chars);
  return *parse_uuid({chars, sizeof chars});
}

Uuid fresh_id(int64_t now_ms) {
  Uuid uuid{};
  // Waits only before the kernel's pool is first filled; so few bytes are never cut short (getrandom(2)).
  while (getrandom(uuid.data(), uuid.size(), 0) != static_cast<ssize_t>(uuid.size())) {
  }
  for (int i = 0; i < 6; ++i) uuid[static_cast<size_t>(i)] = static_cast<uint8_t>(now_ms >> (40 - 8 * i));
  uuid[6] = static_cast<uint8_t>(0x70 | (uuid[6] & 0x0F));
  uuid[8] = static_cast<uint8_t>(0x80 | (uuid[8] & 0x3F));
  return uuid;
}

bool is_random_id(std::string_view id) {
  if (parse_uuid(id)) return true;
  return id.size() == text::instance_chars && id.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_word(std::string_view text, size_t most) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '+';
  };
  return text.size() <= most && std::all_of(text.begin(), text.end(), good);
}

}  // namespace waymark::collector
