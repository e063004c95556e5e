// The schemas of a plan as types: what a language can say of them. Every valid value has its type, but for members that
// no schema names; what types cannot say (lengths, bounds, patterns, conditions) is left to validation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/plan/finding.hpp"
#include "native/plan/generate/identifiers.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

enum class TypeKind : uint8_t {
  any,
  null,
  boolean,
  integer,
  number,
  string,
  literals,  // one of the scalars in `literals`
  array,     // of parts[0]
  tuple,     // of `parts`, of which `required` must be there; with `is_open` more of any kind may follow
  map,       // any names, values of parts[0]
  record,    // of `members`; with `is_open` its schema allows others by name or pattern
  any_of,    // one of `parts`, two or more
  named,     // TypeModel::named[index]
};

struct Member;

struct Type {
  TypeKind kind = TypeKind::any;
  bool is_open = false;
  size_t required = 0;
  size_t index = 0;
  std::vector<Json> literals;
  std::vector<Type> parts;
  std::vector<Member> members;
};

struct Member {
  std::string name;
  std::string description;
  bool is_required = false;
  bool is_deprecated = false;
  Type type;
};

bool operator==(const Type& a, const Type& b);
inline bool operator==(const Member& a, const Member& b) {
  return a.name == b.name && a.is_required == b.is_required && a.type == b.type;
}

// Records, enumerations, and the targets of `$ref`: only these can be recursive, and only through arrays, maps, tuples
// and members.
struct NamedType {
  std::string name;  // words, for example "checkout_completed shipping address"
  std::string description;
  bool is_shared = false;  // the target of a `$ref`
  Type type;
};

struct EventType {
  std::string name;
  std::vector<std::string> comment;  // description, owner, and so on, a line each
  std::string purpose;
  bool is_deprecated = false;
  std::string deprecated;
  size_t properties = 0;  // index of a record
  bool needs_properties = false;
};

struct TypeModel {
  std::vector<NamedType> named;
  std::vector<EventType> events;
  std::optional<size_t> user_traits;
  std::optional<size_t> group_traits;
};

// Types of the whole plan, bounded at 100 000 of them: beyond that, and where a `$ref` leads nowhere, a type is `any`
// and `findings` gets a warning.
TypeModel build_type_model(const PlanDocument& plan, Findings& findings);

// An identifier for each of `model.named`. Events and traits choose first, so that they keep their plain names.
std::vector<std::string> name_types(const TypeModel& model, Identifiers& scope);

}  // namespace waymark::plan
