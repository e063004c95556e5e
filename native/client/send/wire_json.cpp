#include "native/client/send/wire_json.hpp"

#include <nlohmann/json.hpp>

namespace waymark::client {

using nlohmann::json;

namespace {

// Null where there is no such member, or no object.
json member_of(std::string_view text, const char* name) {
  json parsed = json::parse(text, nullptr, false);
  return parsed.is_object() && parsed.contains(name) ? std::move(parsed[name]) : json();
}

}  // namespace

std::string rejected_in(std::string_view answer) {
  const json rejected = member_of(answer, "rejected");
  json indices = json::array();
  if (!rejected.is_array()) return {};
  for (const json& one : rejected) {
    if (one.is_object() && one.contains("index") && one["index"].is_number_unsigned()) indices.push_back(one["index"]);
  }
  return indices.empty() ? std::string() : indices.dump();
}

std::vector<std::string> events_of(std::string_view batch) {
  const json events = member_of(batch, "events");
  std::vector<std::string> texts;
  if (!events.is_array()) return texts;
  for (const json& event : events) texts.push_back(event.dump(-1, ' ', false, json::error_handler_t::replace));
  return texts;
}

std::string purpose_of(std::string_view event) {
  const json purpose = member_of(event, "purpose");
  return purpose.is_string() ? purpose.get<std::string>() : std::string();
}

}  // namespace waymark::client
