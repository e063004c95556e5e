// The compiled tracking plan, read in place.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/plan/node_table.hpp"
#include "core/plan/schema.hpp"

namespace waymark::plan {

enum class Enforcement : uint8_t { reject, warn, off };              // of events that break the plan
enum class Treatment : uint8_t { none, allow, redact, hash, drop };  // of a property, by the privacy rules

// Nodes and texts of a plan are places in its table; `no_node` is none.
inline constexpr uint32_t no_node = NodeTable::none;

class Plan {
 public:
  // Takes over what compile_plan (native/plan/compile.hpp) wrote; it must outlive the plan. False, and the plan has no
  // events, if it is not sound.
  bool load(std::string_view bytes);

  std::string_view version() const { return json(table_.root(), Rule::version); }  // an integer's digits
  Enforcement enforcement() const { return static_cast<Enforcement>(table_.attribute(table_.root(), Rule::mode)); }
  bool names_are_object_action() const { return table_.attribute(table_.root(), Rule::naming) == 0; }

  // JSON arrays of strings, as config.hpp takes them.
  std::string_view purposes() const { return json(table_.root(), Rule::purposes); }
  std::string_view deny_keys() const { return json(table_.root(), Rule::deny_keys); }
  std::string_view url_parameters() const { return json(table_.root(), Rule::url_parameters); }
  std::string_view privacy_salt() const { return string(table_.root(), Rule::privacy_salt); }

  // The node of that name, or no_node. Every plan has the tracker's own events, page_viewed, user_identified,
  // group_identified, metric_recorded, experiment_exposed, session_ended and crash_reported; their schemas may be those
  // of traits, and no purpose is said of them.
  uint32_t event(std::string_view name) const { return named(Rule::events, name); }
  uint32_t metric(std::string_view name) const { return named(Rule::metrics, name); }
  uint32_t experiment(std::string_view name) const { return named(Rule::experiments, name); }

  // Of an event or a metric: the place of its purpose in purposes(); its schema (of properties, of tags), no_node for
  // none. `validate(plan.table(), plan.schema(event), …)` judges an event.
  uint32_t purpose(uint32_t node) const { return table_.attribute(node, Rule::purpose); }
  uint32_t schema(uint32_t node) const { return table_.attribute(node, Rule::schema); }
  // Of an event: a decimal without exponent, empty for none; and why it is deprecated, null data if it is not.
  std::string_view sample_rate(uint32_t node) const { return json(node, Rule::sample_rate); }
  std::string_view deprecated(uint32_t node) const { return string(node, Rule::deprecated); }
  // Of a metric: 0 counter, 1 gauge, 2 histogram; and its unit's name.
  uint32_t metric_type(uint32_t node) const { return table_.attribute(node, Rule::metric_type); }
  std::string_view metric_unit(uint32_t node) const { return string(node, Rule::metric_unit); }
  // Of an experiment: what is given a variant, 0 user, 1 device, 2 session, 3 instance; and the salt.
  uint32_t unit(uint32_t node) const { return table_.attribute(node, Rule::unit); }
  std::string_view salt(uint32_t node) const { return string(node, Rule::salt); }

  // The schema of the context; no_node for none.
  uint32_t context_schema() const { return table_.attribute(table_.root(), Rule::context); }

  // The keyword of JSON Schema ("minimum", "additionalProperties", "false"), or "depth" and "work" for those of the
  // validator itself. "" for a rule that no schema of the plan has.
  std::string_view rule_name(Rule rule) const {
    return string(table_.attribute(table_.root(), Rule::rule_names), rule);
  }

  // What becomes of a property, `key` being a JSON string still escaped, of an event; with no_node, of what is not an
  // event's.
  Treatment treatment(uint32_t event, std::string_view key) const;

  // Whether the schema of an event lists all values that its property `key`, a JSON string still escaped, may have: by
  // `enum` or `const` in the schema of the property itself. No promise that a value is one of them.
  bool is_enumerated(uint32_t event, std::string_view key) const;

  // The variant of an experiment that `bucket`, evenly spread over 0 to 999999, falls to; still escaped.
  std::string_view variant(uint32_t experiment, uint32_t bucket) const;

  const NodeTable& table() const { return table_; }

 private:
  uint32_t named(Rule list, std::string_view name) const;
  std::string_view json(uint32_t node, Rule rule) const { return table_.json(table_.attribute(node, rule)); }
  std::string_view string(uint32_t node, Rule rule) const { return table_.string(table_.attribute(node, rule)); }

  NodeTable table_;
};

}  // namespace waymark::plan
