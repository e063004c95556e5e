// Telemetry that is off, by an opt-out or by a bad config: it makes nothing, and no call harms.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
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

TEST_CASE("telemetry: who opted out can see and delete what earlier runs left, and their answer stays") {
  for (const char* const variable : {"DO_NOT_TRACK", "PROOF_NO_TELEMETRY", "CI"}) {
    INFO(variable);
    Place place(busy);
    {
      Telemetry earlier(place.config());
      REQUIRE(earlier.answer(ConsentValue::granted));
      earlier.track("thing_done", {{"n", 1}});
    }
    REQUIRE(place.files().size() == 3);  // consent, state, queue
    setenv(variable, "1", 1);
    const size_t threads_before = threads();
    Telemetry telemetry(place.config());
    unsetenv(variable);
    const size_t requests = place.server.requests().size();
    CHECK(telemetry.status().data_directory == place.directory);
    CHECK(place.files().size() == 3);
    CHECK(telemetry.waiting().size() == 1);
    const PurgeReport report = telemetry.withdraw();
    CHECK(report.files_deleted.size() == 2);
    CHECK(report.files_left.empty());
    CHECK(place.files() == std::set<std::string>{"consent.json"});
    CHECK(threads() <= threads_before);  // the earlier one's may have been on its way out
    CHECK(place.server.requests().size() == requests);
    CHECK(Telemetry(place.config()).status().off == Off::none);
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
