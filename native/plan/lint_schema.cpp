#include "native/plan/lint_schema.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/limits.hpp"
#include "core/privacy/keys.hpp"
#include "core/text/words.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

// Draft 7 and 2020-12 with their annotations, and `pii`, which is the plan's own.
const std::vector<std::string_view> keywords = {"$anchor",
                                                "$comment",
                                                "$defs",
                                                "$dynamicAnchor",
                                                "$dynamicRef",
                                                "$id",
                                                "$recursiveAnchor",
                                                "$recursiveRef",
                                                "$ref",
                                                "$schema",
                                                "$vocabulary",
                                                "additionalItems",
                                                "additionalProperties",
                                                "allOf",
                                                "anyOf",
                                                "const",
                                                "contains",
                                                "contentEncoding",
                                                "contentMediaType",
                                                "contentSchema",
                                                "default",
                                                "definitions",
                                                "dependencies",
                                                "dependentRequired",
                                                "dependentSchemas",
                                                "deprecated",
                                                "description",
                                                "else",
                                                "enum",
                                                "examples",
                                                "exclusiveMaximum",
                                                "exclusiveMinimum",
                                                "format",
                                                "if",
                                                "items",
                                                "maxContains",
                                                "maxItems",
                                                "maxLength",
                                                "maxProperties",
                                                "maximum",
                                                "minContains",
                                                "minItems",
                                                "minLength",
                                                "minProperties",
                                                "minimum",
                                                "multipleOf",
                                                "not",
                                                "oneOf",
                                                "pattern",
                                                "patternProperties",
                                                "pii",
                                                "prefixItems",
                                                "properties",
                                                "propertyNames",
                                                "readOnly",
                                                "required",
                                                "then",
                                                "title",
                                                "type",
                                                "unevaluatedItems",
                                                "unevaluatedProperties",
                                                "uniqueItems",
                                                "writeOnly"};

void warn(Findings& findings, std::string pointer, std::string message, std::string hint) {
  findings.push_back({Severity::warning, std::move(pointer), std::move(message), std::move(hint)});
}

void lint_keywords(const Json& schema, const std::string& pointer, bool is_whole, Findings& findings) {
  if (!schema.is_object()) return;
  for (const auto& [name, value] : schema.items()) {
    if (findings.size() >= most_findings) return;
    if (name.rfind("x-", 0) == 0 || std::find(keywords.begin(), keywords.end(), name) != keywords.end()) continue;
    std::string hint = did_you_mean(name, keywords);
    if (is_whole && value.is_object()) hint = "if it is a property, move it to \"properties\": {…}";
    if (hint.empty()) hint = "take it away, or begin it with `x-`";
    warn(findings, child(pointer, name), in_quotes(name) + " is no keyword of JSON Schema and decides nothing",
         std::move(hint));
  }
}

void lint_required(const Json& schema, const std::string& pointer, Findings& findings) {
  const Json* const properties = member_of(schema, "properties");
  const Json* const required = member_of(schema, "required");
  if (properties == nullptr || required == nullptr || !required->is_array() || !properties->is_object()) return;
  if (schema.contains("patternProperties")) return;
  std::vector<std::string_view> known;
  for (const auto& [name, property] : properties->items()) known.push_back(name);
  for (size_t i = 0; i < required->size(); ++i) {
    if (findings.size() >= most_findings) return;
    if (!(*required)[i].is_string()) continue;
    const auto& name = (*required)[i].get_ref<const std::string&>();
    if (properties->contains(name)) continue;
    std::string hint = did_you_mean(name, known);
    if (hint.empty()) hint = "describe it there";
    warn(findings, child(child(pointer, "required"), i), in_quotes(name) + " is required and not in `properties`",
         std::move(hint));
  }
}

// The schema itself and what its references lead to.
bool says(const Scope& scope, const Json& property, std::string_view keyword) {
  const auto is_said = [&](const Json* schema) {
    const Json* const value = schema == nullptr ? nullptr : member_of(*schema, keyword);
    return value != nullptr && *value != false && *value != "";
  };
  return is_said(&property) || is_said(resolve(scope, property));
}

bool has_rule(const PrivacyPlan& privacy, std::string_view event, const std::string& property) {
  const std::string of_event = std::string(event) + '.' + property;
  for (const PropertyRule& rule : privacy.properties) {
    if (rule.property == property || rule.property == of_event) return true;
  }
  return std::find(privacy.deny_keys.begin(), privacy.deny_keys.end(), property) != privacy.deny_keys.end();
}

void lint_privacy(const PlanDocument& plan, const Scope& scope, const Json& property, std::string_view event,
                  const std::string& name, const std::string& pointer, Findings& findings) {
  if (const Json* const pii = member_of(property, "pii"); pii != nullptr && !pii->is_boolean() && !pii->is_string()) {
    warn(findings, child(pointer, "pii"), "`pii` is neither true nor a kind of personal data",
         "write true, or a kind like \"email\"");
  }
  if (has_rule(plan.privacy, event, name)) return;
  const std::string hint =
      "add " + in_quotes('"' + name + "\": \"redact\"") + " (or hash, drop, allow) to `privacy.properties`";
  if (says(scope, property, "pii")) {
    warn(findings, pointer, in_quotes(name) + " is personal data and has no privacy rule", hint);
    return;
  }
  if (name.size() > limits::key_bytes) return;
  const privacy::KeyClass key_class = privacy::classify_key(name, {});
  if (key_class == privacy::KeyClass::secret) {
    warn(findings, pointer, in_quotes(name) + " names a secret, which is always replaced by `[secret]`",
         "take the property away");
  } else if (key_class == privacy::KeyClass::personal) {
    warn(findings, pointer, in_quotes(name) + " looks like personal data and has no privacy rule", hint);
  }
}

void lint_properties(const PlanDocument& plan, const Scope& scope, const Json& schema, std::string_view event,
                     const std::string& pointer, Findings& findings) {
  const Json* const properties = member_of(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, property] : properties->items()) {
    const std::string at = child(child(pointer, "properties"), name);
    lint_privacy(plan, scope, property, event, name, at, findings);
    if (property != false && !says(scope, property, "description") && !says(scope, property, "title")) {
      warn(findings, at, "the property " + in_quotes(name) + " has no `description`", "say what it holds and its unit");
    }
  }
}

struct Use {
  std::string_view event;
  std::string name;
  std::string type;
};

// "string", or the types in order between commas; "number" for integers too; empty if not said.
std::string type_of(const Scope& scope, const Json& property) {
  const Json* const schema = resolve(scope, property);
  const Json* const type = schema == nullptr ? nullptr : member_of(*schema, "type");
  if (type == nullptr) return {};
  std::set<std::string> types;
  for (const Json& one : type->is_array() ? *type : Json::array({*type})) {
    if (one.is_string() && one != "null") types.insert(one == "integer" ? "number" : one.get<std::string>());
  }
  std::string out;
  for (const std::string& one : types) out += (out.empty() ? "" : ", ") + one;
  return out;
}

// One property, one spelling and one type in all events, or no one can query it.
void lint_uses(const PlanDocument& plan, Findings& findings) {
  std::map<std::string, Use> first;  // by spelling
  for (const EventPlan& event : plan.events) {
    const Scope scope{event.properties, plan.root};
    const Json* const schema = resolve(scope, event.properties);
    const Json* const properties = schema == nullptr ? nullptr : member_of(*schema, "properties");
    if (properties == nullptr || !properties->is_object()) continue;
    for (const auto& [name, property] : properties->items()) {
      const Use use{event.name, name, type_of(scope, property)};
      const auto [place, is_new] = first.emplace(spelling_key(name), use);
      if (is_new) continue;
      Use& other = place->second;
      const std::string at = child(child(child("/events", event.name) + "/properties", "properties"), name);
      if (other.name != name) {
        warn(findings, at,
             in_quotes(name) + " is another spelling of " + in_quotes(other.name) + " in " + in_quotes(other.event),
             "spell it alike everywhere");
      } else if (other.type.empty()) {
        other = use;
      } else if (!use.type.empty() && use.type != other.type) {
        warn(findings, at,
             in_quotes(name) + " is " + use.type + " here and " + other.type + " in " + in_quotes(other.event),
             "give it one type, or two names");
      }
    }
  }
}

}  // namespace

void lint_schemas(const PlanDocument& plan, Findings& findings) {
  const auto lint = [&](const Json& whole, const std::string& whole_pointer, std::string_view event) {
    for_each_schema(whole, whole_pointer, [&](const Json& schema, const std::string& pointer) {
      if (findings.size() >= most_findings) return;
      lint_keywords(schema, pointer, &schema == &whole, findings);
      lint_required(schema, pointer, findings);
      lint_properties(plan, {whole, plan.root}, schema, event, pointer, findings);
    });
  };
  for (const PlacedSchema& placed : schemas_of(plan)) lint(*placed.schema, placed.pointer, placed.event);
  if (const Json* const defs = member_of(plan.root, "$defs")) {
    for (const auto& [name, schema] : defs->items()) lint(schema, child("/$defs", name), {});
  }
  lint_uses(plan, findings);
}

}  // namespace waymark::plan
