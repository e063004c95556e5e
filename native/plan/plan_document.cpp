#include "native/plan/plan_document.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/limits.hpp"
#include "core/privacy/keys.hpp"
#include "core/text/words.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/plan_section.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

using Names = std::vector<std::string_view>;

constexpr Mode modes[] = {Mode::reject, Mode::warn, Mode::off};
constexpr Naming namings[] = {Naming::object_action, Naming::off};
constexpr PrivacyRule privacy_rules[] = {PrivacyRule::allow, PrivacyRule::redact, PrivacyRule::hash, PrivacyRule::drop};
constexpr MetricType metric_types[] = {MetricType::counter, MetricType::gauge, MetricType::histogram};
const Names units = {"user", "device", "session", "instance"};
constexpr size_t deny_keys = 256;
constexpr size_t metric_name_bytes = 128;
constexpr double greatest_weight = 1e6;

// Member `name` as one of `choices`.
template <typename Choice, size_t n>
void read_word(Section& section, const Json* value, const std::string& pointer, const Choice (&choices)[n],
               Choice& choice) {
  if (value == nullptr) return;
  Names words;
  for (const Choice one : choices) words.push_back(word_of(one));
  if (const auto index = section.choose(*value, pointer, words)) choice = choices[*index];
}

void read_purposes(Section& root, std::vector<std::string>& purposes) {
  const Json* const list = root.find("purposes");
  if (list == nullptr) {
    purposes = {"necessary", "functional", "analytics", "marketing"};
    return;
  }
  root.read_names("purposes", limits::purposes, limits::purpose_bytes, purposes);
  const std::string pointer = root.at("purposes");
  const bool is_list = list->is_array() && list->size() <= limits::purposes;
  if (is_list && (purposes.empty() || purposes[0] != "necessary")) {
    root.report(pointer, "the first purpose must be `necessary`", "write it in front: it is always granted");
  }
  std::vector<std::string> pointers;
  for (size_t i = 0; i < purposes.size(); ++i) pointers.push_back(child(pointer, i));
  root.check_spellings(purposes, pointers, "the purpose");
}

void read_purpose(Section& section, const PlanDocument& plan, std::string& purpose) {
  section.read_text("purpose", purpose);
  const bool is_known = std::find(plan.purposes.begin(), plan.purposes.end(), purpose) != plan.purposes.end();
  if (is_known || plan.purposes.empty()) return;
  const Names known(plan.purposes.begin(), plan.purposes.end());
  if (section.find("purpose") == nullptr) {
    section.report(section.pointer(), "`purpose` is missing, and the usual one, `analytics`, is not in `purposes`",
                   "name one of " + either_of(known));
    return;
  }
  if (!section.find("purpose")->is_string() || section.findings().size() >= most_findings) return;
  std::string hint = did_you_mean(purpose, known);
  if (hint.empty()) hint = "use " + either_of(known) + ", or add it to `purposes`";
  section.report(section.at("purpose"), "the purpose " + in_quotes(purpose) + " is not in `purposes`", std::move(hint));
}

void read_event(const std::string& name, const Json& value, const std::string& pointer, PlanDocument& plan,
                Findings& findings) {
  Section section(value, pointer, "an event",
                  {"description", "owner", "purpose", "sample_rate", "deprecated", "properties"}, findings);
  EventPlan event;
  event.name = name;
  section.read_text("description", event.description);
  section.read_text("owner", event.owner);
  read_purpose(section, plan, event.purpose);
  if (const Json* const rate = section.find("sample_rate")) {
    const double number = rate->is_number() ? rate->get<double>() : -1;
    if (number >= 0 && number <= 1) {
      event.sample_rate = number;
    } else {
      section.report(section.at("sample_rate"), "`sample_rate` must be a number from 0 to 1",
                     "write 0.1 to keep one event in ten");
    }
  }
  if (const Json* const deprecated = section.find("deprecated")) {
    if (deprecated->is_string()) {
      event.is_deprecated = true;
      event.deprecated = deprecated->get<std::string>();
    } else if (deprecated->is_boolean()) {
      event.is_deprecated = deprecated->get<bool>();
    } else {
      section.report_type("deprecated", "true, or a text that says what to use instead", *deprecated);
    }
  }
  section.read_schema("properties", true, event.properties);
  plan.events.push_back(std::move(event));
}

void read_metric(const std::string& name, const Json& value, const std::string& pointer, PlanDocument& plan,
                 Findings& findings) {
  Section section(value, pointer, "a metric", {"type", "unit", "description", "owner", "purpose", "tags"}, findings);
  MetricPlan metric;
  metric.name = name;
  section.require("type", "write \"type\": \"counter\", \"gauge\" or \"histogram\"");
  read_word(section, section.find("type"), section.at("type"), metric_types, metric.type);
  metric.unit = name.substr(name.rfind('.') + 1);
  section.read_text("unit", metric.unit);
  section.read_text("description", metric.description);
  section.read_text("owner", metric.owner);
  read_purpose(section, plan, metric.purpose);
  section.read_each("tags", "the tag", limits::key_bytes,
                    [&](const std::string& tag, const Json& schema, const std::string& tag_pointer) {
                      if (schema.is_object() || schema.is_boolean()) {
                        metric.tags.emplace(tag, schema);
                        return;
                      }
                      section.report(tag_pointer,
                                     "a tag must be a JSON Schema (an object) and is " + std::string(kind_of(schema)),
                                     "write {\"enum\": [\"…\"]} with the values it can have");
                    });
  plan.metrics.push_back(std::move(metric));
}

void read_variants(Section& section, std::vector<VariantPlan>& variants) {
  const Json* const member = section.require("variants", "write \"variants\": {\"control\": 50, \"wide\": 50}");
  if (member == nullptr) return;
  section.read_each("variants", "the variant", limits::key_bytes,
                    [&](const std::string& name, const Json& weight, const std::string& pointer) {
                      const double number = weight.is_number() ? weight.get<double>() : 0;
                      if (number > 0 && number <= greatest_weight) {
                        variants.push_back({name, number});
                        return;
                      }
                      section.report(pointer,
                                     "the weight of " + in_quotes(name) + " must be a number above 0, at most 1000000",
                                     "take the variant away to give it to no one");
                    });
  if (member->is_object() && member->empty()) {
    section.report(section.at("variants"), "the experiment has no variants", "write {\"control\": 50, \"wide\": 50}");
  }
}

void read_experiment(const std::string& name, const Json& value, const std::string& pointer, PlanDocument& plan,
                     Findings& findings) {
  Section section(value, pointer, "an experiment", {"description", "owner", "unit", "salt", "variants"}, findings);
  ExperimentPlan experiment;
  experiment.name = name;
  section.read_text("description", experiment.description);
  section.read_text("owner", experiment.owner);
  section.read_text("salt", experiment.salt);
  if (const Json* const unit = section.find("unit")) {
    if (const auto index = section.choose(*unit, section.at("unit"), units)) experiment.unit = units[*index];
  }
  read_variants(section, experiment.variants);
  plan.experiments.push_back(std::move(experiment));
}

// A rule is for a property of all events, or for `event.property`.
void check_rule_name(const std::string& property, const std::string& pointer, const PlanDocument& plan,
                     Findings& findings) {
  const size_t dot = property.find('.');
  if (dot == std::string::npos) return;
  for (const EventPlan& event : plan.events) {
    const size_t size = event.name.size();
    if (property.size() > size + 1 && property.compare(0, size, event.name) == 0 && property[size] == '.') return;
  }
  if (findings.size() >= most_findings) return;
  Names known;
  for (const EventPlan& event : plan.events) known.push_back(event.name);
  const std::string event = property.substr(0, dot);
  std::string hint = did_you_mean(event, known);
  if (hint.empty()) hint = "write `event.property`, or `property` for all events";
  findings.push_back(
      {Severity::error, pointer, "the rule names the event " + in_quotes(event) + ", which is not in `events`", hint});
}

void read_privacy(const Json& value, const std::string& pointer, PlanDocument& plan, Findings& findings) {
  Section section(value, pointer, "privacy", {"properties", "salt", "deny_keys", "url_parameters"}, findings);
  section.read_text("salt", plan.privacy.salt);
  section.read_names("deny_keys", deny_keys, limits::key_bytes, plan.privacy.deny_keys);
  section.read_names("url_parameters", limits::url_parameters, limits::key_bytes, plan.privacy.url_parameters);
  const Json* const rules = section.find("properties");
  if (rules == nullptr) return;
  if (!rules->is_object()) return section.report_type("properties", "an object of rules by property", *rules);
  for (const auto& [property, word] : rules->items()) {
    const std::string at = child(section.at("properties"), property);
    PropertyRule rule{property, PrivacyRule::redact};
    section.check_name(property, at, "the property", limits::event_name_bytes + 1 + limits::key_bytes);
    check_rule_name(property, at, plan, findings);
    read_word(section, &word, at, privacy_rules, rule.rule);
    const std::string_view key = std::string_view(property).substr(property.rfind('.') + 1);
    const bool is_secret =
        key.size() <= limits::key_bytes && privacy::classify_key(key, {}) == privacy::KeyClass::secret;
    if (rule.rule == PrivacyRule::allow && is_secret) {
      section.report(at, in_quotes(property) + " names a secret, and secrets are never kept",
                     "use `drop`, or give the property a name that says what it is");
    }
    if (rule.rule == PrivacyRule::hash && plan.privacy.salt.empty()) {
      section.report(at, "`hash` needs a salt: without one every value can be guessed",
                     "add \"salt\" to `privacy`, a random text that is kept for as long as the plan");
    }
    plan.privacy.properties.push_back(std::move(rule));
  }
}

void read_modes(Section& root, PlanDocument& plan) {
  read_word(root, root.find("mode"), root.at("mode"), modes, plan.mode);
  const Json* const by_environment = root.find("modes");
  if (by_environment == nullptr) return;
  if (!by_environment->is_object())
    return root.report_type("modes", "an object of modes by environment", *by_environment);
  for (const auto& [environment, word] : by_environment->items()) {
    const std::string pointer = child(root.at("modes"), environment);
    root.check_name(environment, pointer, "the environment", limits::app_bytes);
    Mode mode = plan.mode;
    read_word(root, &word, pointer, modes, mode);
    plan.modes.emplace(environment, mode);
  }
}

void read_head(Section& root, PlanDocument& plan) {
  root.require("name", "write \"name\": \"…\", the product's name");
  root.read_text("name", plan.name);
  if (const Json* const name = root.find("name"); name != nullptr && name->is_string()) {
    root.check_name(plan.name, root.at("name"), "the name", limits::key_bytes);
  }
  const Json* const version = root.require("version", "write \"version\": 1, and raise it with every change");
  if (version != nullptr) {
    const int64_t number = version->is_number_integer() ? version->get<int64_t>() : 0;
    if (number >= 1 && number <= std::numeric_limits<int32_t>::max()) {
      plan.version = static_cast<uint32_t>(number);
    } else {
      root.report(root.at("version"), "`version` must be a whole number from 1 to 2147483647",
                  "write 1, and raise it with every change");
    }
  }
  root.read_text("description", plan.description);
  std::string schema;
  root.read_text("$schema", schema);
}

}  // namespace

std::string_view word_of(Mode mode) { return mode == Mode::reject ? "reject" : mode == Mode::warn ? "warn" : "off"; }

std::string_view word_of(Naming naming) { return naming == Naming::object_action ? "object_action" : "off"; }

std::string_view word_of(PrivacyRule rule) {
  switch (rule) {
    case PrivacyRule::allow:
      return "allow";
    case PrivacyRule::redact:
      return "redact";
    case PrivacyRule::hash:
      return "hash";
    case PrivacyRule::drop:
      break;
  }
  return "drop";
}

std::string_view word_of(MetricType type) {
  return type == MetricType::counter ? "counter" : type == MetricType::gauge ? "gauge" : "histogram";
}

std::optional<PlanDocument> read_plan(std::string_view text, Findings& findings) {
  std::optional<Json> json = read_json(text, findings);
  if (!json) return {};
  PlanDocument plan;
  plan.root = std::move(*json);
  const size_t before = findings.size();
  Section root(plan.root, "", "the plan",
               {"$schema", "name", "version", "description", "purposes", "naming", "mode", "modes", "events", "context",
                "traits", "metrics", "experiments", "privacy", "$defs"},
               findings);
  if (!plan.root.is_object()) return {};
  read_head(root, plan);
  read_purposes(root, plan.purposes);
  read_word(root, root.find("naming"), root.at("naming"), namings, plan.naming);
  read_modes(root, plan);
  if (const Json* const defs = root.find("$defs"); defs != nullptr && !defs->is_object()) {
    root.report_type("$defs", "an object of JSON Schemas by name", *defs);
  }
  root.require("events", "write \"events\": {\"checkout_completed\": {…}}");
  root.read_each("events", "the event", limits::event_name_bytes,
                 [&](const std::string& name, const Json& value, const std::string& pointer) {
                   read_event(name, value, pointer, plan, findings);
                 });
  root.read_schema("context", true, plan.context);
  if (const Json* const traits = root.find("traits")) {
    Section section(*traits, root.at("traits"), "traits", {"user", "group"}, findings);
    section.read_schema("user", true, plan.user_traits);
    section.read_schema("group", true, plan.group_traits);
  }
  root.read_each("metrics", "the metric", metric_name_bytes,
                 [&](const std::string& name, const Json& value, const std::string& pointer) {
                   read_metric(name, value, pointer, plan, findings);
                 });
  root.read_each("experiments", "the experiment", limits::event_name_bytes,
                 [&](const std::string& name, const Json& value, const std::string& pointer) {
                   read_experiment(name, value, pointer, plan, findings);
                 });
  if (const Json* const privacy = root.find("privacy")) read_privacy(*privacy, root.at("privacy"), plan, findings);
  const bool failed = std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(before), findings.end(),
                                  [](const Finding& finding) { return finding.severity == Severity::error; });
  if (failed) return {};
  return plan;
}

}  // namespace waymark::plan
