#include "native/plan/references.hpp"

#include <algorithm>

#include "core/text/words.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

struct Uri {
  std::string_view scheme;     // with its colon
  std::string_view authority;  // with its slashes
  std::string_view path;
  std::string_view query;     // with its question mark
  std::string_view fragment;  // with its hash
};

// RFC 3986, appendix B.
Uri split(std::string_view text) {
  Uri uri;
  const auto take = [&text](size_t end) {
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(part.size());
    return part;
  };
  const size_t hash = std::min(text.find('#'), text.size());
  uri.fragment = text.substr(hash);
  text = text.substr(0, hash);
  const size_t delimiter = text.find_first_of(":/?");
  if (delimiter != std::string_view::npos && delimiter > 0 && text[delimiter] == ':') uri.scheme = take(delimiter + 1);
  if (text.substr(0, 2) == "//") uri.authority = take(text.find_first_of("/?", 2));
  uri.path = take(text.find('?'));
  uri.query = text;
  return uri;
}

// RFC 3986, 5.2.4.
std::string remove_dots(std::string_view path) {
  std::string out;
  const auto drop_last = [&out] { out.erase(out.rfind('/') == std::string::npos ? 0 : out.rfind('/')); };
  while (!path.empty()) {
    const size_t begin = path.front() == '/';
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    const bool is_dots = segment == "." || segment == "..";
    if (segment == "..") drop_last();
    if (!is_dots) out += path.substr(0, end);
    if (is_dots && end == path.size()) out += '/';
    path.remove_prefix(end);
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int32_t high = text[i] == '%' && i + 2 < text.size() ? text::hex_value(text[i + 1]) : -1;
    const int32_t low = high >= 0 ? text::hex_value(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

// The text of a member that is a string; empty if there is none.
std::string member_text(const Json& schema, const char* key) {
  const auto place = schema.is_object() ? schema.find(key) : schema.end();
  return schema.is_object() && place != schema.end() && place->is_string() ? place->get<std::string>() : std::string();
}

}  // namespace

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  const Uri base = split(base_text);
  Uri target = split(reference_text);
  std::string path(target.path);
  if (target.scheme.empty()) {
    target.scheme = base.scheme;
    if (target.authority.empty()) {
      target.authority = base.authority;
      if (path.empty()) {
        path = base.path;
        if (target.query.empty()) target.query = base.query;
      } else if (path.front() != '/') {
        const size_t slash = base.path.rfind('/');
        const bool is_root = !base.authority.empty() && base.path.empty();
        path =
            (is_root ? "/" : std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1))) + path;
      }
    }
  }
  // Paths of URNs have no segments.
  const bool has_segments =
      !target.authority.empty() || (!path.empty() && path.front() == '/') || target.scheme.empty();
  std::string out(target.scheme);
  out += target.authority;
  out += has_segments ? remove_dots(path) : path;
  out += target.query;
  out += target.fragment;
  return out;
}

std::optional<Dialect> dialect_of(std::string_view uri) {
  if (!uri.empty() && uri.back() == '#') uri.remove_suffix(1);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (uri.substr(0, scheme.size()) != scheme) continue;
    const std::string_view rest = uri.substr(scheme.size());
    if (rest == "json-schema.org/draft-07/schema") return Dialect::draft7;
    if (rest == "json-schema.org/draft/2020-12/schema") return Dialect::draft2020_12;
  }
  return {};
}

void References::add(const SchemaPlace& place, Findings& findings) {
  name(place.base, place, findings);
  walk(place, findings);
}

void References::name(std::string uri, const SchemaPlace& place, Findings& findings) {
  const auto [known, is_new] = by_uri_.emplace(std::move(uri), place);
  if (is_new || known->second.schema == place.schema) return;
  findings.push_back({Severity::error, place.pointer,
                      "has the same URI as the schema at " + in_quotes(known->second.pointer),
                      "give each its own `$id` or `$anchor`"});
}

void References::walk(SchemaPlace place, Findings& findings) {
  const Json& schema = *place.schema;
  if (schema.is_object()) {
    const std::string id = member_text(schema, "$id");
    const std::string dialect = member_text(schema, "$schema");
    const bool is_ref = place.dialect == Dialect::draft7 && schema.contains("$ref");
    if (!dialect.empty() && !is_ref) {
      if (const auto known = dialect_of(dialect)) {
        place.dialect = *known;
      } else {
        findings.push_back({Severity::error, child(place.pointer, "$schema"),
                            "a dialect that is not known: " + in_quotes(dialect),
                            "use http://json-schema.org/draft-07/schema# or "
                            "https://json-schema.org/draft/2020-12/schema"});
      }
    }
    if (!id.empty() && !is_ref) {
      const std::string uri = resolve_uri(place.base, id);
      const size_t hash = uri.find('#');
      const std::string fragment = hash == std::string::npos ? "" : uri.substr(hash + 1);
      if (fragment.empty() || place.dialect == Dialect::draft2020_12) place.base = uri.substr(0, hash);
      if (fragment.empty()) {
        name(place.base, place, findings);
      } else if (place.dialect == Dialect::draft7) {
        name(uri, place, findings);
      } else {
        findings.push_back({Severity::error, child(place.pointer, "$id"), "an `$id` with a fragment: " + in_quotes(id),
                            "use `$anchor` for names within a schema"});
      }
    }
    if (place.dialect == Dialect::draft2020_12) {
      for (const char* key : {"$anchor", "$dynamicAnchor"}) {
        const std::string anchor = member_text(schema, key);
        if (!anchor.empty()) name(place.base + '#' + anchor, place, findings);
      }
    }
  }
  by_address_.emplace(&schema, place);
  if (!schema.is_object()) return;

  const auto go = [&](const Json& inner, std::string pointer) {
    if (inner.is_object() || inner.is_boolean()) {
      walk({&inner, std::move(pointer), place.base, place.dialect, place.is_built_in}, findings);
    }
  };
  const auto go_many = [&](std::string_view keyword, const Json& inner, bool is_named) {
    const std::string pointer = child(place.pointer, keyword);
    if (is_named ? !inner.is_object() : !inner.is_array()) return;
    size_t index = 0;
    for (const auto& [key, member] : inner.items()) {
      go(member, is_named ? child(pointer, key) : child(pointer, index));
      ++index;
    }
  };
  for (const auto& [key, member] : schema.items()) {
    const std::string_view keyword = key;
    const auto is_in = [keyword](const auto& list) {
      return std::find(std::begin(list), std::end(list), keyword) != std::end(list);
    };
    if (is_in(one_schema)) go(member, child(place.pointer, keyword));
    if (is_in(many_schemas)) go_many(keyword, member, false);
    if (is_in(named_schemas)) go_many(keyword, member, true);
  }
}

void References::add_document(const Json& document, const std::string& base, Dialect dialect) {
  by_uri_.emplace(base, SchemaPlace{&document, "", base, dialect, false});
}

std::vector<const SchemaPlace*> References::places() const {
  std::vector<const SchemaPlace*> places;
  for (const auto& [schema, place] : by_address_) {
    if (!place.is_built_in) places.push_back(&place);
  }
  std::sort(places.begin(), places.end(),
            [](const SchemaPlace* a, const SchemaPlace* b) { return a->pointer < b->pointer; });
  return places;
}

const SchemaPlace* References::find(const Json* schema) const {
  const auto place = by_address_.find(schema);
  return place == by_address_.end() ? nullptr : &place->second;
}

std::optional<SchemaPlace> References::follow(SchemaPlace place, std::string_view pointer) const {
  while (!pointer.empty()) {
    if (pointer.front() != '/') return {};
    const size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string step;
    for (size_t i = 1; i < end; ++i) {
      const bool is_escape = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
      step += is_escape ? (pointer[++i] == '0' ? '~' : '/') : pointer[i];
    }
    pointer.remove_prefix(end);
    const Json& json = *place.schema;
    if (json.is_object() && json.contains(step)) {
      place.schema = &json[step];
    } else if (json.is_array() && !step.empty() && step.size() < 8 && (step == "0" || step.front() != '0') &&
               std::all_of(step.begin(), step.end(), text::is_digit) && std::stoul(step) < json.size()) {
      place.schema = &json[std::stoul(step)];
    } else {
      return {};
    }
    place.pointer = child(place.pointer, step);
    if (const SchemaPlace* known = find(place.schema)) place = *known;
  }
  return place;
}

std::optional<SchemaPlace> References::resolve(const SchemaPlace& from, const std::string& reference) const {
  const std::string uri = resolve_uri(from.base, reference);
  const size_t hash = std::min(uri.find('#'), uri.size());
  const std::string fragment = percent_decoded(std::string_view(uri).substr(std::min(hash + 1, uri.size())));
  const bool is_pointer = fragment.empty() || fragment.front() == '/';
  const std::string base = uri.substr(0, hash);
  const auto place = by_uri_.find(is_pointer ? base : base + '#' + fragment);
  if (place == by_uri_.end()) return {};
  return is_pointer ? follow(place->second, fragment) : place->second;
}

}  // namespace waymark::plan
