#include "native/plan/import.hpp"

#include <string>

#include "core/limits.hpp"
#include "native/plan/import_schema.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

// Where the version of an imported event stands until all files are read.
constexpr const char* version_note = "imported_version";

void report(Findings& findings, Severity severity, std::string pointer, std::string message, std::string hint) {
  findings.push_back({severity, std::move(pointer), std::move(message), std::move(hint)});
}

// The numbers of "1-0-12" or "3", to be compared in order.
std::vector<uint64_t> version_parts(std::string_view version) {
  std::vector<uint64_t> parts(1);
  for (const char c : version) {
    if (c >= '0' && c <= '9') {
      if (parts.back() < 1'000'000'000) parts.back() = parts.back() * 10 + static_cast<uint64_t>(c - '0');
    } else {
      parts.push_back(0);
    }
  }
  return parts;
}

struct Imported {
  std::string name;     // as the other tool has it
  std::string version;  // empty: has none
  std::string description;
  const Json* schema = nullptr;  // of the properties; nullptr: any
  std::string pointer;           // to it
};

void add_event(const Imported& from, Json& plan, Findings& findings) {
  const std::string name = snake_case(from.name);
  if (name.empty() || name.size() > limits::event_name_bytes) {
    return report(findings, Severity::error, from.pointer,
                  "the event " + in_quotes(from.name) + " cannot be named in snake_case of 1 to 64 bytes",
                  "give it a short name in letters first");
  }
  Json& events = plan["events"];
  if (const Json* const other = member_of(events, name)) {
    const std::string_view other_version = text_of(*other, version_note);
    if (from.version.empty() || other_version.empty() || from.version == other_version) {
      return report(findings, Severity::error, from.pointer, "the event " + in_quotes(name) + " is there twice",
                    "rename one of them, or leave its file out");
    }
    if (version_parts(from.version) < version_parts(other_version)) return;
  }
  Json event = Json::object();
  if (name != from.name) event["$comment"] = "was: " + from.name;
  if (!from.description.empty()) event["description"] = from.description;
  if (!from.version.empty()) event[version_note] = from.version;
  if (from.schema != nullptr) event["properties"] = import_schema(*from.schema, from.pointer, findings);
  events[name] = std::move(event);
}

// The part of a Segment rule that is about `part`: "properties", "traits" or "context". nullptr when it says nothing.
const Json* part_of(const Json& rule, std::string_view part) {
  const Json* const parts = member_of(rule, "properties");
  const Json* const schema = parts == nullptr ? nullptr : member_of(*parts, part);
  return schema != nullptr && schema->is_object() && !schema->empty() ? schema : nullptr;
}

void import_part(const Json* schema, const std::string& pointer, Json& place, Findings& findings) {
  if (schema != nullptr) place = import_schema(*schema, pointer, findings);
}

struct SegmentRule {
  std::string_view type;  // TRACK, IDENTIFY, GROUP, PAGE, SCREEN, COMMON
  std::string name;
  std::string version;
  std::string description;
  const Json* schema = nullptr;
  std::string pointer;
};

// Segment has a rule for each page or screen by name; a plan has one event for all, whose properties are those of one
// of them.
void join_rule(const Imported& from, Json& event, Findings& findings) {
  report(findings, Severity::warning, from.pointer, "several pages or screens share the event " + in_quotes(from.name),
         "its properties may be those of any; say which by `name`");
  if (from.schema == nullptr) event.erase("properties");
  if (member_of(event, "properties") == nullptr) return;
  Json& properties = event["properties"];
  const bool is_joined = properties.size() == 2 && properties.contains("type") && properties.contains("anyOf");
  if (!is_joined) properties = Json{{"type", "object"}, {"anyOf", Json::array({properties})}};
  properties["anyOf"].push_back(import_schema(*from.schema, from.pointer, findings));
}

void import_rule(const SegmentRule& rule, Json& plan, Findings& findings) {
  if (rule.schema == nullptr || !rule.schema->is_object()) {
    return report(findings, Severity::error, rule.pointer, "the rule has no JSON Schema", "export the plan again");
  }
  const std::string inner = child(rule.pointer, "properties");
  if (rule.type == "IDENTIFY" || rule.type == "GROUP") {
    const Json* const traits = part_of(*rule.schema, "traits");
    if (traits != nullptr) {
      Json& place = plan["traits"][rule.type == "GROUP" ? "group" : "user"];
      import_part(traits, child(inner, "traits"), place, findings);
    }
    return;
  }
  if (rule.type == "COMMON") {
    const Json* const context = part_of(*rule.schema, "context");
    if (context != nullptr) import_part(context, child(inner, "context"), plan["context"], findings);
    return;
  }
  Imported event;
  const bool is_shared = rule.type == "PAGE" || rule.type == "SCREEN";
  event.name = rule.type == "PAGE" ? "page_viewed" : is_shared ? "screen_viewed" : rule.name;
  event.version = rule.version;
  event.description = rule.description.empty() ? std::string(text_of(*rule.schema, "description")) : rule.description;
  event.schema = part_of(*rule.schema, "properties");
  event.pointer = child(inner, "properties");
  Json& events = plan["events"];
  if (is_shared && events.contains(event.name)) return join_rule(event, events[event.name], findings);
  add_event(event, plan, findings);
}

std::string version_text(const Json& rule) {
  const Json* const version = member_of(rule, "version");
  if (version == nullptr) return {};
  return version->is_string() ? version->get<std::string>() : version->dump();
}

// Public API: "rules" is a list of {"key","type","version","jsonSchema"}.
void import_public_rules(const Json& rules, const std::string& pointer, Json& plan, Findings& findings) {
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string at = child(pointer, i);
    SegmentRule rule;
    rule.type = text_of(rules[i], "type");
    rule.name = text_of(rules[i], "key");
    rule.version = version_text(rules[i]);
    rule.schema = member_of(rules[i], "jsonSchema");
    rule.pointer = child(at, "jsonSchema");
    import_rule(rule, plan, findings);
  }
}

// Config API: "rules" is {"events": [{"name","description","version","rules"}], "identify", "group", "global"}.
void import_config_rules(const Json& rules, const std::string& pointer, Json& plan, Findings& findings) {
  const Json* const events = member_of(rules, "events");
  for (size_t i = 0; events != nullptr && events->is_array() && i < events->size(); ++i) {
    const Json& event = (*events)[i];
    SegmentRule rule;
    rule.type = "TRACK";
    rule.name = text_of(event, "name");
    rule.description = text_of(event, "description");
    rule.version = version_text(event);
    rule.schema = member_of(event, "rules");
    rule.pointer = child(child(child(pointer, "events"), i), "rules");
    import_rule(rule, plan, findings);
  }
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"identify", "IDENTIFY"}, {"group", "GROUP"}, {"page", "PAGE"}, {"screen", "SCREEN"}, {"global", "COMMON"}};
  for (const auto& [name, type] : others) {
    const Json* const schema = member_of(rules, name);
    if (schema == nullptr || !schema->is_object() || schema->empty()) continue;
    SegmentRule rule;
    rule.type = type;
    rule.schema = schema;
    rule.pointer = child(pointer, name);
    import_rule(rule, plan, findings);
  }
}

void import_segment(const Json& json, Json& plan, Findings& findings) {
  const Json* whole = &json;
  std::string pointer;
  for (const std::string_view wrapper : {"data", "trackingPlan"}) {
    const Json* const inner = member_of(*whole, wrapper);
    if (inner == nullptr || member_of(*whole, "rules") != nullptr) continue;
    whole = inner;
    pointer = child(pointer, wrapper);
  }
  const Json* const rules = member_of(*whole, "rules");
  if (rules == nullptr || (!rules->is_array() && !rules->is_object())) {
    return report(findings, Severity::error, pointer, "not a Segment tracking plan: `rules` is missing",
                  "give the answer of Segment's API, with its rules");
  }
  for (const std::string_view title : {"display_name", "name"}) {
    const std::string_view text = text_of(*whole, title);
    if (text.empty() || text.find('/') != std::string_view::npos) continue;
    plan["name"] = text;
    break;
  }
  const std::string at = child(pointer, "rules");
  if (rules->is_array()) {
    import_public_rules(*rules, at, plan, findings);
  } else {
    import_config_rules(*rules, at, plan, findings);
  }
}

void import_iglu(const Json& json, Json& plan, Findings& findings) {
  const Json* const self = member_of(json, "self");
  if (self == nullptr || text_of(*self, "name").empty()) {
    return report(findings, Severity::error, "", "not a self-describing schema: `self` with a `name` is missing",
                  "import plain JSON Schemas with --from jsonschema");
  }
  Json schema = json;
  schema.erase("self");
  schema.erase("description");
  Imported event;
  event.name = text_of(*self, "name");
  event.version = text_of(*self, "version");
  event.description = text_of(json, "description");
  event.schema = &schema;
  add_event(event, plan, findings);
}

void import_plain(std::string_view file, const Json& json, Json& plan, Findings& findings) {
  std::string_view name = file.substr(file.find_last_of("/\\") + 1);
  name = name.substr(0, name.find('.'));
  if (!json.is_object() && !json.is_boolean()) {
    return report(findings, Severity::error, "", "not a JSON Schema: it is neither an object nor true or false",
                  "name files that hold one JSON Schema each");
  }
  Json schema = json;
  Imported event;
  event.name = name;
  event.description = text_of(json, "description");
  if (schema.is_object()) schema.erase("description");
  if (text_of(schema, "title") == name) schema.erase("title");
  event.schema = &schema;
  add_event(event, plan, findings);
}

}  // namespace

Json empty_plan(std::string_view name) { return {{"name", name}, {"version", 1}, {"events", Json::object()}}; }

void import_file(ImportSource source, std::string_view file, const Json& json, Json& plan, Findings& findings) {
  switch (source) {
    case ImportSource::segment:
      return import_segment(json, plan, findings);
    case ImportSource::iglu:
      return import_iglu(json, plan, findings);
    case ImportSource::json_schema:
      return import_plain(file, json, plan, findings);
  }
}

void finish_import(Json& plan) {
  for (auto& event : plan["events"]) event.erase(version_note);
}

}  // namespace waymark::plan
