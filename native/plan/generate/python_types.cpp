#include "native/plan/generate/python_types.hpp"

#include <algorithm>

#include "native/plan/exact_json.hpp"
#include "native/plan/generate/source_text.hpp"

namespace waymark::plan {
namespace {

std::string literal_of(const Json& value) {
  if (value.is_string()) return python_literal(value.get_ref<const std::string&>());
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return exact_text(value);
}

// A class body keeps names as they are, but for those with two underscores in front, which it mangles.
bool is_class_member(const std::string& name) {
  return is_identifier(Language::python, name) && name.compare(0, 2, "__") != 0;
}

}  // namespace

std::string python_literal(std::string_view text) { return quote(text, Quoting::python); }

PythonTypes::PythonTypes(const TypeModel& model, const std::vector<std::string_view>& taken) : model_(model) {
  std::vector<std::string_view> all = {"Any", "Dict", "List", "Literal", "Optional", "Tuple", "TypedDict", "Union"};
  all.insert(all.end(), taken.begin(), taken.end());
  Identifiers scope(Language::python, Case::upper_camel, all);
  names_ = name_types(model, scope);
  for (const std::string& name : names_) {
    required_names_.push_back('_' + scope.add(name + "Required"));
    optional_names_.push_back('_' + scope.add(name + "Optional"));
  }
}

std::string PythonTypes::print(const Type& type, bool quotes_names) const {
  const auto list = [&] {
    std::string out;
    for (const Type& part : type.parts) out += (out.empty() ? "" : ", ") + print(part, quotes_names);
    return '[' + out + ']';
  };
  switch (type.kind) {
    case TypeKind::any:
    case TypeKind::record:
      return "Any";
    case TypeKind::null:
      return "None";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::integer:
      return "int";
    case TypeKind::number:
      return "float";
    case TypeKind::string:
      return "str";
    case TypeKind::literals: {
      // Literal takes no numbers with a fraction (PEP 586).
      std::string out;
      bool has_float = false;
      for (const Json& value : type.literals) {
        const bool is_float = is_any_number(value) && exact_text(value).find_first_of(".eE") != std::string::npos;
        has_float = has_float || is_float;
        if (!is_float) out += (out.empty() ? "" : ", ") + literal_of(value);
      }
      if (out.empty()) return "float";
      out = "Literal[" + out + ']';
      return has_float ? "Union[" + out + ", float]" : out;
    }
    case TypeKind::array:
      return "List" + list();
    case TypeKind::tuple: {
      const bool is_whole = !type.is_open && type.required == type.parts.size();
      return is_whole ? "Tuple" + list() : "List[Any]";
    }
    case TypeKind::map:
      return "Dict[str, " + print(type.parts.front(), quotes_names) + ']';
    case TypeKind::any_of:
      return "Union" + list();
    case TypeKind::named: {
      const NamedType& named = model_.named[type.index];
      const bool is_inline = named.type.kind == TypeKind::literals && !named.is_shared;
      if (is_inline) return print(named.type, quotes_names);
      return quotes_names ? '"' + names_[type.index] + '"' : names_[type.index];
    }
  }
  return "Any";
}

// One TypedDict without documentation; types are quoted since they may stand further down.
std::string PythonTypes::print_dict(const std::string& name, const std::vector<const Member*>& members,
                                    bool is_total) const {
  const bool fits_class =
      std::all_of(members.begin(), members.end(), [](const Member* member) { return is_class_member(member->name); });
  const std::string total = is_total ? "" : ", total=False";
  if (fits_class) {
    std::string out = "class " + name + "(TypedDict" + total + "):\n";
    for (const Member* const member : members) {
      out += comment({member->description, member->is_deprecated ? "Deprecated." : ""}, 4, CommentStyle::hashes);
      out += "    " + member->name + ": " + python_literal(print(member->type, false)) + '\n';
    }
    return out;
  }
  std::string out = name + " = TypedDict(\n    " + python_literal(name) + ",\n    {\n";
  for (const Member* const member : members) {
    out += comment({member->description, member->is_deprecated ? "Deprecated." : ""}, 8, CommentStyle::hashes);
    out += "        " + python_literal(member->name) + ": " + python_literal(print(member->type, false)) + ",\n";
  }
  return out + "    }" + total + ",\n)\n";
}

// Python 3.9 has no NotRequired: what is required and what is not are two dictionaries, and the type is both.
std::string PythonTypes::print_record(size_t index) const {
  const NamedType& named = model_.named[index];
  std::vector<const Member*> required;
  std::vector<const Member*> optional;
  for (const Member& member : named.type.members) (member.is_required ? required : optional).push_back(&member);
  const std::string documentation = comment({named.description}, 4, CommentStyle::docstring);
  if (named.type.members.empty() && named.type.is_open) {
    return comment({named.description}, 0, CommentStyle::hashes) + names_[index] + " = Dict[str, Any]\n";
  }
  std::string bases;
  std::string out;
  if (!required.empty()) {
    out += print_dict(required_names_[index], required, true) + "\n\n";
    bases = required_names_[index];
  }
  if (!optional.empty()) {
    out += print_dict(optional_names_[index], optional, false) + "\n\n";
    bases += (bases.empty() ? "" : ", ") + optional_names_[index];
  }
  if (bases.empty()) bases = "TypedDict";
  return out + "class " + names_[index] + '(' + bases + "):\n" + (documentation.empty() ? "    pass\n" : documentation);
}

std::string PythonTypes::declarations() const {
  std::string out;
  for (size_t i = 0; i < names_.size(); ++i) {
    const NamedType& named = model_.named[i];
    if (named.type.kind == TypeKind::literals && !named.is_shared) continue;
    out += "\n\n";
    if (named.type.kind == TypeKind::record) {
      out += print_record(i);
      continue;
    }
    out += comment({named.description}, 0, CommentStyle::hashes);
    const std::string type = print(named.type, true);
    // A name in quotes alone would be text.
    out += names_[i] + " = " + (type.front() == '"' ? "Union[" + type + ']' : type) + '\n';
  }
  return out;
}

}  // namespace waymark::plan
