#include "core/stages/identity.hpp"

#include <cstring>

namespace waymark::stages {

bool Id::set(std::string_view id) {
  if (id.size() > limits::id_bytes) return false;
  wipe();
  if (!id.empty()) std::memcpy(bytes_, id.data(), id.size());
  size_ = static_cast<uint32_t>(id.size());
  return true;
}

bool Id::make(text::Entropy& entropy, const char* form, uint32_t size) {
  if (size_) return false;
  entropy.fill(form, bytes_);
  size_ = size;
  return true;
}

void Id::wipe() { std::memset(this, 0, sizeof *this); }

}  // namespace waymark::stages
