#include "native/plan/diff_schema.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>
#include <utility>

#include "native/plan/exact_json.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

const Json anything = true;
const Json no_rules = Json::object();
constexpr size_t deepest = 256;  // of schemas in each other, references followed

constexpr std::string_view lower_bounds[] = {"exclusiveMinimum", "minContains",   "minItems",
                                             "minLength",        "minProperties", "minimum"};
constexpr std::string_view upper_bounds[] = {"exclusiveMaximum", "maxContains",   "maxItems",
                                             "maxLength",        "maxProperties", "maximum"};
// Schemas that allow less when they do, and more when they do.
constexpr std::string_view monotone_one[] = {"additionalItems", "additionalProperties", "contains", "propertyNames",
                                             "items"};
constexpr std::string_view monotone_many[] = {"allOf", "anyOf", "items", "prefixItems"};
constexpr std::string_view monotone_named[] = {"patternProperties", "dependentSchemas"};
// Any change of these may make a value invalid.
constexpr std::string_view opaque[] = {"$anchor",
                                       "$id",
                                       "$schema",
                                       "contentEncoding",
                                       "contentSchema",
                                       "contentMediaType",
                                       "dependencies",
                                       "dependentRequired",
                                       "else",
                                       "format",
                                       "if",
                                       "multipleOf",
                                       "not",
                                       "oneOf",
                                       "pattern",
                                       "then",
                                       "uniqueItems"};
constexpr std::string_view annotations[] = {"default",  "deprecated", "description", "examples",
                                            "readOnly", "title",      "writeOnly"};

std::string text_of_value(const Json& value) { return in_quotes(exact_text(value)); }

class Comparison {
 public:
  Comparison(const Scope& before, const Scope& after, std::vector<Change>& changes)
      : before_scope_(before), after_scope_(after), changes_(changes) {}

  void compare(const Json& before_use, const Json& after_use, const std::string& pointer) {
    const Json* const before = resolve(before_scope_, before_use);
    const Json* const after = resolve(after_scope_, after_use);
    if (before == nullptr || after == nullptr) {  // a reference of another kind
      if (before_use != after_use) add(Bump::major, pointer, "is changed");
      return;
    }
    if (!seen_.insert({before, after, is_any_change_major_}).second) return;
    if (depth_ == deepest) return add(Bump::major, pointer, "is nested too deep to be compared");
    ++depth_;
    compare_schemas(before_use, after_use, *before, *after, pointer);
    --depth_;
  }

 private:
  using Sides = std::pair<const Json*, const Json*>;

  void compare_schemas(const Json& before_use, const Json& after_use, const Json& before, const Json& after,
                       const std::string& pointer) {
    if (before == false || after == false) return compare_nothing(before, after, pointer);
    if (before == true && after.is_object()) return compare_objects(before_use, after_use, no_rules, after, pointer);
    if (after == true && before.is_object()) return compare_objects(before_use, after_use, before, no_rules, pointer);
    if (before.is_object() && after.is_object()) compare_objects(before_use, after_use, before, after, pointer);
  }

  void compare_objects(const Json& before_use, const Json& after_use, const Json& before, const Json& after,
                       const std::string& pointer) {
    compare_types(before, after, pointer);
    compare_values(before, after, pointer);
    compare_properties(before, after, pointer);
    compare_bounds(before, after, pointer);
    compare_inner(before, after, pointer);
    compare_opaque(before, after, pointer);
    compare_words(before_use, after_use, before, after, pointer);
  }

  void add(Bump bump, const std::string& pointer, std::string message) {
    const bool is_major = is_any_change_major_ && bump > Bump::patch;
    changes_.push_back({is_major ? Bump::major : bump, pointer, std::move(message)});
  }

  void compare_nothing(const Json& before, const Json& after, const std::string& pointer) {
    if (before == after) return;
    const bool is_closed = after == false;
    // Of additionalProperties most of all, where "no value" would be said of the object.
    const std::string what = pointer.ends_with("/additionalProperties") ? "other properties" : "values";
    add(is_closed ? Bump::major : Bump::minor, pointer,
        is_closed ? what + " are no longer allowed" : what + " are allowed now");
  }

  static std::set<std::string> types_of(const Json& schema) {
    const Json* const type = member_of(schema, "type");
    if (type == nullptr) return {"array", "boolean", "integer", "null", "number", "object", "string"};
    std::set<std::string> types;
    for (const Json& one : type->is_array() ? *type : Json::array({*type})) {
      if (one.is_string()) types.insert(one.get<std::string>());
    }
    if (types.count("number") > 0) types.insert("integer");
    return types;
  }

  void compare_types(const Json& before, const Json& after, const std::string& pointer) {
    const std::set<std::string> old_types = types_of(before);
    const std::set<std::string> new_types = types_of(after);
    for (const std::string& type : old_types) {
      if (new_types.count(type) == 0)
        add(Bump::major, pointer, "the type " + in_quotes(type) + " is no longer allowed");
    }
    for (const std::string& type : new_types) {
      if (old_types.count(type) == 0) add(Bump::minor, pointer, "the type " + in_quotes(type) + " is allowed too");
    }
  }

  // The values of `enum` or `const`; nullptr if neither is there.
  static const Json* values_of(const Json& schema, Json& one) {
    if (const Json* const value = member_of(schema, "const")) {
      one = Json::array({*value});
      return &one;
    }
    return member_of(schema, "enum");
  }

  void compare_values(const Json& before, const Json& after, const std::string& pointer) {
    Json old_one;
    Json new_one;
    const Json* const old_values = values_of(before, old_one);
    const Json* const new_values = values_of(after, new_one);
    if (old_values == nullptr && new_values == nullptr) return;
    if (new_values == nullptr) return add(Bump::minor, pointer, "is no longer one of a list of values");
    if (old_values == nullptr) return add(Bump::major, pointer, "must be one of a list of values now");
    const auto has = [](const Json& values, const Json& value) {
      return std::find(values.begin(), values.end(), value) != values.end();
    };
    for (const Json& value : *old_values) {
      if (!has(*new_values, value)) add(Bump::major, pointer, "the value " + text_of_value(value) + " is removed");
    }
    for (const Json& value : *new_values) {
      if (!has(*old_values, value)) add(Bump::minor, pointer, "the value " + text_of_value(value) + " is added");
    }
  }

  static std::set<std::string> required_of(const Json& schema) {
    std::set<std::string> names;
    if (const Json* const required = member_of(schema, "required"); required != nullptr && required->is_array()) {
      for (const Json& name : *required) {
        if (name.is_string()) names.insert(name.get<std::string>());
      }
    }
    return names;
  }

  void compare_properties(const Json& before, const Json& after, const std::string& pointer) {
    const Json none = Json::object();
    const Json* old_properties = member_of(before, "properties");
    const Json* new_properties = member_of(after, "properties");
    if (old_properties == nullptr || !old_properties->is_object()) old_properties = &none;
    if (new_properties == nullptr || !new_properties->is_object()) new_properties = &none;
    const std::set<std::string> old_required = required_of(before);
    const std::set<std::string> new_required = required_of(after);
    for (const auto& [name, schema] : old_properties->items()) {
      const std::string at = child(child(pointer, "properties"), name);
      if (const Json* const other = member_of(*new_properties, name)) {
        compare(schema, *other, at);
      } else {
        add(Bump::major, at, "the property " + in_quotes(name) + " is removed");
      }
    }
    for (const auto& [name, schema] : new_properties->items()) {
      if (old_properties->contains(name)) continue;
      add(Bump::minor, child(child(pointer, "properties"), name), "the property " + in_quotes(name) + " is added");
    }
    for (const std::string& name : new_required) {
      if (old_required.count(name) > 0) continue;
      add(Bump::major, child(pointer, "required"), "the property " + in_quotes(name) + " is required now");
    }
    for (const std::string& name : old_required) {
      if (new_required.count(name) > 0) continue;
      add(Bump::minor, child(pointer, "required"), "the property " + in_quotes(name) + " is no longer required");
    }
  }

  static double number_of(const Json& value) {
    return is_any_number(value) ? std::strtod(exact_text(value).c_str(), nullptr) : 0;
  }

  void compare_bounds(const Json& before, const Json& after, const std::string& pointer) {
    for (const std::string_view keyword : lower_bounds) compare_bound(before, after, keyword, true, pointer);
    for (const std::string_view keyword : upper_bounds) compare_bound(before, after, keyword, false, pointer);
  }

  void compare_bound(const Json& before, const Json& after, std::string_view keyword, bool is_lower,
                     const std::string& pointer) {
    const auto [old_bound, new_bound] = Sides{member_of(before, keyword), member_of(after, keyword)};
    const std::string at = child(pointer, keyword);
    if (old_bound == nullptr && new_bound == nullptr) return;
    if (old_bound == nullptr) return add(Bump::major, at, in_quotes(keyword) + " is new: " + text_of_value(*new_bound));
    if (new_bound == nullptr) return add(Bump::minor, at, in_quotes(keyword) + " is gone");
    if (*old_bound == *new_bound) return;
    const double risen = number_of(*new_bound) - number_of(*old_bound);
    const bool is_wider = is_lower ? risen < 0 : risen > 0;
    add(is_wider ? Bump::minor : Bump::major, at,
        in_quotes(keyword) + " was " + text_of_value(*old_bound) + " and is " + text_of_value(*new_bound));
  }

  void compare_inner(const Json& before, const Json& after, const std::string& pointer) {
    for (const std::string_view keyword : monotone_one) {
      const Json* const inner_before = member_of(before, keyword);
      const Json* const inner_after = member_of(after, keyword);
      if (inner_before == nullptr && inner_after == nullptr) continue;
      const bool is_list = (inner_before && inner_before->is_array()) || (inner_after && inner_after->is_array());
      if (is_list) continue;
      // `contains` asks for something even when it is `true`.
      if (keyword == "contains" && (inner_before == nullptr || inner_after == nullptr)) {
        compare_opaque_one(before, after, keyword, pointer);
        continue;
      }
      compare(inner_before ? *inner_before : anything, inner_after ? *inner_after : anything, child(pointer, keyword));
    }
    for (const std::string_view keyword : monotone_many) compare_many(before, after, keyword, pointer);
    for (const std::string_view keyword : monotone_named) compare_named(before, after, keyword, pointer);
  }

  void compare_many(const Json& before, const Json& after, std::string_view keyword, const std::string& pointer) {
    const auto [old_list, new_list] = Sides{member_of(before, keyword), member_of(after, keyword)};
    const bool are_lists = old_list && new_list && old_list->is_array() && new_list->is_array();
    if (!are_lists) {
      const bool is_list = (old_list && old_list->is_array()) || (new_list && new_list->is_array());
      if (is_list) compare_opaque_one(before, after, keyword, pointer);
      return;
    }
    const std::string at = child(pointer, keyword);
    for (size_t i = 0; i < std::min(old_list->size(), new_list->size()); ++i) {
      compare((*old_list)[i], (*new_list)[i], child(at, i));
    }
    const bool is_any = keyword == "anyOf";
    if (new_list->size() > old_list->size()) {
      add(is_any ? Bump::minor : Bump::major, at, in_quotes(keyword) + " has more schemas");
    } else if (new_list->size() < old_list->size()) {
      add(is_any ? Bump::major : Bump::minor, at, in_quotes(keyword) + " has fewer schemas");
    }
  }

  void compare_named(const Json& before, const Json& after, std::string_view keyword, const std::string& pointer) {
    const auto [old_map, new_map] = Sides{member_of(before, keyword), member_of(after, keyword)};
    const Json none = Json::object();
    const Json& old_members = old_map && old_map->is_object() ? *old_map : none;
    const Json& new_members = new_map && new_map->is_object() ? *new_map : none;
    for (const auto& [name, schema] : old_members.items()) {
      const Json* const other = member_of(new_members, name);
      compare(schema, other ? *other : anything, child(child(pointer, keyword), name));
    }
    for (const auto& [name, schema] : new_members.items()) {
      if (!old_members.contains(name)) compare(anything, schema, child(child(pointer, keyword), name));
    }
  }

  void compare_opaque(const Json& before, const Json& after, const std::string& pointer) {
    for (const std::string_view keyword : opaque) compare_opaque_one(before, after, keyword, pointer);
    const Json* const old_kind = member_of(before, "pii");
    const Json* const new_kind = member_of(after, "pii");
    const Json no = false;
    if ((old_kind ? *old_kind : no) == (new_kind ? *new_kind : no)) return;
    add(Bump::major, child(pointer, "pii"), "what is said about personal data is changed");
  }

  void compare_opaque_one(const Json& before, const Json& after, std::string_view keyword, const std::string& pointer) {
    const auto [old_value, new_value] = Sides{member_of(before, keyword), member_of(after, keyword)};
    const std::string at = child(pointer, keyword);
    if (old_value == nullptr && new_value == nullptr) return;
    if (old_value == nullptr) return add(Bump::major, at, in_quotes(keyword) + " is new");
    if (new_value == nullptr) return add(Bump::minor, at, in_quotes(keyword) + " is gone");
    if (*old_value != *new_value) return add(Bump::major, at, in_quotes(keyword) + " is changed");
    compare_inside(keyword, *old_value, *new_value, at);
  }

  // Schemas that look alike may refer to what is not alike.
  void compare_inside(std::string_view keyword, const Json& before, const Json& after, const std::string& pointer) {
    constexpr std::string_view with_schemas[] = {"else", "if", "not", "oneOf", "then", "contains"};
    if (std::find(std::begin(with_schemas), std::end(with_schemas), keyword) == std::end(with_schemas)) return;
    const bool outer = std::exchange(is_any_change_major_, true);
    if (before.is_array()) {
      for (size_t i = 0; i < before.size(); ++i) compare(before[i], after[i], child(pointer, i));
    } else {
      compare(before, after, pointer);
    }
    is_any_change_major_ = outer;
  }

  // The words at the use of a reference go before those of its target.
  void compare_words(const Json& before_use, const Json& after_use, const Json& before, const Json& after,
                     const std::string& pointer) {
    for (const std::string_view keyword : annotations) {
      const auto words = [&](const Json& use, const Json& target) {
        const Json* const own = member_of(use, keyword);
        return own != nullptr ? own : member_of(target, keyword);
      };
      const auto [old_words, new_words] = Sides{words(before_use, before), words(after_use, after)};
      const bool are_alike = old_words && new_words ? *old_words == *new_words : old_words == new_words;
      if (are_alike) continue;
      const bool is_warning = keyword == "deprecated";
      add(is_warning ? Bump::minor : Bump::patch, child(pointer, keyword), in_quotes(keyword) + " is changed");
    }
  }

  Scope before_scope_;
  Scope after_scope_;
  std::vector<Change>& changes_;
  std::set<std::tuple<const Json*, const Json*, bool>> seen_;
  bool is_any_change_major_ = false;  // inside `oneOf`, `not` and their like, where wider can be narrower
  size_t depth_ = 0;
};

}  // namespace

void diff_schemas(const SchemaSide& before, const SchemaSide& after, const std::string& pointer,
                  std::vector<Change>& changes) {
  Comparison(before.scope, after.scope, changes).compare(before.schema, after.schema, pointer);
}

}  // namespace waymark::plan
