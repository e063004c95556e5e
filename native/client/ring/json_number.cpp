#include "native/client/ring/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace waymark::client {

namespace {

// The value is 0.d1d2d3… times 10 to the `point`.
struct Decimal {
  char digits[17] = {};  // what the shortest form of a double has at most
  int32_t count = 0;
  int32_t point = 0;
};

// Of a finite number above 0.
Decimal shortest(double value) {
  Decimal decimal;
  char text[json_number_chars];  // d.ddde±dd
  const char* const stop = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* const exponent = std::find(static_cast<const char*>(text), stop, 'e');
  for (const char* at = text; at != exponent; ++at) {
    if (*at != '.') decimal.digits[decimal.count++] = *at;
  }
  int32_t power = 0;
  std::from_chars(exponent + 2, stop, power);
  decimal.point = (exponent[1] == '-' ? -power : power) + 1;
  return decimal;
}

// Chars one after the other.
class Line {
 public:
  explicit Line(char* begin) : begin_(begin), at_(begin) {}
  void add(char c) { *at_++ = c; }
  void add(const char* chars, int32_t count) { at_ = std::copy_n(chars, count, at_); }
  void zeros(int32_t count) { at_ = std::fill_n(at_, count, '0'); }
  void number(int32_t value) { at_ = std::to_chars(at_, at_ + 4, value).ptr; }
  std::string_view text() const { return {begin_, static_cast<size_t>(at_ - begin_)}; }

 private:
  char* begin_;
  char* at_;
};

}  // namespace

// The cases are those of the standard's steps 6 to 11.
std::string_view write_json_number(double value, char* out) {
  if (!std::isfinite(value)) return "null";
  if (value == 0) return "0";
  Line line(out);
  if (value < 0) line.add('-');
  const Decimal decimal = shortest(std::fabs(value));
  const int32_t count = decimal.count, point = decimal.point;
  if (count <= point && point <= 21) {
    line.add(decimal.digits, count);
    line.zeros(point - count);
  } else if (0 < point && point <= 21) {
    line.add(decimal.digits, point);
    line.add('.');
    line.add(decimal.digits + point, count - point);
  } else if (-6 < point && point <= 0) {
    line.add('0');
    line.add('.');
    line.zeros(-point);
    line.add(decimal.digits, count);
  } else {
    line.add(decimal.digits[0]);
    if (count > 1) {
      line.add('.');
      line.add(decimal.digits + 1, count - 1);
    }
    line.add('e');
    line.add(point > 0 ? '+' : '-');
    line.number(std::abs(point - 1));
  }
  return line.text();
}

std::string_view write_json_number(int64_t value, char* out) {
  return {out, static_cast<size_t>(std::to_chars(out, out + json_number_chars, value).ptr - out)};
}

std::string_view write_json_number(uint64_t value, char* out) {
  return {out, static_cast<size_t>(std::to_chars(out, out + json_number_chars, value).ptr - out)};
}

}  // namespace waymark::client
