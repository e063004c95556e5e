// Plans and schemas of other tools as a tracking plan.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/plan/finding.hpp"
#include "native/plan/plan_document.hpp"

namespace waymark::plan {

enum class ImportSource : uint8_t {
  segment,      // a tracking plan as Segment's Config API or Public API gives it
  iglu,         // one self-describing schema (Snowplow) a file
  json_schema,  // one JSON Schema a file, named like its event
};

// A plan without events.
Json empty_plan(std::string_view name);

// Adds to `plan`, which `empty_plan` began, what one file holds. `file` is its name, of which the last part without
// extensions names the event of a plain JSON Schema. Event names become snake_case; of an event in several versions the
// highest stays. What cannot be taken over is a finding with a pointer into `json`. Never throws.
void import_file(ImportSource source, std::string_view file, const Json& json, Json& plan, Findings& findings);

// Takes the notes away that `import_file` keeps in the plan between files.
void finish_import(Json& plan);

}  // namespace waymark::plan
