#include "native/plan/diff.hpp"

#include <algorithm>
#include <map>

#include "native/plan/diff_schema.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

using Changes = std::vector<Change>;

const Json anything = true;

void add(Changes& changes, Bump bump, std::string pointer, std::string message) {
  changes.push_back({bump, std::move(pointer), std::move(message)});
}

std::string text_of(const std::string& text) { return in_quotes(text); }
std::string text_of(double number) { return Json(number).dump(); }
template <typename Word>
std::string text_of(Word word) {
  return in_quotes(word_of(word));
}

// `name` was … and is ….
template <typename Value>
void compare_value(const Value& before, const Value& after, Bump bump, const std::string& pointer,
                   std::string_view name, Changes& changes) {
  if (before == after) return;
  add(changes, bump, child(pointer, name), in_quotes(name) + " was " + text_of(before) + " and is " + text_of(after));
}

void compare_words(const std::string& before, const std::string& after, const std::string& pointer,
                   std::string_view name, Changes& changes) {
  if (before != after) add(changes, Bump::patch, child(pointer, name), in_quotes(name) + " is changed");
}

void compare_schema(const PlanDocument& before_plan, const Json& before, const PlanDocument& after_plan,
                    const Json& after, const std::string& pointer, Changes& changes) {
  const Json& old_schema = before.is_null() ? anything : before;
  const Json& new_schema = after.is_null() ? anything : after;
  diff_schemas({old_schema, {old_schema, before_plan.root}}, {new_schema, {new_schema, after_plan.root}}, pointer,
               changes);
}

// Calls `compare(before, after, pointer)` for those of the same name; what is gone breaks, what is new does not.
template <typename Item, typename Compare>
void compare_items(const std::vector<Item>& before, const std::vector<Item>& after, std::string_view list,
                   std::string_view what, Changes& changes, const Compare& compare) {
  std::map<std::string, const Item*> new_items;
  for (const Item& item : after) new_items.emplace(item.name, &item);
  for (const Item& item : before) {
    const std::string pointer = child(child("", list), item.name);
    const auto place = new_items.find(item.name);
    if (place == new_items.end()) {
      add(changes, Bump::major, pointer, std::string(what) + ' ' + in_quotes(item.name) + " is removed");
    } else {
      compare(item, *place->second, pointer);
      new_items.erase(place);
    }
  }
  for (const Item& item : after) {
    if (new_items.count(item.name) == 0) continue;
    add(changes, Bump::minor, child(child("", list), item.name),
        std::string(what) + ' ' + in_quotes(item.name) + " is added");
  }
}

// Names in a list of which the order means nothing.
void compare_names(const std::vector<std::string>& before, const std::vector<std::string>& after, Bump removed,
                   Bump added, const std::string& pointer, Changes& changes) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : before) {
    if (!has(after, name)) add(changes, removed, pointer, in_quotes(name) + " is removed");
  }
  for (const std::string& name : after) {
    if (!has(before, name)) add(changes, added, pointer, in_quotes(name) + " is added");
  }
}

void compare_head(const PlanDocument& before, const PlanDocument& after, Changes& changes) {
  compare_value(before.name, after.name, Bump::minor, "", "name", changes);
  compare_words(before.description, after.description, "", "description", changes);
  compare_names(before.purposes, after.purposes, Bump::major, Bump::minor, "/purposes", changes);
  compare_value(before.naming, after.naming, Bump::minor, "", "naming", changes);
  const auto bump = [](Mode mode, Mode new_mode) { return new_mode < mode ? Bump::major : Bump::minor; };
  compare_value(before.mode, after.mode, bump(before.mode, after.mode), "", "mode", changes);
  const auto mode_in = [](const PlanDocument& plan, const std::string& environment) {
    const auto place = plan.modes.find(environment);
    return place == plan.modes.end() ? plan.mode : place->second;
  };
  std::map<std::string, Mode> environments = before.modes;
  environments.insert(after.modes.begin(), after.modes.end());
  for (const auto& [environment, mode] : environments) {
    const Mode old_mode = mode_in(before, environment);
    const Mode new_mode = mode_in(after, environment);
    compare_value(old_mode, new_mode, bump(old_mode, new_mode), "/modes", environment, changes);
  }
}

void compare_events(const PlanDocument& before, const PlanDocument& after, Changes& changes) {
  const auto compare = [&](const EventPlan& old_event, const EventPlan& event, const std::string& pointer) {
    compare_words(old_event.description, event.description, pointer, "description", changes);
    compare_words(old_event.owner, event.owner, pointer, "owner", changes);
    compare_value(old_event.purpose, event.purpose, Bump::major, pointer, "purpose", changes);
    compare_value(old_event.sample_rate.value_or(1), event.sample_rate.value_or(1), Bump::minor, pointer, "sample_rate",
                  changes);
    if (old_event.is_deprecated != event.is_deprecated) {
      add(changes, Bump::minor, child(pointer, "deprecated"),
          std::string(event.is_deprecated ? "is deprecated now" : "is no longer deprecated"));
    } else {
      compare_words(old_event.deprecated, event.deprecated, pointer, "deprecated", changes);
    }
    compare_schema(before, old_event.properties, after, event.properties, child(pointer, "properties"), changes);
  };
  compare_items(before.events, after.events, "events", "the event", changes, compare);
}

void compare_metrics(const PlanDocument& before, const PlanDocument& after, Changes& changes) {
  const auto compare = [&](const MetricPlan& old_metric, const MetricPlan& metric, const std::string& pointer) {
    compare_words(old_metric.description, metric.description, pointer, "description", changes);
    compare_words(old_metric.owner, metric.owner, pointer, "owner", changes);
    compare_value(old_metric.purpose, metric.purpose, Bump::major, pointer, "purpose", changes);
    compare_value(old_metric.type, metric.type, Bump::major, pointer, "type", changes);
    compare_value(old_metric.unit, metric.unit, Bump::major, pointer, "unit", changes);
    const std::string tags = child(pointer, "tags");
    for (const auto& [tag, schema] : old_metric.tags) {
      const auto place = metric.tags.find(tag);
      if (place == metric.tags.end()) {
        add(changes, Bump::major, child(tags, tag), "the tag " + in_quotes(tag) + " is removed");
      } else {
        compare_schema(before, schema, after, place->second, child(tags, tag), changes);
      }
    }
    for (const auto& [tag, schema] : metric.tags) {
      if (old_metric.tags.count(tag) > 0) continue;
      add(changes, Bump::minor, child(tags, tag), "the tag " + in_quotes(tag) + " is added");
    }
  };
  compare_items(before.metrics, after.metrics, "metrics", "the metric", changes, compare);
}

// Who is given which variant hangs on unit, salt, and the variants with their weights and order.
void compare_experiments(const PlanDocument& before, const PlanDocument& after, Changes& changes) {
  const auto compare = [&](const ExperimentPlan& old_one, const ExperimentPlan& one, const std::string& pointer) {
    compare_words(old_one.description, one.description, pointer, "description", changes);
    compare_words(old_one.owner, one.owner, pointer, "owner", changes);
    compare_value(old_one.unit, one.unit, Bump::major, pointer, "unit", changes);
    compare_value(old_one.salt, one.salt, Bump::major, pointer, "salt", changes);
    const auto is_same = [](const VariantPlan& a, const VariantPlan& b) {
      return a.name == b.name && a.weight == b.weight;
    };
    if (!std::equal(old_one.variants.begin(), old_one.variants.end(), one.variants.begin(), one.variants.end(),
                    is_same)) {
      add(changes, Bump::major, child(pointer, "variants"), "the variants are changed, and with them who has which");
    }
  };
  compare_items(before.experiments, after.experiments, "experiments", "the experiment", changes, compare);
}

void compare_privacy(const PrivacyPlan& before, const PrivacyPlan& after, Changes& changes) {
  compare_names(before.deny_keys, after.deny_keys, Bump::major, Bump::major, "/privacy/deny_keys", changes);
  compare_names(before.url_parameters, after.url_parameters, Bump::major, Bump::major, "/privacy/url_parameters",
                changes);
  if (before.salt != after.salt) {
    add(changes, Bump::major, "/privacy/salt", "the salt is changed, and with it every hash");
  }
  std::map<std::string, PrivacyRule> old_rules;
  for (const PropertyRule& rule : before.properties) old_rules.emplace(rule.property, rule.rule);
  for (const PropertyRule& rule : after.properties) {
    const auto place = old_rules.find(rule.property);
    if (place == old_rules.end()) {
      add(changes, Bump::major, child("/privacy/properties", rule.property),
          "the rule for " + in_quotes(rule.property) + " is added");
      continue;
    }
    compare_value(place->second, rule.rule, Bump::major, "/privacy/properties", rule.property, changes);
    old_rules.erase(place);
  }
  for (const auto& [property, rule] : old_rules) {
    add(changes, Bump::major, child("/privacy/properties", property),
        "the rule for " + in_quotes(property) + " is removed");
  }
}

}  // namespace

std::vector<Change> diff_plans(const PlanDocument& before, const PlanDocument& after) {
  Changes changes;
  compare_head(before, after, changes);
  compare_events(before, after, changes);
  compare_schema(before, before.context, after, after.context, "/context", changes);
  compare_schema(before, before.user_traits, after, after.user_traits, "/traits/user", changes);
  compare_schema(before, before.group_traits, after, after.group_traits, "/traits/group", changes);
  compare_metrics(before, after, changes);
  compare_experiments(before, after, changes);
  compare_privacy(before.privacy, after.privacy, changes);
  return changes;
}

Bump bump_of(const std::vector<Change>& changes) {
  Bump greatest = Bump::none;
  for (const Change& change : changes) greatest = std::max(greatest, change.bump);
  return greatest;
}

std::string_view word_of(Bump bump) {
  switch (bump) {
    case Bump::none:
      return "none";
    case Bump::patch:
      return "patch";
    case Bump::minor:
      return "minor";
    case Bump::major:
      break;
  }
  return "major";
}

}  // namespace waymark::plan
