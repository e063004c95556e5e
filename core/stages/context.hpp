// Context: what all events share, as the JSON that goes on the wire: the page, and the rest.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/limits.hpp"

namespace waymark::stages {

class Context {
 public:
  enum Part : uint8_t { rest, page };

  // `object` is clean JSON, empty for none. False, and nothing changes, above limits::context_bytes.
  bool set(Part part, std::string_view object);
  [[gnu::always_inline]] std::string_view get(Part part) const { return {parts_[part], sizes_[part]}; }
  void wipe();

 private:
  uint32_t sizes_[2] = {};
  char parts_[2][limits::context_bytes] = {};
};

}  // namespace waymark::stages
