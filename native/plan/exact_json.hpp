// JSON into nlohmann's values without loss: numbers that neither a 64-bit integer nor a double holds exactly keep their
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// Reads one JSON value, nested at most text::JsonScanner::deepest levels; empty if it is something else. Of members
// with the same name the last counts. A number whose value would change becomes a binary value that holds its text:
// is_number() is false of it, is_any_number() true. Never throws.
std::optional<Json> read_exact_json(std::string_view text);

// Whether the value is a number, exact or not.
bool is_any_number(const Json& value);

// The value as JSON, numbers as they were read. Strings must be UTF-8.
std::string exact_text(const Json& value);

}  // namespace waymark::plan
