#include "native/collector/keys.hpp"

#include <cstdint>

namespace waymark::collector {

bool same_key(std::string_view given, std::string_view expected) {
  if (given.size() != expected.size()) return false;
  uint8_t difference = 0;
  for (size_t i = 0; i < given.size(); ++i) difference |= static_cast<uint8_t>(given[i] ^ expected[i]);
  return difference == 0;
}

int Keys::write_index(std::string_view given) const {
  if (write_keys_.empty()) return 0;
  int found = refused;
  for (size_t i = 0; i < write_keys_.size(); ++i) {
    if (same_key(given, write_keys_[i])) found = static_cast<int>(i);
  }
  return found;
}

}  // namespace waymark::collector
