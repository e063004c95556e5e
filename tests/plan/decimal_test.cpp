#include "core/plan/decimal.hpp"

#include <string>
#include <string_view>

#include "tests/catch.hpp"

using namespace waymark::plan;

namespace {

Decimal decimal(std::string_view text) { return read_decimal(text.data(), text.data() + text.size()); }
int order(std::string_view a, std::string_view b) {
  const int32_t result = compare(decimal(a), decimal(b));
  return (result > 0) - (result < 0);
}
bool multiple(std::string_view value, std::string_view divisor) {
  return is_multiple(decimal(value), decimal(divisor));
}

}  // namespace

TEST_CASE("decimals compare by value, however they are written", "[decimal]") {
  // Each is smaller than the next.
  const std::string_view ascending[] = {"-1e400",
                                        "-123456789012345678901234567890.5",
                                        "-10",
                                        "-9.99",
                                        "-1e-400",
                                        "0",
                                        "1e-400",
                                        "0.1",
                                        "0.10000000000000000000000000000001",
                                        "0.11",
                                        "9",
                                        "10",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "1e307",
                                        "1.0000000001e307",
                                        "1e308",
                                        "1e1000000"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      INFO(ascending[i] << " and " << ascending[j]);
      CHECK(order(ascending[i], ascending[j]) == (i > j) - (i < j));
    }
  }
}

TEST_CASE("the same number has many spellings and one hash", "[decimal]") {
  const std::string_view groups[][5] = {{"1", "1.0", "1e0", "10e-1", "0.001E+3"},
                                        {"0", "-0", "0.0", "0e5", "-0.00E-7"},
                                        {"-120", "-1.2e2", "-12e1", "-120.000", "-0.12e+3"},
                                        {"0.05", "5e-2", "0.5e-1", "0.050", "50e-3"}};
  for (const auto& group : groups) {
    for (const std::string_view a : group) {
      for (const std::string_view b : group) {
        INFO(a << " and " << b);
        CHECK(order(a, b) == 0);
        CHECK(hash_of(decimal(a)) == hash_of(decimal(b)));
      }
    }
  }
  CHECK(hash_of(decimal("1")) != hash_of(decimal("10")));
  CHECK(hash_of(decimal("1")) != hash_of(decimal("-1")));
}

TEST_CASE("integers are integers in every notation", "[decimal]") {
  for (const std::string_view text : {"0", "-0.0", "1.0", "1e2", "1.50e1", "-7", "123456789012345678901234567890"}) {
    INFO(text);
    CHECK(decimal(text).is_integer());
  }
  for (const std::string_view text : {"0.1", "1e-2", "1.5", "10.01", "1e-400"}) {
    INFO(text);
    CHECK_FALSE(decimal(text).is_integer());
  }
}

TEST_CASE("multiples are exact", "[decimal]") {
  CHECK(multiple("0.3", "0.1"));
  CHECK(multiple("19.99", "0.01"));
  CHECK_FALSE(multiple("19.999", "0.01"));
  CHECK(multiple("0.0075", "0.0001"));
  CHECK_FALSE(multiple("0.00751", "0.0001"));
  CHECK(multiple("1e308", "0.0001"));
  CHECK(multiple("1e308", "0.5"));
  CHECK_FALSE(multiple("1e308", "0.123456789"));
  CHECK(multiple("1e1000000000", "1024"));
  CHECK_FALSE(multiple("1e1000000000", "3"));
  CHECK(multiple("-21", "7"));
  CHECK(multiple("0", "7"));
  CHECK_FALSE(multiple("7", "21"));
  CHECK(multiple("12345678901234567890123456789012345678900", "100"));
  CHECK_FALSE(multiple("12345678901234567890123456789012345678901", "100"));
  CHECK(multiple("999999999999999999", "999999999999999999"));
  CHECK_FALSE(multiple("999999999999999998", "999999999999999999"));
  CHECK(multiple("1e300", "1e300"));
  CHECK_FALSE(multiple("1e299", "1e300"));
  CHECK_FALSE(multiple("1", "0"));
}

TEST_CASE("multiples agree with integers", "[decimal]") {
  for (uint32_t value = 0; value < 400; ++value) {
    for (uint32_t divisor = 1; divisor < 60; ++divisor) {
      INFO(value << " / " << divisor);
      const std::string shifted = std::to_string(value) + "e-2";
      CHECK(multiple(std::to_string(value), std::to_string(divisor)) == (value % divisor == 0));
      CHECK(multiple(shifted, std::to_string(divisor)) == (value % (divisor * 100) == 0));
    }
  }
}

TEST_CASE("what is no number does no harm", "[decimal]") {
  for (const std::string_view text : {"", "-", ".", "e5", "abc", "-.e", "1e", "1e+", "1.2.3"}) {
    INFO(text);
    CHECK(compare(decimal(text), decimal(text)) == 0);
  }
  CHECK(decimal("").is_zero());
  CHECK(order("1e99999999999999999999", "1e99999999999999999998") == 0);  // both beyond the bound
}
