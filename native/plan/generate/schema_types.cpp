#include "native/plan/generate/schema_types.hpp"

#include <algorithm>

#include "native/plan/exact_json.hpp"
#include "native/plan/generate/object_shape.hpp"

namespace waymark::plan {
namespace {

constexpr size_t most_types = 100'000;
// Schemas are nested less; only those that are composed of themselves come so deep.
constexpr size_t deepest = 64;

Type type_of(TypeKind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type type_of(TypeKind kind, Type part) {
  Type type = type_of(kind);
  type.parts.push_back(std::move(part));
  return type;
}

Type name_of(size_t index) {
  Type type = type_of(TypeKind::named);
  type.index = index;
  return type;
}

// One of `types`, as flat as can be; any of nothing is any.
Type union_of(std::vector<Type> types) {
  Type result = type_of(TypeKind::any_of);
  Type literals = type_of(TypeKind::literals);
  const auto add = [&](Type& type) {
    if (type.kind == TypeKind::literals) {
      for (Json& value : type.literals) {
        if (std::find(literals.literals.begin(), literals.literals.end(), value) == literals.literals.end()) {
          literals.literals.push_back(std::move(value));
        }
      }
    } else if (std::find(result.parts.begin(), result.parts.end(), type) == result.parts.end()) {
      result.parts.push_back(std::move(type));
    }
  };
  for (Type& type : types) {
    if (type.kind == TypeKind::any) return type_of(TypeKind::any);
    if (type.kind != TypeKind::any_of) {
      add(type);
      continue;
    }
    for (Type& part : type.parts) add(part);
  }
  if (!literals.literals.empty()) result.parts.insert(result.parts.begin(), std::move(literals));
  if (result.parts.empty()) return type_of(TypeKind::any);
  return result.parts.size() == 1 ? std::move(result.parts.front()) : result;
}

bool is_any(const Type& type) { return type.kind == TypeKind::any; }

std::string description_of(const Json& schema) {
  const std::string_view description = text_of(schema, "description");
  return std::string(description.empty() ? text_of(schema, "title") : description);
}

const Json* find_array(const Json& schema, const char* name) {
  const Json* const array = member_of(schema, name);
  return array != nullptr && array->is_array() && !array->empty() ? array : nullptr;
}

// Whether a value of JSON Schema type `type` may be `value`.
bool may_be(const Json& type, const Json& value) {
  const auto is = [&](const Json& name) {
    if (name == "string") return value.is_string();
    if (name == "boolean") return value.is_boolean();
    if (name == "null") return value.is_null();
    if (name == "number" || name == "integer") return is_any_number(value);
    return value.is_structured();
  };
  return type.is_array() ? std::any_of(type.begin(), type.end(), is) : is(type);
}

class SchemaTypes {
 public:
  SchemaTypes(const PlanDocument& plan, const SchemaPlace& place, TypeModel& model, NamedSchemas& named,
              Findings& findings)
      : scope_{place.schema, plan.root},
        schema_(place.schema),
        pointer_(place.pointer),
        name_(place.name),
        model_(model),
        named_(named),
        findings_(findings) {}

  // The record of the whole schema.
  size_t read_root() {
    const size_t index = add_named(name_, schema_);
    named_.emplace(&schema_, index);
    model_.named[index].type = read_record(schema_, shape_of(schema_, scope_), name_);
    return index;
  }

 private:
  Type read(const Json& schema, const std::string& name) {
    if (depth_ == deepest || !schema.is_object() || !may_add(1)) return type_of(TypeKind::any);
    ++depth_;
    Type type = read_keywords(schema, name);
    --depth_;
    return type;
  }

  Type read_keywords(const Json& schema, const std::string& name) {
    if (const Json* const reference = member_of(schema, "$ref"); reference != nullptr && reference->is_string()) {
      return read_reference(reference->get_ref<const std::string&>(), resolve(scope_, schema));
    }
    const Json* const types = member_of(schema, "type");
    if (const Json* const value = member_of(schema, "const")) return read_literals(Json::array({*value}), nullptr);
    if (const Json* const values = find_array(schema, "enum")) return read_literals(*values, types);
    if (types != nullptr && types->is_array()) {
      std::vector<Type> all;
      for (const Json& type : *types) all.push_back(read_typed(schema, type, name));
      return union_of(std::move(all));
    }
    if (types != nullptr) return read_typed(schema, *types, name);
    if (is_object_schema(schema, scope_)) return read_typed(schema, "object", name);
    if (member_of(schema, "items") != nullptr || find_array(schema, "prefixItems") != nullptr) {
      return read_typed(schema, "array", name);
    }
    return read_composed(schema, name);
  }

  Type read_typed(const Json& schema, const Json& type, const std::string& name) {
    if (type == "object") return read_object(schema, name);
    if (type == "array") return read_array(schema, name);
    if (type == "boolean") return type_of(TypeKind::boolean);
    if (type == "null") return type_of(TypeKind::null);
    const TypeKind kind = type == "string"    ? TypeKind::string
                          : type == "integer" ? TypeKind::integer
                          : type == "number"  ? TypeKind::number
                                              : TypeKind::any;
    // Values with a title each are often written as oneOf [{const, title}].
    Type composed = read_composed(schema, name);
    const bool is_enumeration =
        composed.kind == TypeKind::literals && std::all_of(composed.literals.begin(), composed.literals.end(),
                                                           [&](const Json& value) { return may_be(type, value); });
    return is_enumeration ? composed : type_of(kind);
  }

  // Of a schema without a type: what the first part of allOf says, or one of the branches.
  Type read_composed(const Json& schema, const std::string& name) {
    if (const Json* const parts = find_array(schema, "allOf")) {
      for (const Json& part : *parts) {
        Type type = read(part, name);
        if (!is_any(type)) return type;
      }
    }
    for (const char* const keyword : {"oneOf", "anyOf"}) {
      const Json* const branches = find_array(schema, keyword);
      if (branches == nullptr) continue;
      std::vector<Type> types;
      for (const Json& branch : *branches) {
        if (branch != false) types.push_back(read(branch, name));
      }
      Type type = union_of(std::move(types));
      if (!is_any(type)) return type;
    }
    return type_of(TypeKind::any);
  }

  Type read_literals(const Json& values, const Json* types) {
    Type type = type_of(TypeKind::literals);
    for (const Json& value : values) {
      if (types != nullptr && !may_be(*types, value)) continue;
      if (value.is_structured() || !may_add(1)) return type_of(TypeKind::any);
      type.literals.push_back(value);
    }
    return union_of({std::move(type)});
  }

  Type read_reference(const std::string& reference, const Json* target) {
    if (target == nullptr) {
      warn("`" + reference + "` leads to no schema of this plan, so its type is unknown",
           "refer to `#/$defs/…` of the plan or of the schema");
      return type_of(TypeKind::any);
    }
    if (const auto known = named_.find(target); known != named_.end()) return name_of(known->second);
    const size_t slash = reference.rfind('/');
    std::string name = slash == std::string::npos ? "root" : reference.substr(slash + 1);
    if (!is_shared(*target)) name = name_ + ' ' + name;
    // An object names itself.
    if (is_object_schema(*target, scope_)) {
      const ObjectShape shape = shape_of(*target, scope_);
      if (is_record(shape)) return read_object(*target, name);
    }
    const size_t index = add_named(name, *target);
    named_.emplace(target, index);
    model_.named[index].is_shared = true;
    Type type = read(*target, name);
    model_.named[index].type = std::move(type);
    return name_of(index);
  }

  // Whether a schema stands in the plan's own `$defs`, where all events find it.
  bool is_shared(const Json& target) const {
    const Json* const shared = member_of(scope_.root, "$defs");
    return shared != nullptr && shared->is_object() &&
           std::any_of(shared->begin(), shared->end(), [&](const Json& schema) { return &schema == &target; });
  }

  Type read_array(const Json& schema, const std::string& name) {
    const Json* const items = member_of(schema, "items");
    const Json* tuple = find_array(schema, "prefixItems");
    const Json* rest = items;
    if (tuple == nullptr && items != nullptr && items->is_array() && !items->empty()) {
      tuple = items;  // draft 7
      rest = member_of(schema, "additionalItems");
    }
    if (tuple == nullptr) {
      return type_of(TypeKind::array, items == nullptr ? type_of(TypeKind::any) : read_part(*items, name + " item"));
    }
    Type type = type_of(TypeKind::tuple);
    for (const Json& part : *tuple) type.parts.push_back(read_part(part, name + " item"));
    type.is_open = rest == nullptr || *rest != false;
    const Json* const least = member_of(schema, "minItems");
    const double required = least != nullptr && least->is_number() ? least->get<double>() : 0;
    while (type.required < type.parts.size() && static_cast<double>(type.required) < required) ++type.required;
    return type;
  }

  Type read_object(const Json& schema, const std::string& name) {
    if (const auto known = named_.find(&schema); known != named_.end()) return name_of(known->second);
    const ObjectShape shape = shape_of(schema, scope_);
    if (!is_record(shape)) {
      std::vector<Type> values;
      for (const Json* const value : shape.values) values.push_back(read_part(*value, name + " value"));
      return type_of(TypeKind::map, union_of(std::move(values)));
    }
    const size_t index = add_named(name, schema);
    named_.emplace(&schema, index);
    Type record = read_record(schema, shape, name);
    model_.named[index].type = std::move(record);
    return name_of(index);
  }

  // Whether names of members are known; else it is a map.
  static bool is_record(const ObjectShape& shape) {
    return !shape.members.empty() || (shape.is_closed && shape.values.empty());
  }

  Type read_record(const Json& schema, const ObjectShape& shape, const std::string& name) {
    Type record = type_of(TypeKind::record);
    const Json* const others = member_of(schema, "additionalProperties");
    // Nothing said of other members is no invitation: a name that is misspelt is more likely.
    if (shape.is_cut) warn("an object has more than 20000 members; those beyond are unknown", "split the event");
    record.is_open =
        shape.is_cut || !shape.values.empty() || (others != nullptr && *others == true) || !schema.is_object();
    for (const MemberSchemas& schemas : shape.members) {
      if (!may_add(1)) break;
      Member member;
      member.name = schemas.name;
      member.is_required = shape.required.contains(schemas.name);
      std::vector<Type> types;
      for (const Json* const schema_of_member : schemas.always) {
        describe(*schema_of_member, member);
        Type type = read_part(*schema_of_member, name + ' ' + schemas.name);
        if (types.empty() && !is_any(type)) types.push_back(std::move(type));
      }
      const bool is_settled = !types.empty();
      for (const Json* const schema_of_member : schemas.sometimes) {
        describe(*schema_of_member, member);
        if (!is_settled) types.push_back(read_part(*schema_of_member, name + ' ' + schemas.name));
      }
      member.type = union_of(std::move(types));
      record.members.push_back(std::move(member));
    }
    return record;
  }

  static void describe(const Json& schema, Member& member) {
    if (member.description.empty()) member.description = description_of(schema);
    const Json* const deprecated = member_of(schema, "deprecated");
    member.is_deprecated = member.is_deprecated || (deprecated != nullptr && *deprecated == true);
  }

  // Enumerations inside other types get names, since some languages cannot do without.
  Type read_part(const Json& schema, const std::string& name) {
    Type type = read(schema, name);
    const auto give_name = [&](Type& part) {
      if (part.kind != TypeKind::literals) return;
      const size_t index = add_named(name, schema);
      model_.named[index].type = std::move(part);
      part = name_of(index);
    };
    give_name(type);
    if (type.kind == TypeKind::any_of) std::for_each(type.parts.begin(), type.parts.end(), give_name);
    return type;
  }

  size_t add_named(const std::string& name, const Json& schema) {
    NamedType named;
    named.name = name.substr(0, 512);
    named.description = description_of(schema);
    model_.named.push_back(std::move(named));
    return model_.named.size() - 1;
  }

  bool may_add(size_t types) {
    if (count_ + types <= most_types) {
      count_ += types;
      return true;
    }
    if (!is_warned_) warn("the schema has more than 100000 types; those beyond are unknown", "split the event");
    is_warned_ = true;
    return false;
  }

  void warn(std::string message, std::string hint) {
    findings_.push_back({Severity::warning, pointer_, std::move(message), std::move(hint)});
  }

  Scope scope_;
  const Json& schema_;
  std::string pointer_;
  std::string name_;
  TypeModel& model_;
  NamedSchemas& named_;
  Findings& findings_;
  size_t count_ = 0;
  size_t depth_ = 0;
  bool is_warned_ = false;
};

}  // namespace

size_t add_schema_types(const PlanDocument& plan, const SchemaPlace& place, TypeModel& model, NamedSchemas& named,
                        Findings& findings) {
  return SchemaTypes(plan, place, model, named, findings).read_root();
}

}  // namespace waymark::plan
