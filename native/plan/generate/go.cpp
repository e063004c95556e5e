// track/track.go: a struct for each event; ping/ping.go: a variable for each action.
#include "native/plan/exact_json.hpp"
#include "native/plan/generate/go_client.hpp"
#include "native/plan/generate/opt_outs.hpp"
#include "native/plan/generate/printers.hpp"
#include "native/plan/generate/source_text.hpp"

namespace waymark::plan {
namespace {

std::string literal_of(std::string_view text) { return quote(text, Quoting::go); }

class GoPrinter {
 public:
  explicit GoPrinter(const TypeModel& model)
      : model_(model),
        scope_(Language::go, Case::upper_camel,
               {"Accepted", "Client", "Denied", "Details", "Disabled", "Event", "Failed", "Invalid", "New", "Options",
                "Outcome", "PlanVersion", "QueueFull", "RateLimited", "Some", "Verdict"}) {
    names_ = name_types(model, scope_);
  }

  const std::string& name(size_t index) const { return names_[index]; }

  std::string declarations() {
    std::string out;
    for (size_t i = 0; i < names_.size(); ++i) {
      switch (model_.named[i].type.kind) {
        case TypeKind::record:
          out += print_struct(i);
          break;
        case TypeKind::literals:
          out += print_enumeration(i);
          break;
        case TypeKind::array:
        case TypeKind::map:
          out += '\n' + comment({model_.named[i].description}, 0, CommentStyle::slashes) + "type " + names_[i] + ' ' +
                 print(model_.named[i].type) + '\n';
          break;
        default:
          break;  // printed where it is used
      }
    }
    return out;
  }

 private:
  // How a type says that there is no value.
  enum class Empty : uint8_t { none, nil_list, nil_map, nil };

  const Type& resolve(const Type& type) const {
    const Type* at = &type;
    while (at->kind == TypeKind::named) at = &model_.named[at->index].type;
    return *at;
  }

  // The only alternative beside null, or null.
  const Type* nullable(const Type& type) const {
    if (type.kind != TypeKind::any_of || type.parts.size() != 2) return nullptr;
    const bool is_second = resolve(type.parts[0]).kind == TypeKind::null;
    if (!is_second && resolve(type.parts[1]).kind != TypeKind::null) return nullptr;
    return &type.parts[is_second ? 1 : 0];
  }

  Empty empty_of(const Type& type) const {
    switch (resolve(type).kind) {
      case TypeKind::array:
      case TypeKind::tuple:
        return Empty::nil_list;
      case TypeKind::map:
        return Empty::nil_map;
      case TypeKind::any:
      case TypeKind::null:
      case TypeKind::any_of:
        return Empty::nil;
      default:
        return Empty::none;
    }
  }

  std::string pointer_to(const Type& type) const { return (empty_of(type) == Empty::none ? "*" : "") + print(type); }

  std::string print(const Type& type) const {
    switch (type.kind) {
      case TypeKind::boolean:
        return "bool";
      case TypeKind::integer:
        return "int64";
      case TypeKind::number:
        return "float64";
      case TypeKind::string:
        return "string";
      case TypeKind::array:
        return "[]" + print(type.parts.front());
      case TypeKind::tuple:
        return "[]any";
      case TypeKind::map:
        return "map[string]" + print(type.parts.front());
      case TypeKind::any_of: {
        const Type* const only = nullable(type);
        return only != nullptr ? pointer_to(*only) : "any";
      }
      case TypeKind::named: {
        const TypeKind kind = model_.named[type.index].type.kind;
        const bool is_declared =
            kind == TypeKind::record || kind == TypeKind::literals || kind == TypeKind::array || kind == TypeKind::map;
        return is_declared ? names_[type.index] : print(model_.named[type.index].type);
      }
      default:
        return "any";
    }
  }

  // A record is a pointer even when it is required, so that one that was forgotten can be told, and so that a record
  // can hold one of its own kind.
  std::string print_field(const Member& member) const {
    const bool is_pointer = !member.is_required || resolve(member.type).kind == TypeKind::record;
    return is_pointer ? pointer_to(member.type) : print(member.type);
  }

  std::string print_struct(size_t index) {
    const NamedType& named = model_.named[index];
    const EventType* event = nullptr;
    for (const EventType& each : model_.events) {
      if (each.properties == index) event = &each;
    }
    std::vector<std::string> lines = {
        names_[index] + (event != nullptr ? " are the properties of " + event->name + '.' : " is a part of the plan.")};
    const std::vector<std::string> more = event != nullptr ? event->comment : std::vector{named.description};
    lines.insert(lines.end(), more.begin(), more.end());
    if (event != nullptr && event->is_deprecated) {
      lines.push_back("\n");
      lines.push_back("Deprecated: " + (event->deprecated.empty() ? "it is no longer used." : event->deprecated));
    }
    std::string out = '\n' + comment(lines, 0, CommentStyle::slashes);
    out += "type " + names_[index] + " struct {\n";
    Identifiers fields(Language::go, Case::upper_camel, {"MarshalJSON"});
    std::string puts;
    for (const Member& member : named.type.members) {
      const std::string field = fields.add(member.name);
      std::string text = comment(
          {member.description, member.is_required ? "Required." : "", member.is_deprecated ? "Deprecated." : ""}, 0,
          CommentStyle::slashes);
      for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) text.insert(at, "\t"), ++at;
      if (!puts.empty()) out += '\n';
      out += text + "\t" + field + ' ' + print_field(member) + '\n';
      puts += print_put(member, "v." + field);
    }
    out += "}\n\n";
    if (event != nullptr) {
      out += "func (" + names_[index] + ") planned() (name, purpose string) {\n\treturn " + literal_of(event->name) +
             ", " + literal_of(event->purpose) + "\n}\n\n";
    }
    out += "// MarshalJSON writes the properties that are set.\n";
    out += "func (v " + names_[index] + ") MarshalJSON() ([]byte, error) {\n\tvar o object\n" + puts +
           "\treturn o.bytes()\n}\n";
    return out;
  }

  std::string print_put(const Member& member, const std::string& field) const {
    const std::string name = literal_of(Json(member.name).dump());
    if (!member.is_required) return "\tif " + field + " != nil {\n\t\to.put(" + name + ", " + field + ")\n\t}\n";
    const Empty empty = empty_of(member.type);
    const std::string value = empty == Empty::nil_list  ? "list(" + field + ')'
                              : empty == Empty::nil_map ? "members(" + field + ')'
                                                        : field;
    return "\to.put(" + name + ", " + value + ")\n";
  }

  // Only the variables can be named from outside, so that no other value is one of the type.
  std::string print_enumeration(size_t index) {
    const NamedType& named = model_.named[index];
    const std::string& name = names_[index];
    std::string out = '\n' + comment({name + " is one of the variables that begin with its name.", named.description},
                                     0, CommentStyle::slashes);
    out += "type " + name + " struct{ json string }\n\n";
    for (const Json& value : named.type.literals) {
      const std::string words = value.is_string() ? value.get<std::string>() : exact_text(value);
      out += "var " + scope_.add(named.name + ' ' + (slug(words).empty() ? "value" : words)) + " = " + name + '{' +
             literal_of(exact_text(value)) + "}\n";
    }
    out += "\n// MarshalJSON writes the value, or says that it is not set.\n";
    return out + "func (v " + name + ") MarshalJSON() ([]byte, error) {\n\treturn literal(v.json, " + literal_of(name) +
           ")\n}\n";
  }

  const TypeModel& model_;
  Identifiers scope_;
  std::vector<std::string> names_;
};

}  // namespace

std::vector<GeneratedFile> print_go(const PrintInput& input) {
  GoPrinter printer(input.model);
  const std::string package = input.options.package.empty() ? "track" : input.options.package;
  std::string out = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  out += fill(go_client_package, {{"package", package},
                                  {"example", printer.name(input.model.events.front().properties)},
                                  {"variable", input.plan.variable},
                                  {"variable_literal", literal_of(input.plan.variable)},
                                  {"version", std::to_string(input.plan.version)},
                                  {"no_signal", quote_list(no_signal, Quoting::go)},
                                  {"off_words", quote_list(off_words, Quoting::go)}});
  out += printer.declarations();
  return {{"track.go", std::move(out)}};
}

std::vector<GeneratedFile> print_go_pings(const PrintInput& input) {
  const std::string package = input.options.package.empty() ? "ping" : input.options.package;
  Identifiers scope(Language::go, Case::upper_camel,
                    {"Event", "FirstRunNotice", "Init", "Measures", "Options", "Ping", "Wait", "WhyOff"});
  std::string events;
  std::string example;
  for (const EventType& event : input.model.events) {
    const std::string name = scope.add(event.name);
    if (example.empty()) example = name;
    std::vector<std::string> lines = {name + " names " + event.name + '.'};
    lines.insert(lines.end(), event.comment.begin(), event.comment.end());
    events += comment(lines, 0, CommentStyle::slashes) + "var " + name + " = Event{" + literal_of(event.name) + "}\n\n";
  }
  std::string out = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  out += fill(go_ping_package, {{"package", package},
                                {"example", example},
                                {"variable", input.plan.variable},
                                {"variable_literal", literal_of(input.plan.variable)},
                                {"tool", literal_of(input.plan.tool)},
                                {"notice", literal_of(input.plan.disclosure)},
                                {"events", events},
                                {"no_signal", quote_list(no_signal, Quoting::go)},
                                {"off_words", quote_list(off_words, Quoting::go)},
                                {"ci_variables", quote_list(ci_variables(), Quoting::go)}});
  return {{"ping.go", std::move(out)}};
}

}  // namespace waymark::plan
