// An environment of a test's own.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "native/client/consent/opt_outs.hpp"

namespace waymark::testing {

class MapVariables {
 public:
  explicit MapVariables(std::map<std::string, std::string> values) : values_(std::move(values)) {}
  client::Variables variables() { return {read, this}; }

 private:
  static const char* read(void* context, const char* name) {
    const auto& values = static_cast<MapVariables*>(context)->values_;
    const auto found = values.find(name);
    return found == values.end() ? nullptr : found->second.c_str();
  }

  std::map<std::string, std::string> values_;
};

}  // namespace waymark::testing
