#include "native/plan/judge.hpp"

#include <algorithm>
#include <bit>

#include "core/limits.hpp"
#include "core/text/json_path.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/json_write.hpp"
#include "core/verdict.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/json_walk.hpp"
#include "native/plan/keywords.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/rule_name.hpp"

namespace waymark::plan {
namespace {

// A frame of the validator for a value and those for the schemas in between.
constexpr uint32_t validator_depth = 4 * value_depth;

// 16 MiB. More items than a million are gone through again.
constexpr size_t most_slots = 1 << 21;

std::string json_string(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string one_violation(std::string_view path, std::string_view rule, std::string_view message) {
  std::string out = "{\"path\":\"";
  out += path;
  out += "\",\"rule\":" + json_string(rule) + ",\"message\":" + json_string(message) + '}';
  return out;
}

bool is_object(std::string_view json) {
  text::JsonScanner scan(json);
  return scan.next() == text::Token::object_begin;
}

struct EventParts {
  std::string_view name;  // with its quotes; empty: not there
  std::string_view properties;
  std::string_view context;
};

// The members of an event that is sound JSON.
EventParts split_event(std::string_view line) {
  EventParts parts;
  text::JsonScanner scan(line);
  scan.next();
  for (text::Token token = scan.next(); token == text::Token::key; token = scan.next()) {
    const std::string key = unescape(scan.span());
    const text::Token value = scan.next();
    const bool is_string = value == text::Token::string;
    const char* const begin = scan.span().data() - (is_string ? 1 : 0);
    scan.skip(value);
    const std::string_view span(begin, static_cast<size_t>(scan.position() - begin));
    if (key == "event_name") parts.name = span;
    if (key == "properties") parts.properties = span;
    if (key == "context") parts.context = span;
  }
  return parts;
}

std::string describe(Reason reason) {
  switch (reason) {
    case Reason::duplicate_key:
      return "the key stands twice in one object";
    case Reason::not_an_object:
      return "must be an object";
    case Reason::too_deep:
      return "is nested deeper than " + std::to_string(limits::depth) + " levels";
    case Reason::too_many_keys:
      return "is one key more than the " + std::to_string(limits::keys) + " of an event";
    case Reason::key_too_long:
      return "the key is longer than " + std::to_string(limits::key_bytes) + " bytes";
    case Reason::string_too_long:
      return "the text is longer than " + std::to_string(limits::string_bytes) + " bytes";
    case Reason::number_too_long:
      return "the number is longer than " + std::to_string(limits::number_bytes) + " bytes";
    default:
      return "breaks a limit of events";
  }
}

}  // namespace

Judge::Judge(const Plan& plan, std::string_view event)
    : table_(plan.table()),
      plan_(&plan),
      event_(event),
      inspector_(std::make_unique<Inspector>(rules_)),
      // A marker can be longer than what it replaces.
      clean_(4 * size_t{limits::event_bytes}) {}

std::string Judge::judge(std::string_view line) {
  faults_.clear();
  text::JsonScanner scan(line);
  text::Token token = scan.next();
  while (token != text::Token::error && token != text::Token::end) token = scan.next();
  const bool is_deep = token == text::Token::error && scan.error() == Reason::too_deep;
  if (token == text::Token::error && !(is_deep && is_json(line, line.size()))) {
    report("", "json", "is not JSON");
  } else if (is_deep && (plan_ != nullptr || !is_json(line, value_depth))) {
    const size_t most = plan_ != nullptr ? limits::depth : value_depth;
    report("", plan_ != nullptr ? name_of(Reason::too_deep) : "depth",
           "is nested deeper than " + std::to_string(most) + " levels");
  } else if (plan_ == nullptr) {
    judge_value(line, table_.root(), "");
  } else if (line.size() > limits::event_bytes) {
    report("", name_of(Reason::event_too_large), "is larger than " + std::to_string(limits::event_bytes) + " bytes");
  } else if (event_.empty()) {
    judge_event(line);
  } else {
    judge_properties(event_, line, "");
  }
  if (faults_.empty()) return "{\"valid\":true}";
  std::string out = "{\"valid\":false,\"violations\":[";
  for (size_t i = 0; i < faults_.size(); ++i) {
    if (i > 0) out += ',';
    out += one_violation(faults_[i].path, faults_[i].rule, faults_[i].message);
  }
  return out + "]}";
}

void Judge::judge_event(std::string_view line) {
  if (!is_object(line)) return report("", "type", "must be an object");
  const EventParts parts = split_event(line);
  if (parts.name.empty()) return report("", "required", "the property \"event_name\" is missing");
  if (parts.name[0] != '"') return report("/event_name", "type", "must be string");
  const std::string name = unescape(parts.name.substr(1, parts.name.size() - 2));
  if (!has_event(*plan_, name)) {
    return report("/event_name", name_of(Reason::unplanned_event),
                  "the event " + in_quotes(name) + " is not in the plan");
  }
  judge_properties(name, parts.properties.empty() ? std::string_view("{}") : parts.properties, "/properties");
  if (parts.context.empty() || !inspect(parts.context, "/context")) return;
  judge_value(parts.context, plan_->context_schema(), "/context");
}

void Judge::judge_properties(std::string_view name, std::string_view json, const std::string& prefix) {
  if (inspect(json, prefix)) judge_value(json, plan_->schema(plan_->event(name)), prefix);
}

bool Judge::inspect(std::string_view object, const std::string& prefix) {
  text::JsonWriter out(clean_.data(), clean_.size());
  const Inspection& inspection = inspector_->inspect_object(object, out);
  if (inspection.reason == Reason::none) return true;
  const bool has_place = inspection.where != nullptr && inspection.reason != Reason::not_an_object;
  std::string path = prefix;
  if (has_place) {
    char buffer[2048];
    path += text::json_path(object, inspection.where, buffer, sizeof buffer);
  }
  const bool is_type = inspection.reason == Reason::not_an_object;
  report(std::move(path), is_type ? "type" : name_of(inspection.reason), describe(inspection.reason));
  return false;
}

void Judge::judge_value(std::string_view json, uint32_t node, const std::string& prefix) {
  if (node == no_node) return;
  Violation violations[most_violations];
  ValidatorLimits limits;
  limits.depth = validator_depth;
  if (json.size() > slots_.size() && slots_.size() < most_slots) {
    slots_.resize(std::min(std::bit_ceil(json.size()), most_slots));
  }
  limits.slots = slots_.data();
  limits.slot_count = static_cast<uint32_t>(slots_.size());
  const uint32_t count = validate(table_, node, json, violations, most_violations, limits);
  for (uint32_t i = 0; i < count; ++i) {
    const Violation& violation = violations[i];
    report(prefix + pointer_to(json, violation.where - 1), rule_name(violation.rule),
           violation_message(table_, violation, json));
  }
}

void Judge::report(std::string path, std::string_view rule, std::string message) {
  faults_.push_back({std::move(path), std::string(rule), std::move(message)});
}

std::string too_long_answer() {
  const std::string message = "is longer than " + std::to_string(line_bytes) + " bytes";
  return "{\"valid\":false,\"violations\":[" + one_violation("", "size", message) + "]}";
}

// The plan looks names up as they are, which those that JSON would escape cannot be.
bool has_event(const Plan& plan, std::string_view name) {
  return exact_text(Json(name)).size() == name.size() + 2 && plan.event(name) != no_node;
}

}  // namespace waymark::plan
