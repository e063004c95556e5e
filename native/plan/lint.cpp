#include "native/plan/lint.hpp"

#include <set>

#include "core/stages/validation.hpp"
#include "core/text/words.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/lint_schema.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

void warn(Findings& findings, std::string pointer, std::string message, std::string hint) {
  findings.push_back({Severity::warning, std::move(pointer), std::move(message), std::move(hint)});
}

void lint_description(std::string_view what, std::string_view name, std::string_view text, const std::string& pointer,
                      Findings& findings) {
  if (!text::trim(text).empty()) return;
  warn(findings, pointer, std::string(what) + ' ' + in_quotes(name) + " has no `description`",
       "say when it is recorded, in one sentence");
}

void lint_owner(std::string_view what, std::string_view name, std::string_view text, const std::string& pointer,
                Findings& findings) {
  if (!text::trim(text).empty()) return;
  warn(findings, pointer, std::string(what) + ' ' + in_quotes(name) + " has no `owner`", "name a team or an address");
}

void lint_event(const EventPlan& event, Naming naming, Findings& findings) {
  const std::string pointer = child("/events", event.name);
  if (naming == Naming::object_action && stages::check_event_name(event.name) != Reason::none) {
    const std::string better = snake_case(event.name);
    const bool is_good = stages::check_event_name(better) == Reason::none;
    warn(findings, pointer, "the event " + in_quotes(event.name) + " is not named `object_action` in snake_case",
         is_good ? "call it " + in_quotes(better) : "name what was acted on, then what was done: `checkout_completed`");
  }
  lint_description("the event", event.name, event.description, pointer, findings);
  lint_owner("the event", event.name, event.owner, pointer, findings);
  if (event.is_deprecated && text::trim(event.deprecated).empty()) {
    warn(findings, child(pointer, "deprecated"), "the event " + in_quotes(event.name) + " is deprecated without a word",
         "say what to use instead: \"deprecated\": \"use order_placed\"");
  }
  if (event.sample_rate && *event.sample_rate == 0) {
    warn(findings, child(pointer, "sample_rate"), "of the event " + in_quotes(event.name) + " nothing is kept",
         "raise `sample_rate`, or take the event away");
  }
  if (event.properties.is_null()) {
    warn(findings, pointer, "the event " + in_quotes(event.name) + " does not say which `properties` it has",
         "write a JSON Schema, {\"type\": \"object\", \"additionalProperties\": false} for none");
  }
}

bool is_metric_name(std::string_view name) {
  if (name.find('.') == std::string_view::npos || name.back() == '.' || name.find("..") != std::string_view::npos) {
    return false;
  }
  for (const char c : name) {
    if (!text::is_lower(c) && !text::is_digit(c) && c != '_' && c != '.') return false;
  }
  return text::is_lower(name.front());
}

// Whether a tag that this describes can have few values alone. Each value is a series of its own.
bool is_bounded(const Json& root, const Json& tag) {
  const Json* const schema = resolve({tag, root}, tag);
  if (schema == nullptr || !schema->is_object()) return false;
  return schema->contains("enum") || schema->contains("const") || text_of(*schema, "type") == "boolean";
}

void lint_metric(const MetricPlan& metric, const PlanDocument& plan, Findings& findings) {
  const std::string pointer = child("/metrics", metric.name);
  const std::string_view last = std::string_view(metric.name).substr(metric.name.rfind('.') + 1);
  if (plan.naming == Naming::object_action && !is_metric_name(metric.name)) {
    warn(findings, pointer, "the metric " + in_quotes(metric.name) + " is not dotted words that end in a unit",
         "name it like `api.latency.ms`");
  } else if (last != metric.unit) {
    warn(findings, child(pointer, "unit"),
         "the metric " + in_quotes(metric.name) + " ends in " + in_quotes(last) + " and its unit is " +
             in_quotes(metric.unit),
         "end the name in its unit");
  }
  lint_description("the metric", metric.name, metric.description, pointer, findings);
  lint_owner("the metric", metric.name, metric.owner, pointer, findings);
  for (const auto& [tag, schema] : metric.tags) {
    if (is_bounded(plan.root, schema)) continue;
    warn(findings, child(child(pointer, "tags"), tag),
         "the tag " + in_quotes(tag) + " can have any value, and each is a series of its own",
         "list the values: {\"enum\": [\"…\"]}");
  }
}

void lint_experiment(const ExperimentPlan& experiment, Findings& findings) {
  const std::string pointer = child("/experiments", experiment.name);
  lint_description("the experiment", experiment.name, experiment.description, pointer, findings);
  lint_owner("the experiment", experiment.name, experiment.owner, pointer, findings);
  if (experiment.variants.size() == 1) {
    warn(findings, child(pointer, "variants"),
         "the experiment " + in_quotes(experiment.name) + " has one variant and compares nothing",
         "add another, or take the experiment away");
  }
}

struct PropertyNames {
  std::set<std::string> listed;  // "note", and with its event in front: "checkout_completed.note"
  std::set<std::string> shared;  // by `$defs`, which may be part of any event
};

// The names that the plan's schemas list, at any depth.
PropertyNames property_names(const PlanDocument& plan) {
  PropertyNames names;
  const auto collect = [](const Json& whole, const std::string& prefix, std::set<std::string>& into) {
    for_each_schema(whole, "", [&](const Json& schema, const std::string&) {
      const Json* const properties = member_of(schema, "properties");
      if (properties == nullptr || !properties->is_object()) return;
      for (const auto& [name, property] : properties->items()) into.insert(prefix + name);
    });
  };
  for (const PlacedSchema& placed : schemas_of(plan)) {
    collect(*placed.schema, "", names.listed);
    if (!placed.event.empty()) collect(*placed.schema, std::string(placed.event) + '.', names.listed);
  }
  if (const Json* const defs = member_of(plan.root, "$defs")) {
    for (const auto& [name, schema] : defs->items()) collect(schema, "", names.shared);
  }
  return names;
}

void lint_privacy(const PlanDocument& plan, Findings& findings) {
  if (plan.privacy.properties.empty()) return;
  const PropertyNames names = property_names(plan);
  std::vector<std::string_view> known(names.listed.begin(), names.listed.end());
  known.insert(known.end(), names.shared.begin(), names.shared.end());
  for (const PropertyRule& rule : plan.privacy.properties) {
    if (findings.size() >= most_findings) return;
    const std::string key = rule.property.substr(rule.property.find('.') + 1);
    if (names.listed.count(rule.property) > 0 || names.shared.count(key) > 0) continue;
    std::string hint = did_you_mean(rule.property, known);
    if (hint.empty()) hint = "take the rule away, or list the property in a schema";
    warn(findings, child("/privacy/properties", rule.property),
         "no schema lists the property " + in_quotes(rule.property), std::move(hint));
  }
}

}  // namespace

void lint_plan(const PlanDocument& plan, Findings& findings) {
  if (plan.events.empty()) warn(findings, "/events", "the plan has no events", "add one");
  for (const EventPlan& event : plan.events) {
    if (findings.size() >= most_findings) return;
    lint_event(event, plan.naming, findings);
  }
  lint_schemas(plan, findings);
  for (const MetricPlan& metric : plan.metrics) lint_metric(metric, plan, findings);
  for (const ExperimentPlan& experiment : plan.experiments) lint_experiment(experiment, findings);
  lint_privacy(plan, findings);
}

}  // namespace waymark::plan
