// The tracking plan as it is written: one JSON document that says what a product tracks. Values only.
// docs/tracking-plan.md describes the document, tracking-plan.schema.json is its JSON Schema.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/finding.hpp"

namespace waymark::plan {

using Json = nlohmann::ordered_json;  // members keep their order

enum class Mode : uint8_t { reject, warn, off };
enum class Naming : uint8_t { object_action, off };
enum class PrivacyRule : uint8_t { allow, redact, hash, drop };
enum class MetricType : uint8_t { counter, gauge, histogram };

struct EventPlan {
  std::string name;
  std::string description;
  std::string owner;
  std::string purpose = "analytics";
  std::optional<double> sample_rate;  // 0 to 1
  bool is_deprecated = false;
  std::string deprecated;  // why, or what to use instead; may be empty
  Json properties;         // a JSON Schema of the properties object; null: any
};

struct MetricPlan {
  std::string name;
  std::string description;
  std::string owner;
  std::string purpose = "analytics";
  MetricType type = MetricType::counter;
  std::string unit;
  std::map<std::string, Json> tags;  // each a JSON Schema of a string
};

struct VariantPlan {
  std::string name;
  double weight = 1;
};

struct ExperimentPlan {
  std::string name;
  std::string description;
  std::string owner;
  std::string unit = "device";  // user, device, session or instance
  std::string salt;
  std::vector<VariantPlan> variants;
};

struct PropertyRule {
  std::string property;  // "email", or "checkout_completed.email" for one event alone
  PrivacyRule rule = PrivacyRule::redact;
};

struct PrivacyPlan {
  std::vector<PropertyRule> properties;
  std::string salt;  // of `hash`
  std::vector<std::string> deny_keys;
  std::vector<std::string> url_parameters;
};

struct PlanDocument {
  std::string name;
  uint32_t version = 0;  // 1 or more
  std::string description;
  std::vector<std::string> purposes;  // necessary first; 16 at most
  Naming naming = Naming::object_action;
  Mode mode = Mode::reject;           // where no environment is named
  std::map<std::string, Mode> modes;  // by environment
  std::vector<EventPlan> events;      // in the document's order
  Json context;                       // JSON Schema; null: any
  Json user_traits;                   // the same
  Json group_traits;                  // the same
  std::vector<MetricPlan> metrics;
  std::vector<ExperimentPlan> experiments;
  PrivacyPlan privacy;
  Json root;  // the whole document as it was read: where a $ref of "#/$defs/…" in any of the schemas above looks
};

// Reads a plan. What is wrong with it goes to `findings`; empty if anything is an error. Never throws. The bounds are
// those of json_text.hpp. Schemas are taken as they are: whether they can be compiled, compile_plan says.
std::optional<PlanDocument> read_plan(std::string_view text, Findings& findings);

// The words of the document: "reject", "object_action", "hash", "counter".
std::string_view word_of(Mode mode);
std::string_view word_of(Naming naming);
std::string_view word_of(PrivacyRule rule);
std::string_view word_of(MetricType type);

}  // namespace waymark::plan
