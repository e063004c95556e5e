// Session: 30 minutes idle, 24 hours at most.
#include "core/stages/session.hpp"

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::stages {

using waymark::testing::day_ms;
using waymark::testing::hour_ms;
using waymark::testing::minute_ms;
using waymark::testing::start_ms;

TEST_CASE("a session ends after 30 minutes without an event", "[session]") {
  Session session;
  session.begin(start_ms);
  CHECK_FALSE(session.is_over(start_ms));
  CHECK_FALSE(session.is_over(start_ms + 30 * minute_ms));
  CHECK(session.is_over(start_ms + 30 * minute_ms + 1));
  session.see(start_ms + 20 * minute_ms);
  CHECK_FALSE(session.is_over(start_ms + 50 * minute_ms));
  CHECK(session.is_over(start_ms + 50 * minute_ms + 1));
}

TEST_CASE("a session ends after 24 hours whatever happens in it", "[session]") {
  Session session;
  session.begin(start_ms);
  for (double now = start_ms; now <= start_ms + day_ms; now += 10 * minute_ms) {
    CHECK_FALSE(session.is_over(now));
    session.see(now);
  }
  CHECK(session.is_over(start_ms + day_ms + 1));
}

TEST_CASE("a clock that goes back does not end a session, nor make it last", "[session]") {
  Session session;
  session.begin(start_ms);
  session.see(start_ms + minute_ms);
  CHECK_FALSE(session.is_over(start_ms - hour_ms));
  session.see(start_ms - hour_ms);
  CHECK_FALSE(session.is_over(start_ms + 31 * minute_ms));  // seen is still start + 1 minute
  CHECK(session.is_over(start_ms + 31 * minute_ms + 1));
}

TEST_CASE("nothing was seen: the first event opens a session", "[session]") { CHECK(Session().is_over(start_ms)); }

}  // namespace waymark::stages
