// Client reports: counts by reason and purpose.
#include "core/outbox/reports.hpp"

#include <memory>

#include "tests/catch.hpp"

namespace waymark::outbox {

TEST_CASE("drops are counted by reason and purpose", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  CHECK(reports->next(~0u, 0) == Reports::size);
  reports->count(Reason::queue_full, 2, 1000);
  reports->count(Reason::queue_full, 2, 2000);
  reports->count(Reason::over_rate, 3, 3000);
  CHECK(reports->since_ms() == 1000);
  uint32_t place = reports->next(~0u, 0);
  CHECK(Reports::reason(place) == Reason::over_rate);
  CHECK(Reports::purpose(place) == 3);
  CHECK((*reports)[place] == 1);
  place = reports->next(~0u, place + 1);
  CHECK(Reports::reason(place) == Reason::queue_full);
  CHECK(Reports::purpose(place) == 2);
  CHECK((*reports)[place] == 2);
  CHECK(reports->next(~0u, place + 1) == Reports::size);
}

TEST_CASE("only what is granted is reported", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  reports->count(Reason::queue_full, 2, 1000);
  CHECK(reports->next(0b0001, 0) == Reports::size);
  CHECK(reports->next(0b1000, 0) == Reports::size);
  CHECK(reports->next(0b0100, 0) < Reports::size);
}

TEST_CASE("who refused is not counted any more", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  reports->count(Reason::queue_full, 2, 1000);
  reports->count(Reason::over_rate, 2, 1000);
  reports->count(Reason::queue_full, 3, 1000);
  reports->forget(0b0100);
  const uint32_t place = reports->next(~0u, 0);
  CHECK(Reports::purpose(place) == 3);
  CHECK(reports->next(~0u, place + 1) == Reports::size);
}

TEST_CASE("every reason of every purpose has its own count", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  for (uint32_t reason = 0; reason < reason_count; ++reason) {
    for (uint32_t purpose = 0; purpose < limits::purposes; ++purpose) {
      for (uint32_t times = 0; times <= reason + purpose; ++times)
        reports->count(static_cast<Reason>(reason), purpose, 1);
    }
  }
  uint32_t places = 0;
  for (uint32_t place = 0; (place = reports->next(~0u, place)) < Reports::size; ++place, ++places) {
    REQUIRE((*reports)[place] == static_cast<uint32_t>(Reports::reason(place)) + Reports::purpose(place) + 1);
  }
  CHECK(places == reason_count * limits::purposes);
}

TEST_CASE("a purpose that no config can have is not counted", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  reports->count(Reason::queue_full, limits::purposes, 1000);
  reports->count(Reason::undeliverable, 4294967295u, 1000);
  CHECK(reports->next(~0u, 0) == Reports::size);
}

TEST_CASE("after a report the age starts anew", "[reports]") {
  const auto reports = std::make_unique<Reports>();
  reports->count(Reason::queue_full, 2, 1000);
  reports->reported();
  reports->count(Reason::queue_full, 2, 5000);
  CHECK(reports->since_ms() == 5000);
}

}  // namespace waymark::outbox
