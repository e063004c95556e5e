#include "core/plan/dfa.hpp"

namespace waymark::plan {

bool Dfa::check(std::string_view bytes) {
  if (bytes.size() < header_bytes + 2 * entry_bytes) return false;
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  const int32_t entries = at[0] | at[1] << 8;
  if (bytes.size() != header_bytes + static_cast<size_t>(entries) * entry_bytes) return false;
  at += header_bytes;
  for (int32_t i = 0; i < entries; ++i, at += entry_bytes) {
    if (i + delta(at) >= entries) return false;
  }
  return at[-3] == 255;  // the last span: every search for an entry ends
}

}  // namespace waymark::plan
