// The formats of JSON Schema (validation vocabulary, section 7) as automata.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waymark::plan {

enum class Dialect : uint8_t { draft7, draft2020_12 };

// The table (core/plan/dfa.hpp) that decides the format; nullopt: the dialect has no format of that name, so that
// it is an annotation only.
std::optional<std::string> compile_format(std::string_view format, Dialect dialect);

// The most characters that a string of the format may have, which is to be checked besides (as `maxLength` is), since
// an automaton that counted them would be too large; 0: no bound.
uint32_t format_max_length(std::string_view format);

}  // namespace waymark::plan
