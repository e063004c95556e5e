// Where the references of a JSON Schema lead: `$id`, `$anchor`, JSON pointers (JSON Schema 2020-12 core, 8 and 9; draft
// 7 core, 8). Schemas stay where they are in the document and are known by their addresses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/formats.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// RFC 3986, 5.2: what `reference` means at `base`. Either may be relative or empty.
std::string resolve_uri(std::string_view base, std::string_view reference);

// A schema in a document.
struct SchemaPlace {
  const Json* schema = nullptr;
  std::string pointer;  // from the document's root
  std::string base;     // the base URI, without a fragment
  Dialect dialect = Dialect::draft7;
  bool is_built_in = false;  // a metaschema, which no one here has written
};

// How a `$schema` is understood; empty if it is none of the two.
std::optional<Dialect> dialect_of(std::string_view schema_uri);

class References {
 public:
  // Takes in a schema and all schemas in it. `place.base` is what `$id`s are relative to, and the URI of the schema if
  // it has no `$id`. What is wrong goes to `findings`: two schemas with one URI, `$id`s with fragments, other dialects.
  void add(const SchemaPlace& place, Findings& findings);

  // What a `$ref` at `from` leads to; empty if that is not in what was added.
  std::optional<SchemaPlace> resolve(const SchemaPlace& from, const std::string& reference) const;

  // The same for a schema that has no URI of its own, as part of a document.
  void add_part(const SchemaPlace& place, Findings& findings) { walk(place, findings); }

  // Lets references lead into a document that is no schema itself, at `base`; schemas in it are added on their own.
  void add_document(const Json& document, const std::string& base, Dialect dialect);

  // The schemas that were added and are not built in, in the order of their pointers.
  std::vector<const SchemaPlace*> places() const;

  // The place of a schema that was added, as its `$id` and `$schema` have it; null if it was not.
  const SchemaPlace* find(const Json* schema) const;

 private:
  void walk(SchemaPlace place, Findings& findings);
  void name(std::string uri, const SchemaPlace& place, Findings& findings);
  std::optional<SchemaPlace> follow(SchemaPlace place, std::string_view pointer) const;

  std::map<std::string, SchemaPlace> by_uri_;  // resources without a fragment, anchors with theirs
  std::map<const Json*, SchemaPlace> by_address_;
};

}  // namespace waymark::plan
