// Times as text: RFC 3339 and Retry-After (RFC 9110 10.2.3).
#include "core/text/time.hpp"

#include <ctime>
#include <limits>
#include <string>

#include "core/limits.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"

namespace waymark::text {
namespace {

std::string written(double time_ms) {
  char out[timestamp_chars + 1];
  out[timestamp_chars] = '#';
  write_timestamp(time_ms, out);
  CHECK(out[timestamp_chars] == '#');
  return {out, timestamp_chars};
}

constexpr double none = -1;

}  // namespace

TEST_CASE("a time is written to the millisecond", "[time]") {
  CHECK(written(0) == "1970-01-01T00:00:00.000Z");
  CHECK(written(1) == "1970-01-01T00:00:00.001Z");
  CHECK(written(1731579825123.0) == "2024-11-14T10:23:45.123Z");
  CHECK(written(1731579825123.9) == "2024-11-14T10:23:45.123Z");
  CHECK(written(951782399999.0) == "2000-02-28T23:59:59.999Z");
  CHECK(written(951782400000.0) == "2000-02-29T00:00:00.000Z");
  CHECK(written(4107542399000.0) == "2100-02-28T23:59:59.000Z");
  CHECK(written(4107542400000.0) == "2100-03-01T00:00:00.000Z");
  CHECK(written(latest_time_ms) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("times outside 1970 to 9999 are clamped", "[time]") {
  CHECK(written(-1) == "1970-01-01T00:00:00.000Z");
  CHECK(written(-1e300) == "1970-01-01T00:00:00.000Z");
  CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "1970-01-01T00:00:00.000Z");
  CHECK(written(latest_time_ms + 1) == "9999-12-31T23:59:59.999Z");
  CHECK(written(std::numeric_limits<double>::infinity()) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("every day is what the C library says it is, and reads back", "[time]") {
  waymark::testing::Random random(5);
  for (int64_t day = 0; day <= 2932896; day += 1 + static_cast<int64_t>(random.below(60))) {
    const int64_t ms = day * 86400000 + random.below(86400000);
    const std::time_t seconds = ms / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char expected[40];
    const size_t size = std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &utc);
    const std::string text = written(static_cast<double>(ms));
    if (text.substr(0, 19) != std::string(expected, size)) FAIL(text << " is not " << expected);
    if (parse_timestamp(text) != static_cast<double>(ms)) FAIL(text);
  }
}

TEST_CASE("RFC 3339 times are read with any offset and any fraction", "[time]") {
  CHECK(parse_timestamp("2024-11-14T10:23:45Z") == 1731579825000.0);
  CHECK(parse_timestamp("2024-11-14t10:23:45z") == 1731579825000.0);
  CHECK(parse_timestamp("2024-11-14T10:23:45.1Z") == 1731579825100.0);
  CHECK(parse_timestamp("2024-11-14T10:23:45.123456789Z") == 1731579825123.0);
  CHECK(parse_timestamp("2024-11-14T11:23:45+01:00") == 1731579825000.0);
  CHECK(parse_timestamp("2024-11-14T04:53:45.123-05:30") == 1731579825123.0);
  CHECK(parse_timestamp("1970-01-01T01:00:00+01:00") == 0);
  CHECK(parse_timestamp("2016-12-31T23:59:60Z") == 1483228800000.0);  // the leap second
}

TEST_CASE("what is no RFC 3339 time is none", "[time]") {
  for (const char* bad : {"",
                          "2024",
                          "2024-11-14",
                          "2024-11-14T10:23Z",
                          "2024-11-14T10:23:45",
                          "2024-11-14T10:23:45.Z",
                          "2024-11-14 10:23:45Z",
                          "2024-11-14T10:23:45.123",
                          "2024-13-14T10:23:45Z",
                          "2024-00-14T10:23:45Z",
                          "2024-11-00T10:23:45Z",
                          "2024-11-31T10:23:45Z",
                          "2023-02-29T10:23:45Z",
                          "1900-02-29T10:23:45Z",
                          "2024-11-14T24:23:45Z",
                          "2024-11-14T10:60:45Z",
                          "2024-11-14T10:23:61Z",
                          "2024-11-14T10:23:45+0100",
                          "2024-11-14T10:23:45+24:00",
                          "2024-11-14T10:23:45+01:60",
                          "2024-11-14T10:23:45Zx",
                          "2024-11-14T10:23:45.1x",
                          "+024-11-14T10:23:45Z",
                          "2024-1a-14T10:23:45Z",
                          "1969-12-31T23:59:59Z",
                          "2024/11/14T10:23:45Z",
                          "2024-11-14T10-23-45Z"}) {
    INFO(bad);
    CHECK(parse_timestamp(bad) < 0);
  }
}

TEST_CASE("Retry-After in seconds", "[time]") {
  CHECK(parse_retry_after_ms("0", 0) == 0);
  CHECK(parse_retry_after_ms("120", 0) == 120000);
  CHECK(parse_retry_after_ms("  7 ", 0) == 7000);
  CHECK(parse_retry_after_ms("86400", 0) == limits::retry_after_cap_ms);
  CHECK(parse_retry_after_ms("86401", 0) == limits::retry_after_cap_ms);
  CHECK(parse_retry_after_ms("99999999999999999999999999999999", 0) == limits::retry_after_cap_ms);
}

TEST_CASE("Retry-After as a date is seen from now", "[time]") {
  constexpr double moment = 784111777000.0;  // RFC 9110 5.6.7
  CHECK(parse_retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", moment - 5000) == 5000);
  CHECK(parse_retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", moment + 5000) == 0);
  CHECK(parse_retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 0) == limits::retry_after_cap_ms);
}

TEST_CASE("a Retry-After that is neither is none", "[time]") {
  for (const char* bad :
       {"", " ", "-1", "1.5", "1s", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT"}) {
    INFO(bad);
    CHECK(parse_retry_after_ms(bad, 0) == none);
  }
}

}  // namespace waymark::text
