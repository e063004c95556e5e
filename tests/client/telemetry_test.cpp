// What is tracked, on its way out of a program: flushed, kept for the next run, counted, shown.
#include "native/client/include/waymark/telemetry.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/client/telemetry_place.hpp"

namespace {

using namespace waymark;
using namespace waymark::testing;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("telemetry: a number that no double holds ends nothing when it is shown") {
  Place place([](const HttpRequest&) { return HttpServer::status(503); });
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", R"({"n":1e999})");
  telemetry.flush(300ms);
  CHECK_NOTHROW(telemetry.waiting());
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

TEST_CASE("telemetry: what is refused is counted, by why") {
  Place place;
  Telemetry telemetry(place.config());
  REQUIRE(telemetry.answer(ConsentValue::granted));
  telemetry.track("thing_done", {{"n", 1}, {"n", 2}});
  telemetry.track("", {{"n", 1}});
  telemetry.track(std::string(100, 'a'), {{"n", 1}});
  telemetry.track("thing_done", "no JSON");
  telemetry.track("thing_done", {{"text", std::string(40'000, 'x')}});
  telemetry.record("work.ms", std::nan(""));
  telemetry.ping("Bad Name");
  telemetry.track("thing_done", {{"n", 3}}, "analitycs");
  telemetry.track("thing_done", {{"n", 4}}, "marketing");  // is held: nobody was asked about it yet
  for (int i = 0; i < 70; ++i) telemetry.record("metric." + std::to_string(i), 1);
  for (int i = 0; i < 70; ++i) telemetry.expose("layout", std::to_string(i));
  telemetry.track("thing_done", {{"n", 5}});
  CHECK(telemetry.set_consent("marketing", ConsentValue::denied));
  telemetry.track("thing_done", {{"n", 6}}, "marketing");
  CHECK(telemetry.flush(20s).is_done);
  const TelemetryTotals totals = telemetry.totals();
  CHECK(totals.invalid == 7);
  CHECK(totals.denied == 3);
  CHECK(totals.over_bound == 12);
  CHECK(totals.sampled_out == 0);
  CHECK(totals.ring_full == 0);
  CHECK(totals.accepted == totals.acknowledged + totals.wiped);
}
