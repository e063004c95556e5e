// Rate: a bucket of one minute's events, filled evenly.
#include "core/stages/rate.hpp"

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::stages {
namespace {

using waymark::testing::hour_ms;
using waymark::testing::minute_ms;
using waymark::testing::start_ms;

uint32_t taken(RateLimit& rate, uint32_t tries, double now) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < tries; ++i) count += rate.take(now);
  return count;
}

}  // namespace

TEST_CASE("0 is no limit", "[rate]") {
  RateLimit rate;
  CHECK(taken(rate, 100000, start_ms) == 100000);
  RateLimit zero(0);
  CHECK(taken(zero, 1000, start_ms) == 1000);
}

TEST_CASE("a minute's events at once, then evenly", "[rate]") {
  RateLimit rate(60);
  CHECK(taken(rate, 1000, start_ms) == 60);
  CHECK(taken(rate, 10, start_ms + 999) == 0);
  CHECK(taken(rate, 10, start_ms + 1000) == 1);
  CHECK(taken(rate, 10, start_ms + 6000) == 5);
  CHECK(taken(rate, 1000, start_ms + hour_ms) == 60);  // the bucket holds no more than a minute's
}

TEST_CASE("a whole day passes at the rate", "[rate]") {
  RateLimit rate(120);
  uint32_t passed = 0;
  for (double now = start_ms; now < start_ms + hour_ms; now += 100) passed += rate.take(now);
  CHECK(passed >= 120 * 60);
  CHECK(passed <= 120 * 61 + 1);
}

TEST_CASE("a clock that goes back gives nothing away and blocks nothing", "[rate]") {
  RateLimit rate(60);
  CHECK(taken(rate, 60, start_ms) == 60);
  CHECK(taken(rate, 5, start_ms - hour_ms) == 0);
  CHECK(taken(rate, 5, start_ms - hour_ms + 2000) == 2);
  uint32_t passed = 0;  // back and forth all the time
  for (int i = 0; i < 1000; ++i) passed += rate.take(i % 2 ? start_ms : start_ms + 10);
  CHECK(passed <= 60 + 10);
}

TEST_CASE("less than one event a minute is still some", "[rate]") {
  RateLimit rate(0.5);
  uint32_t passed = 0;
  for (double now = start_ms; now < start_ms + hour_ms; now += minute_ms / 4) passed += rate.take(now);
  CHECK(passed >= 29);
  CHECK(passed <= 31);
}

}  // namespace waymark::stages
