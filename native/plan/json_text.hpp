// A JSON document from a file, read strictly: what others let pass and decide differently about is an error here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "native/plan/plan_document.hpp"

namespace waymark::plan {

// A plan of 4 MiB has thousands of events; what is larger is no plan.
inline constexpr size_t document_bytes = 4 * 1024 * 1024;
// Also the work that looking a member up can cause: objects keep their order and are searched.
inline constexpr size_t object_members = 4096;
// So many are shown; whoever has more mends these first. Also the bound on guessing what a name was meant to be.
inline constexpr size_t most_findings = 200;

// Reads exactly one JSON value of at most `document_bytes`, nested 31 deep at most, objects of at most
// `object_members` members, in I-JSON (RFC 7493): valid UTF-8, no lone surrogates, no key twice in one object. Numbers
// stay exact (exact_json.hpp). Empty, and one error in `findings`, if it is something else. Never throws.
std::optional<Json> read_json(std::string_view text, Findings& findings);

// `value` as text of several lines, indented by two spaces, numbers exact.
std::string write_json(const Json& value);

// The text of a JSON string that a scanner has accepted, as it stands between the quotes.
std::string unescape(std::string_view span);

}  // namespace waymark::plan
