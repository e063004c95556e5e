#include "core/plan/decimal.hpp"

#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

constexpr int32_t most_exponent = 1'000'000'000;

// The next digit as a character, 0 behind the last.
char next_digit(const char*& at, const char* stop) {
  if (at < stop && *at == '.') ++at;
  return at < stop ? *at++ : '\0';
}

// (rest * 10 + digit) mod modulus, without a product that could overflow.
uint64_t shift_in(uint64_t rest, char digit, uint64_t modulus) {
  uint64_t sum = static_cast<uint64_t>(digit & 15);
  for (uint32_t i = 0; i < 10; ++i) {
    sum += rest;
    while (sum >= modulus) sum -= modulus;
  }
  return sum;
}

// The digits of `number` as an integer, modulo `modulus`, which is not 0.
uint64_t remainder(const Decimal& number, uint64_t modulus) {
  uint64_t rest = 0;
  const char* at = number.first;
  while (const char digit = next_digit(at, number.stop)) rest = shift_in(rest, digit, modulus);
  return rest;
}

int32_t sign(const Decimal& number) { return number.is_zero() ? 0 : number.is_negative ? -1 : 1; }

}  // namespace

Decimal read_decimal(const char* at, const char* stop) {
  Decimal result;
  if (peek(at, stop) == '-') {
    result.is_negative = true;
    ++at;
  }
  int32_t digits = 0;
  int32_t point = -1;  // the number of digits before it
  char c;
  for (;; ++at) {
    c = peek(at, stop);
    if (c == '.') {
      point = digits;
      continue;
    }
    if (!text::is_digit(c)) break;
    ++digits;
    if (c == '0') continue;
    if (result.first == nullptr) {
      result.first = at;
      result.magnitude = 1 - digits;
    }
    result.stop = at + 1;
    result.exponent = -digits;
  }
  if (result.first == nullptr) return {};
  if (point < 0) point = digits;
  if ((c | 0x20) == 'e') {
    const bool is_below_one = peek(++at, stop) == '-';
    if (!text::is_digit(peek(at, stop))) ++at;
    int32_t power = 0;
    for (; text::is_digit(c = peek(at, stop)); ++at) {
      power = power < most_exponent / 10 ? power * 10 + (c - '0') : most_exponent;
    }
    point += is_below_one ? -power : power;
  }
  result.magnitude += point;
  result.exponent += point;
  return result;
}

int32_t compare(const Decimal& a, const Decimal& b) {
  const int32_t order = sign(a);
  int32_t difference = order - sign(b);
  if (difference != 0 || order == 0) return difference;
  difference = a.magnitude - b.magnitude;
  const char* at_a = a.first;
  const char* at_b = b.first;
  while (difference == 0) {
    const char digit = next_digit(at_a, a.stop);
    difference = digit - next_digit(at_b, b.stop);
    if (digit == 0) break;
  }
  return order < 0 ? -difference : difference;
}

bool is_multiple(const Decimal& value, const Decimal& divisor) {
  const uint64_t modulus = remainder(divisor, uint64_t{1} << 63);
  if (value.is_zero() || modulus == 0) return value.is_zero();
  // The last digits are not 0, so a value with finer ones is no multiple.
  int32_t zeros = value.exponent - divisor.exponent;
  if (zeros < 0) return false;
  // 2^63 has 63 factors, so after 63 zeros all of 2 and 5 in the divisor are used up.
  if (zeros > 63) zeros = 63;
  uint64_t rest = remainder(value, modulus);
  for (; zeros > 0; --zeros) rest = shift_in(rest, '0', modulus);
  return rest == 0;
}

uint32_t hash_of(const Decimal& number) {
  return static_cast<uint32_t>(remainder(number, 0xFFFFFFFB) + static_cast<uint32_t>(number.magnitude) * 2 +
                               number.is_negative);
}

}  // namespace waymark::plan
