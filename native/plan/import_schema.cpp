#include "native/plan/import_schema.hpp"

#include "native/plan/exact_json.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

bool is_known_dialect(std::string_view schema) {
  return schema.find("json-schema.org/draft-07/schema") != std::string_view::npos ||
         schema.find("json-schema.org/draft/2020-12/schema") != std::string_view::npos;
}

// Draft 4: "minimum": 0, "exclusiveMinimum": true (5.1 of its validation specification).
void rewrite_exclusive(Json& schema, const char* exclusive, const char* bound) {
  const Json* const flag = member_of(schema, exclusive);
  if (flag == nullptr || !flag->is_boolean()) return;
  const bool is_exclusive = *flag == true;
  schema.erase(exclusive);
  const Json* const limit = member_of(schema, bound);
  if (!is_exclusive || limit == nullptr) return;
  schema[exclusive] = Json(*limit);
  schema.erase(bound);
}

void rewrite_type(Json& schema, const std::string& pointer, Findings& findings) {
  const Json* const type = member_of(schema, "type");
  if (type == nullptr || *type != "any") return;  // draft 3
  schema.erase("type");
  findings.push_back({Severity::warning, child(pointer, "type"), "the type `any` is no type of JSON Schema any more",
                      "the schema was taken over without it, which means the same"});
}

}  // namespace

Json import_schema(const Json& schema, const std::string& pointer, Findings& findings) {
  Json out = schema;
  for_each_schema(out, pointer, [&](Json& part, const std::string& at) {
    if (!part.is_object()) return;
    for (const char* const id : {"$id", "id"}) {
      const Json* const value = member_of(part, id);
      if (value != nullptr && value->is_string()) part.erase(id);
    }
    if (const Json* const dialect = member_of(part, "$schema")) {
      if (!dialect->is_string() || !is_known_dialect(dialect->get_ref<const std::string&>())) part.erase("$schema");
    }
    rewrite_exclusive(part, "exclusiveMinimum", "minimum");
    rewrite_exclusive(part, "exclusiveMaximum", "maximum");
    rewrite_type(part, at, findings);
    if (const Json* const required = member_of(part, "required"); required != nullptr && required->is_boolean()) {
      part.erase("required");
      findings.push_back({Severity::warning, child(at, "required"), "`required` is true or false, as in draft 3",
                          "list the required properties in the schema around it"});
    }
    if (const Json* const labels = member_of(part, "labels"); labels != nullptr && labels->is_object()) {
      part.erase("labels");  // Segment's own
    }
  });
  return out;
}

}  // namespace waymark::plan
