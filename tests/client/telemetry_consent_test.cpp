// A yes, a no and a withdrawal: what is made, what goes, what stays, and what other processes and threads make of it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "native/client/include/waymark/telemetry.hpp"
#include "tests/catch.hpp"
#include "tests/client/telemetry_place.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("telemetry: before an answer nothing is made; with a yes what waited is sent") {
  Place place;
  const size_t threads_before = threads();
  Telemetry telemetry(place.config());
  CHECK(telemetry.status().off == Off::unknown);
  CHECK(telemetry.consent("analytics") == ConsentValue::unknown);
  for (int n = 0; n < 5; ++n) CHECK(telemetry.track("thing_done", {{"n", n}}) == Tracked::queued);
  CHECK_FALSE(telemetry.flush(50ms).is_done);
  CHECK(threads() == threads_before);
  CHECK_FALSE(std::filesystem::exists(place.root / "proof"));
  CHECK(place.server.requests().empty());

  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.status().off == Off::none);
  CHECK(telemetry.consent("analytics") == ConsentValue::granted);
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers() == Numbers{0, 1, 2, 3, 4});
  CHECK(place.files().count("consent.json") == 1);
  const TelemetryTotals totals = telemetry.totals();
  CHECK(totals.accepted == 5);
  CHECK(totals.acknowledged == 5);
}

TEST_CASE("telemetry: with a no what waited is gone, and one record stays") {
  Place place;
  Telemetry telemetry(place.config());
  telemetry.track("thing_done", {{"n", 1}});
  REQUIRE(telemetry.answer(ConsentValue::denied));
  CHECK(telemetry.status().off == Off::refused);
  CHECK(telemetry.track("thing_done", {{"n", 2}}) == Tracked::disabled);
  CHECK(place.files() == std::set<std::string>{"consent.json"});
  // A change of mind is about what comes.
  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.track("thing_done", {{"n", 3}}) == Tracked::queued);
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers() == Numbers{3});
}

TEST_CASE("telemetry: a yes holds for the next run") {
  Place place;
  Telemetry(place.config()).answer(ConsentValue::granted);
  Telemetry telemetry(place.config());
  CHECK(telemetry.status().off == Off::none);
  telemetry.track("thing_done", {{"n", 1}});
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers() == Numbers{1});
}

TEST_CASE("telemetry: a yes holds for every version of a policy that a configuration may name") {
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "\xE2\x82\xAC";
  for (const std::string& policy : {std::string(), std::string("2024-11, rev. 3"), std::string(64, 'x'), longest}) {
    INFO(policy);
    Place place;
    TelemetryConfig config = place.config();
    config.policy_version = policy;
    REQUIRE(Telemetry(config).answer(ConsentValue::granted));
    CHECK(Telemetry(config).status().off == Off::none);
  }
}

TEST_CASE("telemetry: withdrawal deletes all but the refusal, and nothing is sent any more") {
  Place place(busy);
  std::optional<Telemetry> earlier(place.config());
  earlier->answer(ConsentValue::granted);
  earlier->track("thing_done", {{"n", 1}});
  earlier.reset();
  Telemetry telemetry(place.config());
  for (int n = 2; n < 10; ++n) telemetry.track("thing_done", {{"n", n}});
  REQUIRE(eventually([&] { return place.files().size() >= 3; }));  // consent, state, queue
  const PurgeReport report = telemetry.withdraw();
  CHECK(report.files_left.empty());
  CHECK_FALSE(report.files_deleted.empty());
  CHECK(report.events_wiped >= 8);
  CHECK(place.files() == std::set<std::string>{"consent.json"});
  CHECK(telemetry.status().off == Off::refused);
  CHECK(telemetry.consent("analytics") == ConsentValue::denied);
  CHECK(telemetry.waiting().empty());
  const size_t requests = place.server.requests().size();
  CHECK(telemetry.track("thing_done") == Tracked::disabled);
  CHECK_FALSE(telemetry.flush(100ms).is_done);
  CHECK(place.server.requests().size() == requests);
}

TEST_CASE("telemetry: withdrawal says what it could not delete") {
  Place place;
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  REQUIRE(telemetry.flush(10s).is_done);
  // unlink(2) deletes no directory.
  for (const char* stuck : {"/crashes/0.crash", "/queue/0.journal"}) {
    std::filesystem::create_directories(place.directory + stuck);
  }
  const PurgeReport report = telemetry.withdraw();
  const std::set<std::string> left(report.files_left.begin(), report.files_left.end());
  CHECK(left == std::set<std::string>{"cannot delete " + place.directory + "/crashes/0.crash: Is a directory",
                                      "cannot delete " + place.directory + "/queue/0.journal: Is a directory"});
  CHECK(report.files_left.size() == left.size());
  CHECK(telemetry.status().off == Off::refused);
}

TEST_CASE("telemetry: a refusal that cannot be written holds here, and the yes before it is gone") {
  Place place;
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  const std::string in_the_way = place.directory + "/consent.json.new";
  std::filesystem::create_directory(in_the_way);
  CHECK(telemetry.withdraw().files_left.empty());
  CHECK(place.files().empty());
  for (int i = 0; i < 2; ++i) {
    const Status status = telemetry.status();
    CHECK(status.off == Off::refused);
    CHECK(status.detail.find("consent.json: cannot be written: Is a directory; the next start asks again") !=
          std::string::npos);
    CHECK(telemetry.consent("analytics") == ConsentValue::denied);
    CHECK(telemetry.explain("analytics").find("\nwithdrawn, denied (") != std::string::npos);
    CHECK(telemetry.track("thing_done") == Tracked::disabled);
    CHECK_FALSE(telemetry.flush(10ms).is_done);
  }
  CHECK(Telemetry(place.config()).status().off == Off::unknown);
  CHECK_FALSE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.status().off == Off::refused);
  std::filesystem::remove(in_the_way);
  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.status().off == Off::none);
  CHECK(telemetry.status().detail.empty());
  CHECK(telemetry.consent("analytics") == ConsentValue::granted);
}

TEST_CASE("telemetry: an anonymous run deletes the ids that one in the full profile left") {
  Place place;
  {
    Telemetry full(place.config());
    full.answer(ConsentValue::granted);
    full.track("thing_done");
  }
  REQUIRE(place.files().count("state") == 1);
  TelemetryConfig config = place.config();
  config.profile = Profile::anonymous;
  Telemetry telemetry(config);
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.files() == std::set<std::string>{"consent.json"});
}

TEST_CASE("telemetry: a refusal deletes what earlier runs left, also where nothing ran") {
  Place place(busy);
  {
    Telemetry earlier(place.config());
    earlier.answer(ConsentValue::granted);
    earlier.track("thing_done");
  }
  REQUIRE(place.files().size() > 1);
  // Another policy: the grant holds no more, and the person is asked anew.
  TelemetryConfig config = place.config();
  config.policy_version = "2";
  Telemetry telemetry(config);
  REQUIRE(telemetry.status().off == Off::unknown);
  REQUIRE(telemetry.answer(ConsentValue::denied));
  CHECK(place.files() == std::set<std::string>{"consent.json"});
}

TEST_CASE("telemetry: what another process was told is seen within two seconds") {
  Place place(busy);
  Telemetry telemetry(place.config());
  telemetry.answer(ConsentValue::granted);
  telemetry.track("thing_done", {{"n", 1}});
  REQUIRE(eventually([&] { return place.files().size() >= 3; }));
  Telemetry other(place.config());
  other.withdraw();
  const Clock::time_point told = Clock::now();
  CHECK(eventually([&] { return telemetry.track("thing_done") == Tracked::disabled; }));
  CHECK(Clock::now() - told < 2s);
  CHECK(eventually([&] { return place.files() == std::set<std::string>{"consent.json"}; }));
  CHECK(eventually([&] { return telemetry.status().off == Off::refused; }));  // once the worker has ended
  // And a yes, when it is looked for.
  REQUIRE(other.answer(ConsentValue::granted));
  CHECK(telemetry.status().off == Off::none);
  CHECK(telemetry.track("thing_done") == Tracked::queued);
}

TEST_CASE("telemetry: one that another process's refusal ended can be told yes itself") {
  Place place;
  Telemetry telemetry(place.config());
  telemetry.answer(ConsentValue::granted);
  Telemetry(place.config()).withdraw();
  REQUIRE(eventually([&] { return telemetry.track("thing_done", {{"n", 1}}) == Tracked::disabled; }));
  REQUIRE(telemetry.answer(ConsentValue::granted));
  CHECK(telemetry.track("thing_done", {{"n", 2}}) == Tracked::queued);
  CHECK(telemetry.flush(10s).is_done);
  const Numbers numbers = place.server.numbers();
  CHECK(std::count(numbers.begin(), numbers.end(), 2) == 1);
}

TEST_CASE("telemetry: a record that cannot be read for a moment costs nothing that waits") {
  Place place([](const HttpRequest&) { return HttpServer::status(503); });
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", {{"n", 1}});
  telemetry.flush(600ms);
  const std::string record = place.directory + "/consent.json";
  const std::string aside = place.directory + "/aside";
  // What is no regular file cannot be read.
  std::filesystem::rename(record, aside);
  std::filesystem::create_directory(record);
  std::this_thread::sleep_for(2500ms);
  std::filesystem::remove(record);
  std::filesystem::rename(aside, record);
  std::this_thread::sleep_for(1500ms);
  CHECK(telemetry.status().off == Off::none);
  CHECK(telemetry.waiting().size() == 1);
}

TEST_CASE("telemetry: answers, changes and withdrawals of several threads end in what was said last") {
  Place place;
  Telemetry telemetry(place.config());
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      while (!is_over) {
        switch (random() % 12) {
          case 0:
            telemetry.answer(random() % 2 == 0 ? ConsentValue::granted : ConsentValue::denied);
            break;
          case 1:
            telemetry.set_consent("analytics", random() % 2 == 0 ? ConsentValue::granted : ConsentValue::denied);
            break;
          case 2:
            telemetry.withdraw();
            break;
          case 3:
            telemetry.flush(5ms);
            break;
          case 4:
            telemetry.status();
            telemetry.totals();
            break;
          case 5:
            telemetry.consent("analytics");
            telemetry.explain("functional");
            break;
          case 6:
            telemetry.waiting();
            break;
          default:
            for (int i = 0; i < 20; ++i) telemetry.track("thing_done", {{"n", i}});
        }
      }
    });
  }
  std::this_thread::sleep_for(2s);
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(telemetry.withdraw().files_left.empty());
  CHECK(place.files() == std::set<std::string>{"consent.json"});
  CHECK(telemetry.track("thing_done") == Tracked::disabled);
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", {{"n", 77}});
  CHECK(telemetry.flush(10s).is_done);
  CHECK(place.server.numbers().back() == 77);
}

TEST_CASE("telemetry: totals go on over a withdrawal, and count what it wiped") {
  Place place;
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  for (int n = 0; n < 3; ++n) telemetry.track("thing_done", {{"n", n}});
  telemetry.track("", {{"n", 3}});
  REQUIRE(telemetry.flush(10s).is_done);
  for (int n = 0; n < 2; ++n) telemetry.track("thing_done", {{"n", n}}, "marketing");  // held for an answer
  const PurgeReport report = telemetry.withdraw();
  const TelemetryTotals withdrawn = telemetry.totals();
  CHECK(withdrawn.accepted == 3);
  CHECK(withdrawn.acknowledged == 3);
  CHECK(withdrawn.invalid == 1);
  CHECK(withdrawn.wiped == report.events_wiped);
  CHECK(withdrawn.wiped + withdrawn.denied == 2);
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", {{"n", 4}});
  REQUIRE(telemetry.flush(10s).is_done);
  CHECK(telemetry.totals().accepted == 4);
  CHECK(telemetry.totals().acknowledged == 4);
  CHECK(telemetry.totals().invalid == 1);
}

TEST_CASE("telemetry: a choice that cannot be made changes nothing, and the status says why") {
  Place place;
  for (const ConsentSource source : {ConsentSource::record, ConsentSource::host}) {
    TelemetryConfig config = place.config();
    config.consent = source;
    Telemetry telemetry(config);
    CHECK_FALSE(telemetry.set_consent("analitycs", ConsentValue::granted));
    CHECK(telemetry.status().detail == "there is no purpose \"analitycs\"; use functional analytics marketing");
    CHECK_FALSE(telemetry.set_consent("necessary", ConsentValue::granted));
    CHECK(telemetry.status().detail.find("no choice") != std::string::npos);
    CHECK(telemetry.status().off == Off::unknown);
    CHECK_FALSE(telemetry.answer(ConsentValue::unknown));
    CHECK(telemetry.status().detail.find("granted or denied") != std::string::npos);
    CHECK(telemetry.set_consent("analytics", ConsentValue::granted));
    CHECK(telemetry.status().detail.empty());
    CHECK(telemetry.set_consent("analytics", ConsentValue::denied));
  }
}
