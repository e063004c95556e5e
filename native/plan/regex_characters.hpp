// What a pattern says of single characters: escapes and classes.
#pragma once

#include "native/plan/regex_reader.hpp"
#include "native/plan/regex_set.hpp"

namespace waymark::plan {

// Each reads what its name says and returns the code points that it stands for; what is wrong is noted in `reader`.

CodeSet read_dot(PatternReader& reader);     // .
CodeSet read_escape(PatternReader& reader);  // from the backslash on, outside a class
CodeSet read_class(PatternReader& reader);   // from '[' to ']'

}  // namespace waymark::plan
