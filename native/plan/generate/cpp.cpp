// track.hpp: a struct for each event, C++20, no dependency.
#include <algorithm>
#include <set>

#include "native/plan/exact_json.hpp"
#include "native/plan/generate/cpp_support.hpp"
#include "native/plan/generate/printers.hpp"
#include "native/plan/generate/source_text.hpp"

namespace waymark::plan {
namespace {

// What the header itself calls things.
const std::vector<std::string_view> taken_types = {"Json",      "Map",         "Required",    "Optional",
                                                   "Boxed",     "Conversion",  "ElementOf",   "Event",
                                                   "NoElement", "EventTraits", "PlannedEvent"};

std::string string_literal(std::string_view text) { return quote(text, Quoting::cpp); }

class CppPrinter {
 public:
  CppPrinter(const TypeModel& model) : model_(model), visits_(model.named.size()) {
    Identifiers scope(Language::cpp, Case::upper_camel, taken_types);
    names_ = name_types(model, scope);
    for (size_t i = 0; i < model.named.size(); ++i) arrange(i);
  }

  std::string declarations() const {
    std::string out = "\n";
    for (size_t i = 0; i < names_.size(); ++i) {
      if (kind(i) == TypeKind::record) out += "struct " + names_[i] + ";\n";
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      if (kind(i) == TypeKind::literals) out += print_enumeration(i);
    }
    for (const size_t i : order_) {
      if (kind(i) == TypeKind::record) {
        out += print_struct(i);
      } else {
        out += '\n' + comment({model_.named[i].description}, 0, CommentStyle::slashes) + "using " + names_[i] + " = " +
               print(model_.named[i].type, i) + ";\n";
      }
    }
    return out;
  }

  std::string writers() const {
    std::string out = "\n";
    for (size_t i = 0; i < names_.size(); ++i) {
      if (is_class(i)) out += "inline void write_json(std::string& out, " + parameter(i) + " value);\n";
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!is_class(i)) continue;
      out += "\ninline void write_json(std::string& out, " + parameter(i) + " value) {\n";
      out += (kind(i) == TypeKind::record ? write_struct(i) : write_enumeration(i)) + "}\n";
    }
    return out;
  }

  std::string traits() const {
    std::string out;
    for (const EventType& event : model_.events) {
      const std::string& name = names_[event.properties];
      out += "\ntemplate <>\nstruct EventTraits<" + name + "> {\n";
      out += "  static constexpr std::string_view name = " + string_literal(event.name) + ";\n";
      out += "  static constexpr std::string_view purpose = " + string_literal(event.purpose) + ";\n};\n";
      if (!event.is_deprecated) continue;
      const std::string reason = event.deprecated.empty() ? "" : '(' + string_literal(event.deprecated) + ')';
      out += "template <class Sink, class... More>\n[[deprecated" + reason + "]] auto track(Sink& sink, const " + name +
             "& event, More&&... more) {\n  return sink.track(EventTraits<" + name +
             ">::name, std::string_view(to_json(event)), std::forward<More>(more)...);\n}\n";
    }
    return out;
  }

 private:
  enum class Visit : uint8_t { none, open, done };

  TypeKind kind(size_t index) const { return model_.named[index].type.kind; }
  bool is_class(size_t index) const { return kind(index) == TypeKind::record || kind(index) == TypeKind::literals; }
  std::string parameter(size_t index) const {
    return kind(index) == TypeKind::record ? "const " + names_[index] + '&' : names_[index];
  }

  // What a type is made of stands before it, so that it is complete there. An edge that closes a circle is cut.
  void arrange(size_t index) {
    if (kind(index) == TypeKind::literals || visits_[index] == Visit::done) return;
    visits_[index] = Visit::open;
    arrange_parts(model_.named[index].type, index, true);
    visits_[index] = Visit::done;
    order_.push_back(index);
  }

  // `is_direct`: the type lies inside its owner, not behind the pointer of a vector.
  void arrange_parts(const Type& type, size_t owner, bool is_direct) {
    if (type.kind == TypeKind::named) {
      // The vector of a type that is not complete yet is fine, but an alias must be known.
      const bool needs_it = is_direct || kind(type.index) != TypeKind::record;
      if (visits_[type.index] != Visit::open) {
        arrange(type.index);
      } else if (needs_it) {
        cuts_.insert({owner, type.index});
      }
    }
    const bool is_vector = type.kind == TypeKind::array || type.kind == TypeKind::map;
    for (const Type& part : type.parts) arrange_parts(part, owner, is_direct && !is_vector);
    for (const Member& member : type.members) arrange_parts(member.type, owner, is_direct);
  }

  std::string print(const Type& type, size_t owner, bool is_direct = true) const {
    const bool is_vector = type.kind == TypeKind::array || type.kind == TypeKind::map;
    const auto list = [&] {
      std::string out;
      for (const Type& part : type.parts) {
        out += (out.empty() ? "" : ", ") + print(part, owner, is_direct && !is_vector);
      }
      return '<' + out + '>';
    };
    switch (type.kind) {
      case TypeKind::any:
      case TypeKind::literals:
      case TypeKind::record:
        return "Json";
      case TypeKind::null:
        return "std::nullptr_t";
      case TypeKind::boolean:
        return "bool";
      case TypeKind::integer:
        return "std::int64_t";
      case TypeKind::number:
        return "double";
      case TypeKind::string:
        return "std::string";
      case TypeKind::array:
        return "std::vector" + list();
      case TypeKind::map:
        return "Map" + list();
      case TypeKind::tuple:
        return "std::tuple" + list();
      case TypeKind::any_of:
        return "std::variant" + list();
      case TypeKind::named: {
        const bool is_cut = cuts_.contains({owner, type.index});
        if (is_cut && kind(type.index) != TypeKind::record) return "Json";
        return is_cut && is_direct ? "Boxed<" + names_[type.index] + '>' : names_[type.index];
      }
    }
    return "Json";
  }

  std::string print_struct(size_t index) const {
    const NamedType& named = model_.named[index];
    std::string out = '\n' + comment(event_comment(index), 0, CommentStyle::slashes);
    out += "struct " + names_[index] + " {\n";
    Identifiers fields(Language::cpp, Case::snake);
    for (const Member& member : named.type.members) {
      out += comment({member.description, member.is_deprecated ? "Deprecated." : ""}, 2, CommentStyle::slashes);
      out += std::string("  ") + (member.is_required ? "Required<" : "Optional<") + print(member.type, index) + "> " +
             fields.add(member.name) + (member.is_required ? "" : " = {}") + ";\n";
    }
    return out + "};\n";
  }

  std::vector<std::string> event_comment(size_t index) const {
    for (const EventType& event : model_.events) {
      if (event.properties == index) return event.comment;
    }
    return {model_.named[index].description};
  }

  static std::string enumerator_name(Identifiers& scope, const Json& value) {
    return scope.add(value.is_string() ? value.get<std::string>() : exact_text(value));
  }

  std::string print_enumeration(size_t index) const {
    const NamedType& named = model_.named[index];
    Identifiers scope(Language::cpp, Case::snake);
    std::string out = '\n' + comment({named.description}, 0, CommentStyle::slashes);
    out += "enum class " + names_[index] + " {\n";
    for (const Json& value : named.type.literals) out += "  " + enumerator_name(scope, value) + ",\n";
    return out + "};\n";
  }

  std::string write_enumeration(size_t index) const {
    const NamedType& named = model_.named[index];
    Identifiers scope(Language::cpp, Case::snake);
    std::string out = "  switch (value) {\n";
    for (const Json& value : named.type.literals) {
      out += "    case " + names_[index] + "::" + enumerator_name(scope, value) +
             ":\n      out += " + string_literal(exact_text(value)) + ";\n      return;\n";
    }
    // A number that was cast to the type.
    return out + "  }\n  out += \"null\";\n";
  }

  std::string write_struct(size_t index) const {
    const std::vector<Member>& members = model_.named[index].type.members;
    if (members.empty()) return "  (void)value;\n  out += \"{}\";\n";
    Identifiers fields(Language::cpp, Case::snake);
    std::string out = "  out += '{';\n";
    for (const Member& member : members) {
      out += "  write_member(out, " + string_literal(Json(member.name).dump()) + ", value." + fields.add(member.name) +
             ");\n";
    }
    return out + "  out += '}';\n";
  }

  const TypeModel& model_;
  std::vector<std::string> names_;
  std::vector<Visit> visits_;
  std::vector<size_t> order_;
  std::set<std::pair<size_t, size_t>> cuts_;  // owner and type
};

}  // namespace

std::vector<GeneratedFile> print_cpp(const PrintInput& input) {
  const CppPrinter printer(input.model);
  const std::string package = input.options.package.empty() ? "tracking" : input.options.package;
  std::string out = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  out += cpp_includes;
  out += "\nnamespace " + package + " {\n";
  out += cpp_values;
  out += printer.declarations();
  out += cpp_calls;
  out += printer.writers();
  out += printer.traits();
  out += "\n}  // namespace " + package + '\n';
  return {{"track.hpp", std::move(out)}};
}

}  // namespace waymark::plan
