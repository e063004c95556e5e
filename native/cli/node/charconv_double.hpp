// std::from_chars and std::to_chars of doubles for C++ libraries that lack them: LLVM's has the latter since 14 and the
// former since 20, Emscripten 3.1.6 has that of 13. Included ahead of every source of this build, and of no other.
#pragma once

#include <charconv>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 20000

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace std {

// Of what JSON calls a number.
inline from_chars_result from_chars(const char* first, const char* last, double& value) {
  const string text(first, last);
  char* end = nullptr;
  const double number = strtod(text.c_str(), &end);
  if (end == text.c_str()) return {first, errc::invalid_argument};
  const char* const stop = first + (end - text.c_str());
  if (!isfinite(number)) return {stop, errc::result_out_of_range};
  value = number;
  return {stop, errc()};
}

#if _LIBCPP_VERSION < 14000

// The shortest text without an exponent that gives the same number again. `format` is chars_format::fixed.
inline to_chars_result to_chars(char* first, char* last, double value, chars_format) {
  constexpr int most_places = 1080;  // 2^-1074 has so many
  const auto room = static_cast<size_t>(last - first);
  for (int places = 0; places <= most_places; ++places) {
    const int size = snprintf(first, room, "%.*f", places, value);
    if (size < 0 || static_cast<size_t>(size) >= room) break;
    if (strtod(first, nullptr) == value) return {first + size, errc()};
  }
  return {last, errc::value_too_large};
}

#endif

}  // namespace std

#endif
