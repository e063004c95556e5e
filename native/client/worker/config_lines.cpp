#include "native/client/worker/config_lines.hpp"

#include "core/consent/record.hpp"
#include "core/limits.hpp"
#include "core/plan/plan.hpp"
#include "core/text/json_write.hpp"
#include "core/text/words.hpp"
#include "native/client/send/endpoint.hpp"

namespace waymark::client {
namespace {

constexpr size_t tool_bytes = 64;

bool is_tool_name(std::string_view tool) {
  return !tool.empty() && tool.size() <= tool_bytes && tool.front() >= 'a' && tool.front() <= 'z' &&
         tool.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

// An answer holds for the policy whose version its record names. Of a version that a record can only hold otherwise
// than it is written, no answer would ever be found again, and two of them might look the same.
bool fits_in_a_record(std::string_view policy_version) {
  char room[3 * limits::consent_text_chars];
  return consent::plain(policy_version, room) == policy_version;
}

}  // namespace

std::string problem_of(const TelemetryConfig& config) {
  if (!is_tool_name(config.tool)) {
    return "tool: '" + std::string(config.tool.substr(0, tool_bytes)) +
           "' is no name; use 1 to 64 of a-z, 0-9, '-' and '_', a letter first";
  }
  if (config.version.size() > limits::app_bytes) return "version: longer than 64 bytes; shorten it";
  if (config.write_key.empty() || config.write_key.size() > limits::write_key_bytes) {
    return "write_key: must have 1 to 64 bytes; the collector's --write-key says which";
  }
  if (const Endpoint endpoint = read_endpoint(config.endpoint); !endpoint.problem.empty()) return endpoint.problem;
  if (!config.data_directory.empty() && config.data_directory.front() != '/') {
    return "data_directory: '" + std::string(config.data_directory) + "' is no absolute path; begin it with '/'";
  }
  if (!fits_in_a_record(config.policy_version)) {
    return "policy_version: no record of an answer can hold it; use at most 64 characters of UTF-8, no control "
           "character, no quotation mark, no backslash and none beyond U+FFFF";
  }
  if (!config.plan.empty()) {
    plan::Plan plan;
    if (!plan.load(config.plan)) return "plan: not a compiled tracking plan; make one by `waymark plan compile`";
  }
  if (config.crashes != CrashScope::none &&
      purposes_of(config.plan).find(config.crash_purpose) == purposes_of(config.plan).names.size()) {
    return "crash_purpose: there is no purpose '" + std::string(config.crash_purpose) + "'; name one of the plan's";
  }
  if (config.exit_deadline.count() < 0) return "exit_deadline: is negative; 0 ms means that nothing is waited for";
  return {};
}

PurposeList purposes_of(std::string_view plan_bytes) {
  PurposeList list;
  plan::Plan plan;
  if (!plan_bytes.empty() && plan.load(plan_bytes)) list.json = plan.purposes();
  if (list.json.empty()) list.json = R"(["necessary","functional","analytics","marketing"])";
  for (uint32_t i = 0; i < limits::purposes; ++i) {
    const std::string_view name = text::nth_string(list.json, i);
    if (name.empty()) break;
    list.names.emplace_back(name);
  }
  return list;
}

std::string shared_context(const TelemetryConfig& config) {
  if (config.profile == Profile::anonymous) return {};
  return R"({"app":{"name":")" + std::string(config.tool) +
         R"("},"os":{"name":")" WAYMARK_OS R"("},"device":{"architecture":")" WAYMARK_ARCHITECTURE R"("}})";
}

std::string config_lines(const TelemetryConfig& config) {
  char batch[2048];
  text::JsonWriter out(batch, sizeof batch);
  out.raw("\"write_key\":");
  out.quoted(config.write_key);
  out.raw(",\"sdk\":{\"name\":\"waymark-cpp\",\"version\":");
  out.quoted(WAYMARK_VERSION);
  out.byte('}');
  if (!config.version.empty()) {
    out.raw(",\"app_version\":");
    out.quoted(config.version);
  }
  // batch, context, eleven lines whose empty text is what is wanted but for the last, the profile.
  std::string lines = std::string(out.text()) + '\n' + shared_context(config) + '\n';
  for (int i = 0; i < 10; ++i) lines += '\n';
  return lines + (config.profile == Profile::anonymous ? "anonymous\n" : "full\n");
}

}  // namespace waymark::client
