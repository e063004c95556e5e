// Lists of words in one text, and small cuts. Lists are short and read seldom, so they are searched, not indexed.
#pragma once

#include <cstdint>
#include <string_view>

namespace waymark::text {

// A literal as a view, its length known when it is compiled at any level of optimisation.
template <size_t n>
[[gnu::always_inline]] constexpr std::string_view literal(const char (&chars)[n]) {
  return {chars, n - 1};
}

// `view` from `from` to `to`, which must lie in it. string_view::substr would bring an exception along.
[[gnu::always_inline]] constexpr std::string_view cut(std::string_view view, size_t from, size_t to) {
  return {view.data() + from, to - from};
}

[[gnu::always_inline]] inline bool is_white(char c) { return static_cast<uint8_t>(c) <= ' '; }
[[gnu::always_inline]] inline bool is_digit(char c) { return static_cast<uint8_t>(c) - uint32_t{'0'} < 10; }
[[gnu::always_inline]] inline bool is_lower(char c) { return static_cast<uint8_t>(c) - uint32_t{'a'} < 26; }
[[gnu::always_inline]] inline bool is_upper(char c) { return static_cast<uint8_t>(c) - uint32_t{'A'} < 26; }
// A letter, a digit, '_' or part of another script: what words are made of.
bool is_word(char c);
// The value of a hexadecimal digit, or -1.
int32_t hex_value(char c);
// The value of `digits` hexadecimal digits at `at`, or -1 if they are not there.
int32_t read_hex(const char* at, const char* stop, int32_t digits);
// The value of digits with at most one dot among them, 0 for none; negative if it is something else.
double parse_decimal(std::string_view digits);

// Without the white space behind it, and around it.
std::string_view trim_end(std::string_view view);
std::string_view trim(std::string_view view);

bool equal(std::string_view a, std::string_view b);
// The first byte, 0 if there is none.
[[gnu::always_inline]] inline char first_of(std::string_view view) { return view.empty() ? '\0' : view.front(); }
// Takes the first line off, without the `end` of it.
std::string_view take_line(std::string_view& lines, char end = '\n');

// Whether `word` stands in `list` between two `delimiter`s: " a b c " with ' ', ["a","b"] with '"'.
bool lists(std::string_view list, std::string_view word, char delimiter);
// Whether `c` is one of `chars`.
bool has_char(const char* chars, char c);
// The string at `index` of a JSON array of strings without escaped quotes; empty if there is none.
std::string_view nth_string(std::string_view array, uint32_t index);

}  // namespace waymark::text
