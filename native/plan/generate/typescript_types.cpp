#include "native/plan/generate/typescript_types.hpp"

#include "native/plan/exact_json.hpp"
#include "native/plan/generate/source_text.hpp"

namespace waymark::plan {
namespace {

std::string literal_of(std::string_view text) { return quote(text, Quoting::javascript); }

std::string print_literal(const Json& value) {
  return value.is_string() ? literal_of(value.get_ref<const std::string&>()) : exact_text(value);
}

std::string key_of(const std::string& name) {
  // Reserved words may name properties.
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
  const bool is_name = !name.empty() && letters.find(name.front()) != std::string_view::npos &&
                       name.find_first_not_of(std::string(letters) + "0123456789") == std::string::npos;
  return is_name ? name : literal_of(name);
}

std::string in_array(const std::string& element) {
  const bool is_plain = element.find_first_of(" |") == std::string::npos;
  return (is_plain ? element : '(' + element + ')') + "[]";
}

}  // namespace

TypeScriptTypes::TypeScriptTypes(const TypeModel& model, const std::vector<std::string_view>& taken) : model_(model) {
  std::vector<std::string_view> all = {"Events", "EventName", "EventProperties", "EventArguments", "Record", "Omit"};
  all.insert(all.end(), taken.begin(), taken.end());
  Identifiers scope(Language::typescript, Case::upper_camel, all);
  names_ = name_types(model, scope);
}

std::string TypeScriptTypes::print(const Type& type) const {
  switch (type.kind) {
    case TypeKind::any:
      return "unknown";
    case TypeKind::null:
      return "null";
    case TypeKind::boolean:
      return "boolean";
    case TypeKind::integer:
    case TypeKind::number:
      return "number";
    case TypeKind::string:
      return "string";
    case TypeKind::literals:
    case TypeKind::any_of: {
      std::string out;
      for (const Json& value : type.literals) out += (out.empty() ? "" : " | ") + print_literal(value);
      for (const Type& part : type.parts) out += (out.empty() ? "" : " | ") + print(part);
      return out;
    }
    case TypeKind::array:
      return in_array(print(type.parts.front()));
    case TypeKind::tuple:
      return print_tuple(type);
    case TypeKind::map:
      return "{ [name: string]: " + print(type.parts.front()) + " }";
    case TypeKind::record:
      return print_record(type);
    case TypeKind::named: {
      const NamedType& named = model_.named[type.index];
      const bool is_inline = named.type.kind == TypeKind::literals && !named.is_shared;
      return is_inline ? print(named.type) : names_[type.index];
    }
  }
  return "unknown";
}

std::string TypeScriptTypes::print_tuple(const Type& tuple) const {
  std::string out;
  for (size_t i = 0; i < tuple.parts.size(); ++i) {
    const std::string part = print(tuple.parts[i]);
    const bool is_optional = i >= tuple.required;
    out += (out.empty() ? "" : ", ") + (is_optional ? '(' + part + ")?" : part);
  }
  return '[' + out + (tuple.is_open ? ", ...unknown[]" : "") + ']';
}

std::string TypeScriptTypes::print_record(const Type& record) const {
  std::string out = "{\n";
  for (const Member& member : record.members) {
    out += documentation({member.description}, member.is_deprecated, "", 2);
    out += "  " + key_of(member.name) + (member.is_required ? ": " : "?: ") + print(member.type) + ";\n";
  }
  if (record.is_open) out += "  [name: string]: unknown;\n";
  return out + '}';
}

std::string TypeScriptTypes::declarations(std::string_view rest) const {
  std::string out;
  for (size_t i = 0; i < names_.size(); ++i) {
    const NamedType& named = model_.named[i];
    if (named.type.kind == TypeKind::literals && !named.is_shared) continue;
    out += documentation({named.description}, false, "", 0);
    const bool is_record = named.type.kind == TypeKind::record;
    if (is_record && named.type.members.empty() && !named.type.is_open) {
      // An empty interface would take anything.
      out += "export type " + names_[i] + " = { [name: string]: never };\n\n";
    } else if (is_record) {
      out += "export interface " + names_[i] + ' ' + print(named.type) + "\n\n";
    } else {
      out += "export type " + names_[i] + " = " + print(named.type) + ";\n\n";
    }
  }
  out += "/** The properties of each event. */\nexport interface Events {\n";
  for (const EventType& event : model_.events)
    out += "  " + key_of(event.name) + ": " + names_[event.properties] + ";\n";
  out += "}\n\nexport type EventName = keyof Events;\n";
  out += "export type EventProperties<E extends EventName> = Events[E];\n";
  out += "/** What follows the name of an event: its properties may be left out when none is required. */\n";
  out +=
      "export type EventArguments<E extends EventName> = { [N in E]: {} extends Events[N]\n  ? [properties?: "
      "Events[N], " +
      std::string(rest) + "]\n  : [properties: Events[N], " + std::string(rest) + "] }[E];\n";
  return out;
}

std::string TypeScriptTypes::signatures(std::string_view rest, std::string_view result) const {
  std::string out;
  for (const EventType& event : model_.events) {
    out += documentation(event.comment, event.is_deprecated, event.deprecated, 2);
    out += "  (event: " + literal_of(event.name) + ", properties" + (event.needs_properties ? ": " : "?: ") +
           names_[event.properties] + ", " + std::string(rest) + "): " + std::string(result) + ";\n";
  }
  out += "  <E extends EventName>(event: E, ...rest: EventArguments<E>): " + std::string(result) + ";\n";
  return out;
}

}  // namespace waymark::plan
