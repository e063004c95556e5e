#include "native/plan/export.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view draft7 = "http://json-schema.org/draft-07/schema#";

// Collects what schemas refer to in the plan's document.
class Bundle {
 public:
  explicit Bundle(const Json& root) : root_(root) {}

  // Rewrites the references in `schema`, a copy of `whole` that will stand at `prefix` in the new document.
  void add(Json& schema, const Json& whole, const std::string& prefix) {
    for_each_schema(schema, "", [&](Json& part, const std::string&) {
      if (!part.is_object()) return;
      const auto reference = part.find("$ref");
      if (reference == part.end() || !reference->is_string()) return;
      const std::string text = reference->get<std::string>();
      if (text.empty() || text[0] != '#') return;
      const std::string pointer = text.substr(1);
      if (find_at(whole, pointer) != nullptr) {
        *reference = "#" + prefix + pointer;
      } else if (find_at(root_, pointer) != nullptr) {
        *reference = "#" + place_of_target(pointer);
      }
    });
  }

  // What was referred to, and what that refers to.
  Json take() {
    Json defs = Json::object();
    for (size_t i = 0; i < wanted_.size(); ++i) {
      const auto [name, pointer] = wanted_[i];
      Json copy = *find_at(root_, pointer);
      const bool is_event = pointer.rfind("/events/", 0) == 0;
      add(copy, is_event ? *find_at(root_, pointer) : Json(), "/$defs" + child("", name));
      defs[name] = std::move(copy);
    }
    return defs;
  }

 private:
  // Where the target of a pointer into the plan will stand: `$defs` keep their names, an event's schema becomes
  // `$defs/events.NAME`.
  std::string place_of_target(const std::string& pointer) {
    const std::vector<std::string> steps = steps_of(pointer);
    const bool is_event = steps.size() >= 3 && steps[0] == "events" && steps[2] == "properties";
    const size_t taken = is_event ? 3 : std::min<size_t>(steps.size(), 2);
    std::string source;
    std::string rest;
    for (size_t i = 0; i < steps.size(); ++i) (i < taken ? source : rest) = child(i < taken ? source : rest, steps[i]);
    const std::string name = is_event ? "events." + steps[1] : steps[taken - 1];
    if (places_.emplace(source, name).second) wanted_.emplace_back(name, source);
    return "/$defs" + child("", name) + rest;
  }

  const Json& root_;
  std::map<std::string, std::string> places_;
  std::vector<std::pair<std::string, std::string>> wanted_;  // name in `$defs`, pointer into the plan
};

std::string dialect_of(const Json& schema, const PlanDocument& plan) {
  for (const std::string_view text : {text_of(schema, "$schema"), text_of(plan.root, "$schema")}) {
    if (text.find("json-schema.org") != std::string_view::npos) return std::string(text);
  }
  return std::string(draft7);
}

}  // namespace

Json export_event(const PlanDocument& plan, const EventPlan& event) {
  Json out = Json::object();
  out["$schema"] = dialect_of(event.properties, plan);
  out["title"] = event.name;
  if (!event.description.empty()) out["description"] = event.description;
  if (event.is_deprecated) out["deprecated"] = true;
  Json schema = event.properties.is_null() ? Json{{"type", "object"}} : event.properties;
  if (schema.is_boolean()) schema = schema == true ? Json::object() : Json{{"not", Json::object()}};
  Bundle bundle(plan.root);
  bundle.add(schema, event.properties, "");
  for (const auto& [name, value] : schema.items()) {
    if (name != "$schema" && name != "title") out[name] = value;
  }
  const Json defs = bundle.take();
  for (const auto& [name, value] : defs.items()) out["$defs"][name] = value;
  return out;
}

Json export_plan(const PlanDocument& plan) {
  Json out = Json::object();
  out["$schema"] = dialect_of(Json(), plan);
  out["title"] = plan.name;
  if (!plan.description.empty()) out["description"] = plan.description;
  Bundle bundle(plan.root);
  Json branches = Json::array();
  Json events = Json::object();
  for (const EventPlan& event : plan.events) {
    const std::string name = "events." + event.name;
    Json properties = event.properties.is_null() ? Json{{"type", "object"}} : event.properties;
    bundle.add(properties, event.properties, "/$defs" + child("", name));
    events[name] = std::move(properties);
    Json branch = {{"properties",
                    {{"event_name", {{"const", event.name}}}, {"properties", {{"$ref", "#/$defs" + child("", name)}}}}},
                   {"required", {"event_name"}}};
    branches.push_back(std::move(branch));
  }
  out["type"] = "object";
  out["oneOf"] = std::move(branches);
  const Json defs = bundle.take();
  for (const auto& [name, value] : defs.items()) events[name] = value;
  out["$defs"] = std::move(events);
  return out;
}

}  // namespace waymark::plan
