#include "native/plan/schema_compiler.hpp"

#include "native/plan/keyword_compiler.hpp"
#include "native/plan/metaschemas.hpp"
#include "native/plan/references.hpp"

namespace waymark::plan {

std::string compile_schema(const Json& schema, const SchemaOptions& options, Findings& findings) {
  const size_t first = findings.size();
  References references;
  add_metaschemas(references);
  const SchemaPlace root{&schema, "", "", options.dialect};
  references.add(root, findings);

  NodeTableWriter writer;
  KeywordCompiler keywords(writer, references, "", options.formats, options.detail, findings);
  const SchemaPlace* const place = references.find(&schema);
  const auto node = keywords.node_of(place ? *place : root);
  keywords.finish();
  for (size_t i = first; i < findings.size(); ++i) {
    if (findings[i].severity == Severity::error) return {};
  }
  std::string table = writer.write(node);
  if (table.empty()) findings.push_back({Severity::error, "", "the schema is too large", "split it"});
  return table;
}

}  // namespace waymark::plan
