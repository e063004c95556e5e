#include "native/client/ring/json_number.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::client {
namespace {

template <typename Number>
std::string written(Number value) {
  char out[json_number_chars];
  return std::string(write_json_number(value, out));
}

}  // namespace

// What node prints for JSON.stringify of each.
TEST_CASE("doubles are what JSON.stringify gives") {
  CHECK(written(0.0) == "0");
  CHECK(written(-0.0) == "0");
  CHECK(written(1.0) == "1");
  CHECK(written(-1.5) == "-1.5");
  CHECK(written(100000.0) == "100000");
  CHECK(written(0.1 + 0.2) == "0.30000000000000004");
  CHECK(written(123456789012345680000.0) == "123456789012345680000");
  CHECK(written(999999999999999900000.0) == "999999999999999900000");
  CHECK(written(1e21) == "1e+21");
  CHECK(written(-1.5e21) == "-1.5e+21");
  CHECK(written(0.000001) == "0.000001");
  CHECK(written(0.00000123) == "0.00000123");
  CHECK(written(0.0000001) == "1e-7");
  CHECK(written(1.5e-7) == "1.5e-7");
  CHECK(written(5e-324) == "5e-324");
  CHECK(written(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  CHECK(written(2.2250738585072014e-308) == "2.2250738585072014e-308");
  CHECK(written(-0.0000012702003757232693) == "-0.0000012702003757232693");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
  CHECK(written(-std::numeric_limits<double>::infinity()) == "null");
  CHECK(written(std::nan("")) == "null");
}

TEST_CASE("integers are written in full") {
  CHECK(written(INT64_MIN) == "-9223372036854775808");
  CHECK(written(int64_t{0}) == "0");
  CHECK(written(UINT64_MAX) == "18446744073709551615");
}

TEST_CASE("any double is read back the same by another reader") {
  testing::Random random(11);
  for (int round = 0; round < 200000; ++round) {
    const double value = std::bit_cast<double>(uint64_t{random.next()} << 32 | random.next());
    if (!std::isfinite(value) || value == 0) continue;
    const std::string text = written(value);
    if (nlohmann::json::parse(text).get<double>() != value) FAIL(text);
    if (text.size() > 25) FAIL(text);
  }
}

}  // namespace waymark::client
