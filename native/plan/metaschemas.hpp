// The schemas of schemas, which schemas may refer to without bringing them along.
#pragma once

#include "native/plan/references.hpp"

namespace waymark::plan {

// Adds the metaschemas of draft 7 and 2020-12 under their own URIs. That of 2020-12 is one schema here instead of eight
// vocabularies, and refers to itself by `$ref`: no value is judged differently.
void add_metaschemas(References& references);

}  // namespace waymark::plan
