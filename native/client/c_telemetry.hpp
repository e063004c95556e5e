// What the functions of the C interface share: the object that C programs hold, and its texts.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/client/include/waymark/telemetry.hpp"

struct waymark_telemetry {
  std::unique_ptr<waymark::Telemetry> telemetry;  // null: `problem` says what is wrong
  std::string problem;
};

namespace waymark::client {

inline std::string_view c_text(const char* text) { return text == nullptr ? std::string_view() : text; }

}  // namespace waymark::client
