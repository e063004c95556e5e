#include "native/plan/docs_properties.hpp"

#include <algorithm>
#include <map>

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

std::string describe_type(const Scope& scope, const Json& schema, size_t depth = 0);

// What is behind a reference, at most two deep.
std::string describe_part(const Scope& scope, const Json& schema, size_t depth) {
  const Json* const target = resolve(scope, schema);
  return target == nullptr || depth == 2 ? "any" : describe_type(scope, *target, depth + 1);
}

// "string or integer", of the branches of anyOf or oneOf; empty if one of them may be anything.
std::string describe_branches(const Scope& scope, const Json& schema, size_t depth) {
  std::vector<std::string> words;
  for (const char* const keyword : {"anyOf", "oneOf"}) {
    const Json* const branches = member_of(schema, keyword);
    if (branches == nullptr || !branches->is_array()) continue;
    for (const Json& branch : *branches) {
      const std::string word = describe_part(scope, branch, depth);
      if (word == "any" || words.size() == most_values) return {};
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    break;
  }
  return join(words, " or ");
}

std::string describe_type(const Scope& scope, const Json& schema, size_t depth) {
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
  if (words.empty()) words.push_back(describe_branches(scope, schema, depth));
  std::string out = words[0].empty() ? "any" : join(words, " or ");
  if (const Json* const items = member_of(schema, "items"); out == "array" && items != nullptr && items->is_object()) {
    const std::string item = describe_part(scope, *items, depth);
    if (item != "any") out += " of " + item;
  }
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

bool is_true(const Json* value) { return value != nullptr && *value == true; }

struct OpenSchema {
  const Json* schema;
  std::string path;
};

struct Listing {
  Scope scope;
  std::vector<PropertyRow> rows;
  std::map<std::string, size_t> rows_of;  // by path
  std::vector<OpenSchema> open;           // those that lead to where the listing is
  size_t visits = 0;                      // of schemas; those that refer to each other branch without end
};

void add_rows(Listing& listing, const Json& use, const std::string& prefix, size_t depth, bool is_certain);

void add_row(Listing& listing, const Json& own, const std::string& path, const std::string& name, bool is_required) {
  const Json& target = *resolve(listing.scope, own);
  const bool is_personal_here = is_personal(own) || is_personal(target);
  if (const auto known = listing.rows_of.find(path); known != listing.rows_of.end()) {
    PropertyRow& row = listing.rows[known->second];
    row.is_required = row.is_required || is_required;
    row.is_personal = row.is_personal || is_personal_here;
    return;
  }
  PropertyRow row;
  row.path = path;
  row.name = name;
  row.type = describe_type(listing.scope, target);
  row.is_required = is_required;
  row.is_personal = is_personal_here;
  row.is_deprecated = is_true(member_of(own, "deprecated")) || is_true(member_of(target, "deprecated"));
  for (const std::string_view text :
       {text_of(own, "description"), text_of(target, "description"), text_of(own, "title"), text_of(target, "title")}) {
    if (row.description.empty()) row.description = text;
  }
  listing.rows_of.emplace(path, listing.rows.size());
  listing.rows.push_back(std::move(row));
}

void add_members(Listing& listing, const Json& schema, const std::string& prefix, size_t depth, bool is_certain) {
  if (const Json* const items = member_of(schema, "items"); items != nullptr && items->is_object()) {
    add_rows(listing, *items, prefix + "[]", depth + 1, true);
  }
  if (const Json* const properties = member_of(schema, "properties"); properties && properties->is_object()) {
    for (const auto& [name, own] : properties->items()) {
      if (listing.rows.size() >= most_rows) return;
      if (resolve(listing.scope, own) == nullptr || own == false) continue;
      const std::string path = prefix.empty() ? name : prefix + '.' + name;
      add_row(listing, own, path, name, is_certain && is_in(member_of(schema, "required"), name));
      add_rows(listing, own, path, depth + 1, true);
    }
  }
  for (const char* const keyword : {"allOf", "anyOf", "oneOf"}) {
    const Json* const parts = member_of(schema, keyword);
    if (parts == nullptr || !parts->is_array()) continue;
    const bool is_all = std::string_view(keyword) == "allOf";
    for (const Json& part : *parts) add_rows(listing, part, prefix, depth + 1, is_certain && is_all);
  }
  for (const char* const keyword : {"if", "then", "else"}) {
    if (const Json* const part = member_of(schema, keyword)) add_rows(listing, *part, prefix, depth + 1, false);
  }
}

// `is_certain`: the schema holds, whatever else does.
void add_rows(Listing& listing, const Json& use, const std::string& prefix, size_t depth, bool is_certain) {
  if (++listing.visits > most_visits) return;
  const Json* const schema = resolve(listing.scope, use);
  if (schema == nullptr || depth == deepest) return;
  // What holds itself is listed once.
  const auto known = std::find_if(listing.open.begin(), listing.open.end(),
                                  [&](const OpenSchema& open) { return open.schema == schema; });
  if (known != listing.open.end()) {
    if (known->path != prefix && !listing.rows.empty()) listing.rows.back().same_as = known->path;
    return;
  }
  listing.open.push_back({schema, prefix});
  add_members(listing, *schema, prefix, depth, is_certain);
  listing.open.pop_back();
}

}  // namespace

std::vector<PropertyRow> list_properties(const Scope& scope, const Json& schema) {
  Listing listing{scope, {}, {}, {}};
  add_rows(listing, schema, "", 0, true);
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
