#include "core/stages/context.hpp"

#include <cstring>

namespace waymark::stages {

bool Context::set(Part part, std::string_view object) {
  if (object.size() > limits::context_bytes) return false;
  std::memset(parts_[part], 0, sizeof parts_[part]);
  if (!object.empty()) std::memcpy(parts_[part], object.data(), object.size());
  sizes_[part] = static_cast<uint32_t>(object.size());
  return true;
}

void Context::wipe() { std::memset(this, 0, sizeof *this); }

}  // namespace waymark::stages
