// Telemetry that is off, by an opt-out or by a bad config: it makes nothing, and no call harms.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "native/client/include/waymark/telemetry.hpp"
#include "tests/catch.hpp"
#include "tests/client/telemetry_place.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("telemetry: opted out means no file, no directory, no thread, and every call is harmless") {
  for (const auto& [variable, off] : {std::pair("DO_NOT_TRACK", Off::do_not_track),
                                      std::pair("PROOF_NO_TELEMETRY", Off::tool_variable), std::pair("CI", Off::ci)}) {
    INFO(variable);
    Place place;
    setenv(variable, variable == std::string("CI") ? "true" : "1", 1);
    const size_t threads_before = threads();
    Telemetry telemetry(place.config());
    unsetenv(variable);
    CHECK(telemetry.status().off == off);
    CHECK_FALSE(telemetry.answer(ConsentValue::granted));
    CHECK_FALSE(telemetry.set_consent("analytics", ConsentValue::granted));
    CHECK(telemetry.consent("analytics") == ConsentValue::denied);
    CHECK(telemetry.track("thing_done", {{"n", 1}}) == Tracked::disabled);
    CHECK(telemetry.record("work.done.ms", 1) == Tracked::disabled);
    CHECK(telemetry.ping("search") == Tracked::disabled);
    CHECK(telemetry.reset() == Tracked::disabled);
    CHECK(telemetry.waiting().empty());
    CHECK(telemetry.withdraw().files_deleted.empty());
    telemetry.resume_after_fork();
    CHECK_FALSE(telemetry.flush(10ms).is_done);
    CHECK(threads() == threads_before);
    CHECK_FALSE(std::filesystem::exists(place.root / "proof"));
    CHECK(place.server.requests().empty());
  }
}

TEST_CASE("telemetry: a bad config is said, and every call is harmless") {
  Place place;
  TelemetryConfig config = place.config();
  config.endpoint = "http://collect.example.com";
  Telemetry telemetry(config);
  CHECK(telemetry.status().off == Off::bad_config);
  CHECK(telemetry.status().detail.find("endpoint") != std::string::npos);
  CHECK_FALSE(telemetry.answer(ConsentValue::granted));
  CHECK_FALSE(telemetry.set_consent("analytics", ConsentValue::granted));
  CHECK(telemetry.track("thing_done") == Tracked::disabled);
  CHECK(telemetry.consent("analytics") == ConsentValue::denied);
  CHECK(telemetry.explain("analytics").find("bad_config") != std::string::npos);
  CHECK_FALSE(telemetry.flush(10ms).is_done);
  CHECK(telemetry.waiting().empty());
  telemetry.withdraw();
  telemetry.notice();
  CHECK_FALSE(std::filesystem::exists(place.root / "proof"));
}
