#include "native/plan/docs_properties.hpp"

#include "native/plan/exact_json.hpp"

namespace waymark::plan {
namespace {

constexpr size_t deepest = 6;
constexpr size_t most_rows = 1000;
constexpr size_t most_visits = 10'000;
constexpr size_t most_values = 12;

std::string join(const std::vector<std::string>& words, std::string_view last) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? last : std::string_view(", ");
    out += words[i];
  }
  return out;
}

std::string describe_values(const Json& values) {
  std::vector<std::string> words;
  for (const Json& value : values) {
    if (words.size() == most_values) {
      words.push_back("…");
      break;
    }
    words.push_back(exact_text(value));
  }
  return words.size() == 1 ? words[0] : "one of " + join(words, ", ");
}

std::string describe_type(const Json& schema) {
  if (schema == false) return "never there";
  if (const Json* const value = member_of(schema, "const")) return exact_text(*value);
  if (const Json* const values = member_of(schema, "enum"); values && values->is_array() && !values->empty()) {
    return describe_values(*values);
  }
  std::vector<std::string> words;
  if (const Json* const type = member_of(schema, "type")) {
    for (const Json& one : type->is_array() ? *type : Json::array({*type})) {
      if (one.is_string()) words.push_back(one.get<std::string>());
    }
  }
  std::string out = words.empty() ? "any" : join(words, " or ");
  const std::string_view format = text_of(schema, "format");
  if (!format.empty()) out += " (" + std::string(format) + ')';
  const Json* const least = member_of(schema, "minimum");
  const Json* const most = member_of(schema, "maximum");
  if (least != nullptr && is_any_number(*least)) out += ", at least " + exact_text(*least);
  if (most != nullptr && is_any_number(*most)) out += ", at most " + exact_text(*most);
  return out;
}

bool is_personal(const Json& schema) {
  const Json* const pii = member_of(schema, "pii");
  return pii != nullptr && *pii != false && *pii != "";
}

bool is_in(const Json* names, const std::string& name) {
  if (names == nullptr || !names->is_array()) return false;
  for (const Json& one : *names) {
    if (one.is_string() && one.get_ref<const std::string&>() == name) return true;
  }
  return false;
}

struct Listing {
  Scope scope;
  std::vector<PropertyRow> rows;
  size_t visits = 0;  // of schemas; those that refer to each other branch without end
};

void add_rows(Listing& listing, const Json& use, const std::string& prefix, size_t depth) {
  const Scope& scope = listing.scope;
  std::vector<PropertyRow>& rows = listing.rows;
  if (++listing.visits > most_visits) return;
  const Json* const schema = resolve(scope, use);
  if (schema == nullptr || depth == deepest) return;
  if (const Json* const items = member_of(*schema, "items"); items != nullptr && items->is_object()) {
    add_rows(listing, *items, prefix + "[]", depth + 1);
  }
  if (const Json* const parts = member_of(*schema, "allOf"); parts != nullptr && parts->is_array()) {
    for (const Json& part : *parts) add_rows(listing, part, prefix, depth + 1);
  }
  const Json* const properties = member_of(*schema, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [name, own] : properties->items()) {
    if (rows.size() >= most_rows) return;
    const Json* const target = resolve(scope, own);
    if (target == nullptr) continue;
    PropertyRow row;
    row.path = prefix.empty() ? name : prefix + '.' + name;
    row.name = name;
    row.type = describe_type(*target);
    row.is_required = is_in(member_of(*schema, "required"), name);
    row.is_personal = is_personal(own) || is_personal(*target);
    for (const std::string_view text : {text_of(own, "description"), text_of(*target, "description"),
                                        text_of(own, "title"), text_of(*target, "title")}) {
      if (row.description.empty()) row.description = text;
    }
    const std::string path = row.path;
    rows.push_back(std::move(row));
    add_rows(listing, own, path, depth + 1);
  }
}

}  // namespace

std::vector<PropertyRow> list_properties(const Scope& scope, const Json& schema) {
  Listing listing{scope, {}};
  add_rows(listing, schema, "", 0);
  return std::move(listing.rows);
}

std::optional<PrivacyRule> rule_for(const PrivacyPlan& privacy, std::string_view event, std::string_view property) {
  std::optional<PrivacyRule> found;
  const std::string of_event = std::string(event) + '.' + std::string(property);
  for (const PropertyRule& rule : privacy.properties) {
    if (!event.empty() && rule.property == of_event) return rule.rule;
    if (rule.property == property) found = rule.rule;
  }
  for (const std::string& key : privacy.deny_keys) {
    if (!found && key == property) found = PrivacyRule::redact;
  }
  return found;
}

}  // namespace waymark::plan
