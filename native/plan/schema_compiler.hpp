// JSON Schema (draft 7 and 2020-12) to a node table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/plan/formats.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

enum class Formats : uint8_t {
  by_dialect,  // draft 7 asserts them, 2020-12 annotates
  assert,
  annotate,
};

// Whether the table holds what only messages need: the texts of patterns and the names of formats.
enum class Detail : uint8_t { explained, compact };

struct SchemaOptions {
  Formats formats = Formats::by_dialect;
  Dialect dialect = Dialect::draft7;  // of schemas without `$schema`
  Detail detail = Detail::explained;
};

// Compiles one schema to a table (core/plan/node_table.hpp) whose root is the schema. On errors, which go to `findings`
// with pointers from the schema's root, the answer is empty. Errors are: what is no schema, keywords with a wrong kind
// of value, references that lead nowhere, out of the document or round in a circle, patterns that cannot be compiled,
// keywords that are left out ($dynamicRef, $recursiveRef, unevaluatedItems, unevaluatedProperties, required
// vocabularies, $schema of other dialects) and what is beyond the bounds. Never throws.
// The schema is best read by read_exact_json (exact_json.hpp), which keeps numbers that a double cannot hold.
std::string compile_schema(const Json& schema, const SchemaOptions& options, Findings& findings);

}  // namespace waymark::plan
