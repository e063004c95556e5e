#include "core/plan/dfa.hpp"

namespace waymark::plan {

bool Dfa::check(std::string_view bytes) {
  if (bytes.size() < 2 * entry_bytes || bytes.size() % entry_bytes != 0) return false;
  const auto entries = static_cast<int32_t>(bytes.size() / entry_bytes);
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  for (int32_t i = 0; i < entries; ++i, at += entry_bytes) {
    if (i + delta(at) >= entries) return false;
  }
  return at[-3] == 255;  // the last span: every search for an entry ends
}

}  // namespace waymark::plan
