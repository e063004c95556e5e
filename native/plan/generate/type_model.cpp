#include "native/plan/generate/type_model.hpp"

#include <algorithm>

#include "native/plan/generate/schema_types.hpp"
#include "native/plan/positions.hpp"

namespace waymark::plan {
namespace {

// A name that stands for itself through unions and other names alone says nothing.
void break_empty_cycles(TypeModel& model) {
  const auto is_any = [](const Type& type) { return type.kind == TypeKind::any; };
  enum class Visit : uint8_t { none, open, done };
  std::vector<Visit> visits(model.named.size());
  const auto visit = [&](const auto& self, Type& type) -> void {
    if (type.kind == TypeKind::any_of) {
      for (Type& part : type.parts) self(self, part);
      if (std::any_of(type.parts.begin(), type.parts.end(), is_any)) type = Type{};
    }
    if (type.kind != TypeKind::named) return;
    Visit& state = visits[type.index];
    if (state == Visit::open) {
      type = Type{};
    } else if (state == Visit::none) {
      state = Visit::open;
      self(self, model.named[type.index].type);
      state = Visit::done;
    }
  };
  for (size_t i = 0; i < model.named.size(); ++i) {
    Type name;
    name.kind = TypeKind::named;
    name.index = i;
    visit(visit, name);
  }
}

std::vector<std::string> comment_of(const EventPlan& event) {
  std::vector<std::string> lines;
  if (!event.description.empty()) lines.push_back(event.description);
  if (!event.owner.empty()) lines.push_back("Owner: " + event.owner + '.');
  if (!event.purpose.empty()) lines.push_back("Purpose: " + event.purpose + '.');
  return lines;
}

}  // namespace

bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.is_open == b.is_open && a.required == b.required && a.index == b.index &&
         a.literals == b.literals && a.parts == b.parts && a.members == b.members;
}

TypeModel build_type_model(const PlanDocument& plan, Findings& findings) {
  TypeModel model;
  NamedSchemas named;
  const auto read_root = [&](const Json& schema, std::string pointer, const std::string& name) {
    return add_schema_types(plan, {schema, std::move(pointer), name}, model, named, findings);
  };
  for (const EventPlan& event : plan.events) {
    EventType type;
    type.name = event.name;
    type.comment = comment_of(event);
    type.purpose = event.purpose;
    type.is_deprecated = event.is_deprecated;
    type.deprecated = event.deprecated;
    type.properties = read_root(event.properties, child("/events", event.name) + "/properties", event.name);
    const std::vector<Member>& members = model.named[type.properties].type.members;
    type.needs_properties =
        std::any_of(members.begin(), members.end(), [](const Member& member) { return member.is_required; });
    model.events.push_back(std::move(type));
  }
  if (!plan.user_traits.is_null()) model.user_traits = read_root(plan.user_traits, "/traits/user", "user_traits");
  if (!plan.group_traits.is_null()) model.group_traits = read_root(plan.group_traits, "/traits/group", "group_traits");
  break_empty_cycles(model);
  return model;
}

std::vector<std::string> name_types(const TypeModel& model, Identifiers& scope) {
  std::vector<std::string> names(model.named.size());
  const auto add = [&](size_t index) {
    if (names[index].empty()) names[index] = scope.add(model.named[index].name);
  };
  for (const EventType& event : model.events) add(event.properties);
  for (const auto traits : {model.user_traits, model.group_traits}) {
    if (traits) add(*traits);
  }
  for (size_t i = 0; i < names.size(); ++i) add(i);
  return names;
}

}  // namespace waymark::plan
