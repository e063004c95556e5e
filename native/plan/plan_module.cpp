#include "native/plan/plan_module.hpp"

namespace waymark::plan {

std::string base64(std::string_view bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t word = 0;
    for (size_t j = 0; j < 3; ++j) word = word << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j) out += i + j > bytes.size() ? '=' : alphabet[word >> (18 - 6 * j) & 63];
  }
  return out;
}

std::string plan_module(const PlanDocument& document, std::string_view compiled) {
  const std::vector<std::string> usual = {"necessary", "functional", "analytics", "marketing"};
  Json plan = {{"table", base64(compiled)}};
  if (!document.purposes.empty() && document.purposes != usual) plan["purposes"] = document.purposes;
  for (const EventPlan& event : document.events) {
    if (event.purpose != "analytics") plan["events"][event.name] = event.purpose;
  }
  return "// The compiled tracking plan, version " + std::to_string(document.version) +
         ".\nexport const plan = " + plan.dump(2, ' ', false, Json::error_handler_t::replace) + ";\n";
}

}  // namespace waymark::plan
