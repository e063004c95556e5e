// Telemetry of a program that asks by itself, and says at each start what it was told.
#include <chrono>
#include <cstdlib>
#include <string>

#include "native/client/include/waymark/telemetry.hpp"
#include "tests/catch.hpp"
#include "tests/client/telemetry_place.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("telemetry: a program that asks by itself says so at each start, and no record is kept") {
  Place place;
  TelemetryConfig config = place.config();
  config.consent = ConsentSource::host;
  Telemetry telemetry(config);
  CHECK(telemetry.status().off == Off::unknown);
  telemetry.track("thing_done", {{"n", 1}});
  REQUIRE(telemetry.set_consent("analytics", ConsentValue::granted));
  CHECK_FALSE(telemetry.set_consent("no_such_purpose", ConsentValue::granted));
  CHECK_FALSE(telemetry.set_consent("necessary", ConsentValue::denied));
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers() == Numbers{1});
  CHECK(place.files().count("consent.json") == 0);
  // Unknown again: what is tracked waits, and is sent if it is granted.
  REQUIRE(telemetry.set_consent("analytics", ConsentValue::unknown));
  CHECK(telemetry.track("thing_done", {{"n", 2}}) == Tracked::queued);
  telemetry.flush(300ms);
  CHECK(place.server.numbers() == Numbers{1});
  REQUIRE(telemetry.set_consent("analytics", ConsentValue::granted));
  telemetry.flush(10s);
  CHECK(place.server.numbers() == Numbers{1, 2});
  REQUIRE(telemetry.set_consent("analytics", ConsentValue::denied));
  CHECK(telemetry.track("thing_done", {{"n", 3}}) == Tracked::disabled);
  CHECK(place.files().empty());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.withdraw().files_left.empty());
  CHECK(telemetry.status().off == Off::refused);
  CHECK(place.files().empty());
}

TEST_CASE("telemetry: a program that asks by itself gets an answer where there is nowhere to keep anything") {
  Place place;
  const char* const home = std::getenv("HOME");
  const std::string before = home == nullptr ? "" : home;
  ::unsetenv("HOME");
  ::unsetenv("XDG_STATE_HOME");
  TelemetryConfig config = place.config();
  config.consent = ConsentSource::host;
  config.data_directory = {};
  {
    Telemetry telemetry(config);
    CHECK(telemetry.status().off == Off::unusable_files);
    CHECK_FALSE(telemetry.answer(ConsentValue::granted));
    CHECK_FALSE(telemetry.set_consent("analytics", ConsentValue::unknown));
    CHECK(telemetry.track("thing_done") == Tracked::disabled);
  }
  if (!before.empty()) ::setenv("HOME", before.c_str(), 1);
}

TEST_CASE("telemetry: a program that asks by itself sends all that waited, whatever purposes it had") {
  Place place;
  TelemetryConfig config = place.config();
  config.consent = ConsentSource::host;
  Telemetry telemetry(config);
  Numbers all;
  for (int64_t n = 0; n < 300; ++n) {
    REQUIRE(telemetry.track("thing_done", {{"n", n}}) == Tracked::queued);
    all.push_back(n);
  }
  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers() == all);
}
