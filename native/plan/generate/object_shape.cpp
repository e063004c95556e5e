#include "native/plan/generate/object_shape.hpp"

#include <algorithm>
#include <map>

namespace waymark::plan {
namespace {

constexpr int composition_depth = 8;
constexpr int members_and_subschemas = 20'000;

using Names = std::set<std::string, std::less<>>;

const Json* find_target(const Json& schema, const Scope& scope) {
  return member_of(schema, "$ref") == nullptr ? nullptr : resolve(scope, schema);
}

class Gatherer {
 public:
  Gatherer(const Scope& scope, ObjectShape& shape) : scope_(scope), shape_(shape) {}

  // Returns the names that `schema` requires. `is_certain`: it holds whatever the value is.
  Names gather(const Json& schema, bool is_certain, int depth) {
    Names required;
    if (!schema.is_object() || depth > composition_depth || !may_add()) return required;
    if (const Json* const target = find_target(schema, scope_)) required = gather(*target, is_certain, depth + 1);
    if (const Json* const members = member_of(schema, "properties"); members != nullptr && members->is_object()) {
      for (const auto& [name, member] : members->items()) add_member(name, member, is_certain);
    }
    if (const Json* const names = member_of(schema, "required"); names != nullptr && names->is_array()) {
      for (const Json& name : *names) {
        if (name.is_string()) required.insert(name.get<std::string>());
      }
    }
    add_values(schema, is_certain);
    gather_all(schema, is_certain, depth, required);
    for (const char* const keyword : {"anyOf", "oneOf"}) gather_any(schema, keyword, depth, required);
    for (const char* const keyword : {"then", "else"}) {
      if (const Json* const branch = member_of(schema, keyword)) gather(*branch, false, depth + 1);
    }
    for (const char* const keyword : {"dependentSchemas", "dependencies"}) {
      const Json* const branches = member_of(schema, keyword);
      if (branches == nullptr || !branches->is_object()) continue;
      for (const Json& branch : *branches) gather(branch, false, depth + 1);
    }
    return required;
  }

 private:
  bool may_add() {
    shape_.is_cut = shape_.is_cut || --budget_ < 0;
    return !shape_.is_cut;
  }

  void gather_all(const Json& schema, bool is_certain, int depth, Names& required) {
    const Json* const parts = member_of(schema, "allOf");
    if (parts == nullptr || !parts->is_array()) return;
    for (const Json& part : *parts) required.merge(gather(part, is_certain, depth + 1));
  }

  // What all branches require is required.
  void gather_any(const Json& schema, const char* keyword, int depth, Names& required) {
    const Json* const branches = member_of(schema, keyword);
    if (branches == nullptr || !branches->is_array() || branches->empty()) return;
    Names in_all;
    for (size_t i = 0; i < branches->size(); ++i) {
      const Names names = gather((*branches)[i], false, depth + 1);
      if (i == 0) in_all = names;
      std::erase_if(in_all, [&](const std::string& name) { return !names.contains(name); });
    }
    required.merge(in_all);
  }

  void add_member(const std::string& name, const Json& schema, bool is_certain) {
    if (schema == false || !may_add()) return;  // false: it may not be there
    const auto [place, is_new] = places_.emplace(name, shape_.members.size());
    if (is_new) shape_.members.push_back({name, {}, {}});
    MemberSchemas& member = shape_.members[place->second];
    (is_certain ? member.always : member.sometimes).push_back(&schema);
  }

  void add_values(const Json& schema, bool is_certain) {
    const Json* const others = member_of(schema, "additionalProperties");
    if (others != nullptr && *others == false) {
      shape_.is_closed = shape_.is_closed || is_certain;
    } else if (others != nullptr) {
      shape_.values.push_back(others);
    }
    const Json* const patterns = member_of(schema, "patternProperties");
    if (patterns == nullptr || !patterns->is_object()) return;
    for (const Json& values : *patterns) {
      if (values != false) shape_.values.push_back(&values);
    }
  }

  const Scope& scope_;
  ObjectShape& shape_;
  std::map<std::string_view, size_t> places_;  // by name; the names live in the schema
  int budget_ = members_and_subschemas;
};

bool speaks_of_objects(const Json& schema, const Scope& scope, int& budget) {
  if (--budget < 0) return false;
  if (const Json* const type = member_of(schema, "type")) return *type == "object";
  for (const char* const keyword : {"properties", "required", "additionalProperties", "patternProperties"}) {
    if (member_of(schema, keyword) != nullptr) return true;
  }
  if (const Json* const target = find_target(schema, scope)) return speaks_of_objects(*target, scope, budget);
  const Json* const parts = member_of(schema, "allOf");
  return parts != nullptr && parts->is_array() && std::any_of(parts->begin(), parts->end(), [&](const Json& part) {
           return speaks_of_objects(part, scope, budget);
         });
}

}  // namespace

bool is_object_schema(const Json& schema, const Scope& scope) {
  int budget = 256;
  return speaks_of_objects(schema, scope, budget);
}

ObjectShape shape_of(const Json& schema, const Scope& scope) {
  ObjectShape shape;
  shape.required = Gatherer(scope, shape).gather(schema, true, 0);
  return shape;
}

}  // namespace waymark::plan
