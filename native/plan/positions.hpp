// From JSON pointers (RFC 6901) to places in a text, so that an error can name a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::plan {

struct Place {
  size_t line = 1;    // from 1
  size_t column = 1;  // from 1, in code points
};

// `pointer` with one more step: child("/events", "a/b") is "/events/a~1b".
std::string child(std::string_view pointer, std::string_view step);
std::string child(std::string_view pointer, size_t index);

// The steps of a pointer, unescaped.
std::vector<std::string> steps_of(std::string_view pointer);

// Where the member or element at `pointer` begins in `json`: at its key or at itself. Of members with the same name,
// the last. Where the text is not JSON, the place of that fault; if nothing is there, the place of the last step of
// the pointer that leads somewhere. One pass over the text, no index of it is kept.
Place find_place(std::string_view json, std::string_view pointer);

// The place of a byte.
Place place_of(std::string_view text, size_t offset);

}  // namespace waymark::plan
