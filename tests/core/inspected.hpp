// What the inspector makes of one JSON object, or of one string in it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/inspect.hpp"

namespace waymark::testing {

struct Inspected {
  Reason reason = Reason::none;
  uint32_t redactions = 0;
  std::string key;
  std::string text;  // the clean copy
};

inline Inspected inspect(Inspector& inspector, std::string_view object) {
  std::vector<char> out(8 * object.size() + 1024);
  text::JsonWriter writer(out.data(), out.size());
  const Inspection& inspection = inspector.inspect_object(object, writer);
  return {inspection.reason, inspection.redactions, std::string(inspection.key), std::string(writer.text())};
}

inline Inspected inspect(std::string_view object, const privacy::Rules& rules = {}) {
  return inspect(*std::make_unique<Inspector>(rules), object);
}

// The value of {"note": `plain`} after it passed; a key that says nothing.
inline std::string scrubbed(std::string_view plain, const privacy::Rules& rules = {}) {
  const Inspected inspected = inspect(nlohmann::json{{"note", plain}}.dump(), rules);
  return inspected.reason == Reason::none ? nlohmann::json::parse(inspected.text)["note"].get<std::string>()
                                          : "! " + std::string(name_of(inspected.reason));
}

}  // namespace waymark::testing
