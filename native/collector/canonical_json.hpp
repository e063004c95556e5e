// The one form of a JSON value (RFC 8785, JSON Canonicalization Scheme), so that both ends hash the same bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waymark::collector {

// Members in the order of their names as UTF-16 (RFC 8785 3.2.3), no white space, no escape that is not needed. None
// when `json` is not one JSON value, has a member twice, is nested deeper than 8, or has a number that is no integer
// from 0 to 2^53: how others are written is where programs differ.
std::optional<std::string> canonical_json(std::string_view json);

}  // namespace waymark::collector
