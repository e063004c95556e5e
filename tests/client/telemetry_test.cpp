#include "native/client/include/waymark/telemetry.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/client/http_server.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A place for files, a server, and telemetry of a tool between them.
struct Place {
  explicit Place(std::function<HttpServer::Reply(const HttpRequest&)> answer =
                     [](const HttpRequest&) { return HttpServer::ok(); })
      : server(std::move(answer)), url(server.url()) {}

  TelemetryConfig config() const {
    TelemetryConfig config;
    config.tool = "proof";
    config.version = "1.0.0";
    config.endpoint = url;
    config.write_key = "demo";
    config.profile = Profile::full;
    config.data_directory = directory;
    config.exit_deadline = 2s;
    return config;
  }
  std::set<std::string> files() const {
    std::set<std::string> found;
    std::error_code gone;  // what is deleted in the meantime
    for (std::filesystem::recursive_directory_iterator at(directory, gone), end; !gone && at != end;
         at.increment(gone)) {
      if (at->is_regular_file(gone)) found.insert(at->path().string().substr(directory.size() + 1));
      gone.clear();
    }
    return found;
  }

  TemporaryDirectory root;
  std::string directory = root / "proof/telemetry";
  HttpServer server;
  std::string url;
};

HttpServer::Reply busy(const HttpRequest&) { return HttpServer::status(503); }

size_t threads() {
  const auto all = std::filesystem::directory_iterator("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

// False if it did not become true in time.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds time = 10s) {
  for (const Clock::time_point end = Clock::now() + time; Clock::now() < end; std::this_thread::sleep_for(10ms)) {
    if (condition()) return true;
  }
  return condition();
}

using Numbers = std::vector<int64_t>;

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
  CHECK(telemetry.status().off == Off::refused);
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

TEST_CASE("telemetry: a number that no double holds ends nothing when it is shown") {
  Place place([](const HttpRequest&) { return HttpServer::status(503); });
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", R"({"n":1e999})");
  telemetry.flush(300ms);
  CHECK_NOTHROW(telemetry.waiting());
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

TEST_CASE("telemetry: a flush takes what was tracked right before it") {
  Place place;
  Telemetry telemetry(place.config());
  telemetry.answer(ConsentValue::granted);
  Numbers wanted;
  for (int n = 0; n < 60; ++n) {
    wanted.push_back(n);
    telemetry.track("thing_done", {{"n", n}});
    if (n % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(n % 7));
    const FlushResult result = telemetry.flush(3s);
    INFO("event " << n);
    REQUIRE(result.is_done);
    CHECK(result.waiting == 0);
    REQUIRE(place.server.numbers() == wanted);
  }
}

TEST_CASE("telemetry: a flush of more than a turn's calls is whole") {
  Place place;
  TelemetryConfig config = place.config();
  config.ring_bytes = 8 << 20;
  Telemetry telemetry(config);
  Numbers wanted;
  for (int n = 0; n < 1500; ++n) {
    wanted.push_back(n);
    REQUIRE(telemetry.track("thing_done", {{"n", n}}) == Tracked::queued);
  }
  telemetry.answer(ConsentValue::granted);
  CHECK(telemetry.flush(20s).is_done);
  Numbers numbers = place.server.numbers();
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers == wanted);
}

TEST_CASE("telemetry: what is not sent by the end goes with the next run") {
  std::atomic<bool> is_down{true};
  Place place([&](const HttpRequest& request) { return is_down ? busy(request) : HttpServer::ok(); });
  {
    Telemetry telemetry(place.config());
    telemetry.answer(ConsentValue::granted);
    for (int n = 0; n < 300; ++n) telemetry.track("thing_done", {{"n", n}});
  }
  CHECK(place.files().size() >= 3);
  is_down = false;
  const size_t refused = place.server.requests().size();
  Telemetry next(place.config());
  CHECK(next.flush(20s).is_done);
  std::set<int64_t> delivered;
  const std::vector<HttpRequest> requests = place.server.requests();
  for (size_t i = refused; i < requests.size(); ++i) {
    const nlohmann::json body = requests[i].json();
    for (const auto& event : body.at("events")) {
      CHECK(delivered.insert(event.at("properties").at("n").get<int64_t>()).second);
    }
  }
  CHECK(delivered.size() == 300);
}

TEST_CASE("telemetry: calls that found no room are counted in a client report") {
  Place place;
  TelemetryConfig config = place.config();
  config.ring_bytes = 1;
  Telemetry telemetry(config);
  uint64_t full = 0;
  const std::string text(1000, 'x');
  for (int n = 0; n < 200; ++n) full += telemetry.track("thing_done", {{"text", text}}) == Tracked::queue_full;
  REQUIRE(full > 0);
  CHECK(telemetry.totals().ring_full == full);
  telemetry.answer(ConsentValue::granted);
  CHECK(telemetry.flush(10s).is_done);
  uint64_t reported = 0;
  for (const HttpRequest& request : place.server.requests()) {
    const nlohmann::json body = request.json();
    for (const auto& report : body.at("client_reports")) {
      CHECK(report.at("reason") == "queue_full");
      reported += report.at("count").get<uint64_t>();
    }
  }
  CHECK(reported == full);
}

TEST_CASE("telemetry: metrics, exposures, pings, people and the environment travel") {
  Place place;
  Telemetry telemetry(place.config());
  telemetry.answer(ConsentValue::granted);
  telemetry.set_environment({"Host", "7", {}, 48000, 64});
  telemetry.identify("ann");
  for (int i = 0; i < 10; ++i) telemetry.record("work.done.ms", i);
  telemetry.count("work.items");
  telemetry.expose("colour", "blue");
  telemetry.expose("colour", "blue");
  telemetry.expose("colour", "red");
  telemetry.ping("search", 5, 45);
  { const Timer timer(telemetry, "work.timed.ms"); }
  CHECK(telemetry.flush(10s).is_done);
  std::vector<nlohmann::json> events;
  std::vector<std::string> targets;
  for (const HttpRequest& request : place.server.requests()) {
    if (request.method == "GET") targets.push_back(request.target);
    if (request.method != "POST") continue;
    const nlohmann::json body = request.json();
    const nlohmann::json context = body.at("context");
    CHECK(body.at("user_id") == "ann");
    CHECK(context.at("host").at("name") == "Host");
    CHECK(context.at("sample_rate_hz") == 48000);
    CHECK_FALSE(context.at("os").at("name").get<std::string>().empty());
    for (const auto& event : body.at("events")) events.push_back(event);
  }
  const auto count_of = [&](const std::string& name) {
    return std::count_if(events.begin(), events.end(), [&](const auto& event) { return event["event_name"] == name; });
  };
  CHECK(count_of("experiment_exposed") == 2);
  REQUIRE(count_of("metric_recorded") == 1);
  for (const auto& event : events) {
    if (event["event_name"] != "metric_recorded") continue;
    CHECK(event["properties"]["metrics"]["work.done.ms"]["count"] == 10);
    CHECK(event["properties"]["metrics"]["work.items"]["sum"] == 1);
    CHECK(event["properties"]["metrics"]["work.timed.ms"]["count"] == 1);
  }
  REQUIRE(targets.size() == 1);
  CHECK(targets[0].find("/t?t=proof&e=search&v=1.0.0&os=linux&n=5&ms=45") == 0);
}

TEST_CASE("telemetry: several of one tool in one process are each for themselves") {
  Place place;
  std::vector<std::unique_ptr<Telemetry>> plugins;
  for (int i = 0; i < 6; ++i) plugins.push_back(std::make_unique<Telemetry>(place.config()));
  REQUIRE(plugins[0]->answer(ConsentValue::granted));
  for (auto& plugin : plugins) plugin->set_consent("analytics", ConsentValue::granted);
  std::vector<std::thread> callers;
  for (size_t i = 0; i < plugins.size(); ++i) {
    callers.emplace_back([&, i] {
      for (size_t n = 0; n < 50; ++n) plugins[i]->track("thing_done", {{"n", 1000 * i + n}});
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (auto& plugin : plugins) CHECK(plugin->flush(20s).is_done);
  plugins.clear();
  const Numbers numbers = place.server.numbers();
  CHECK(numbers.size() == 300);
  CHECK(std::set<int64_t>(numbers.begin(), numbers.end()).size() == 300);
  std::set<std::string> instances, people;
  for (const HttpRequest& request : place.server.requests()) {
    instances.insert(request.json().at("instance_id"));
  }
  CHECK(instances.size() == 6);
  CHECK(place.files() == std::set<std::string>{"consent.json", "state"});
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

TEST_CASE("telemetry: what waits can be seen, as it would travel, once") {
  Place place(busy);
  Telemetry telemetry(place.config());
  telemetry.answer(ConsentValue::granted);
  for (int n = 0; n < 5; ++n) telemetry.track("thing_done", {{"n", n}});
  REQUIRE(eventually([&] { return telemetry.waiting().size() == 5; }));
  REQUIRE(eventually([&] { return place.files().size() >= 3; }));  // on disk too
  const std::vector<std::string> waiting = telemetry.waiting();
  CHECK(waiting.size() == 5);
  for (const std::string& event : waiting) CHECK(nlohmann::json::parse(event).at("event_name") == "thing_done");
}
