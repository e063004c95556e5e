// Decimal numbers as text, compared and divided exactly: 1e400 and 0.1 are what they say, and no number of JSON becomes
// a double.
#pragma once

#include <cstdint>

#include "core/plan/value.hpp"

namespace waymark::plan {

// 0.d1d2d3… * 10^magnitude, read in place. Exponents beyond a thousand million count as that.
struct Decimal {
  // From the first digit that is not 0 to behind the last; a point may be among them. Empty: the number is 0.
  const char* first = nullptr;
  const char* stop = nullptr;
  int32_t magnitude = 0;
  int32_t exponent = 0;  // the power of ten that the last digit counts
  bool is_negative = false;

  bool is_zero() const { return first == stop; }
  bool is_integer() const { return exponent >= 0; }
};

// Reads a JSON number; what does not begin with one is 0.
Decimal read_decimal(const char* number, const char* stop);

// Below 0, 0 or above 0, as a stands to b.
int32_t compare(const Decimal& a, const Decimal& b);

// Whether value / divisor is an integer. The divisor has at most 18 digits from its first to its last that is not 0.
bool is_multiple(const Decimal& value, const Decimal& divisor);

// Equal numbers have equal hashes.
uint32_t hash_of(const Decimal& number);

}  // namespace waymark::plan
