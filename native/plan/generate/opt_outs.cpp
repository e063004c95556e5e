#include "native/plan/generate/opt_outs.hpp"

#include "native/plan/generate/identifiers.hpp"

namespace waymark::plan {
namespace {

std::string variable_prefix(const std::string& plan_name) {
  const std::string tool = tool_id(plan_name);
  // A shell takes no variable that begins with a digit.
  std::string name = tool.front() >= '0' && tool.front() <= '9' ? "_" : "";
  for (const char c : tool) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  return name;
}

}  // namespace

std::string tool_id(const std::string& plan_name) {
  std::string id = slug(plan_name);
  return id.empty() ? "app" : id;
}

std::string opt_out_variable(const std::string& plan_name) { return variable_prefix(plan_name) + "_TELEMETRY"; }

std::string no_telemetry_variable(const std::string& plan_name) { return variable_prefix(plan_name) + "_NO_TELEMETRY"; }

}  // namespace waymark::plan
