// What an engine makes of each kind of call.
#include "native/client/worker/engine.hpp"

#include <filesystem>
#include <string>
#include <utility>

#include "tests/catch.hpp"
#include "tests/client/engine_life.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/core/check_decision.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;

}  // namespace

TEST_CASE("engine: a config that the core refuses is said") {
  Posts posts;
  EngineSettings settings = settings_of();
  settings.lines = "\"write_key\":\"demo\"\n\n[\n";
  Engine engine(std::move(settings), nullptr, nullptr, posts);
  CHECK(engine.start({1, 2, 3, 4}, all_purposes, 0, start_ms) == Reason::bad_config);
  EngineSettings planned = settings_of();
  planned.plan = "no plan";
  Engine other(std::move(planned), nullptr, nullptr, posts);
  CHECK(other.start({1, 2, 3, 4}, all_purposes, 0, start_ms) == Reason::bad_config);
}

TEST_CASE("engine: works without files") {
  Posts posts;
  Engine engine(settings_of(), nullptr, nullptr, posts);
  REQUIRE(engine.start({1, 2, 3, 4}, all_purposes, 0, start_ms) == Reason::none);
  Call call;
  call.kind = RecordKind::event_json;
  call.time_ms = start_ms;
  call.name = "thing_done";
  call.text = "{}";
  check_decision(engine.take(call), Verdict::accepted, Reason::none);
  engine.flush(true, start_ms);
  engine.step(start_ms);
  CHECK(posts.bodies.size() == 1);
}

TEST_CASE("engine: a call that is too large, or of no known purpose, has the core's reason") {
  const TemporaryDirectory directory;
  Life life(directory.path().string());
  Call call;
  call.kind = RecordKind::event;
  call.time_ms = life.now;
  call.name = "thing_done";
  call.is_too_large = true;
  check_decision(life.engine->take(call), Verdict::invalid, Reason::event_too_large);
  call.is_too_large = false;
  call.purpose = "no_such_purpose";
  check_decision(life.engine->take(call), Verdict::denied, Reason::unknown_purpose);
  check_decision(life.call(RecordKind::identify, std::string(65, 'x')), Verdict::invalid, Reason::id_too_long);
}

TEST_CASE("engine: metrics leave once a minute, and with a flush") {
  const TemporaryDirectory directory;
  Life life(directory.path().string());
  for (int i = 0; i < 100; ++i) check_decision(life.call(RecordKind::metric, "work.ms", {}, i), Verdict::accepted, {});
  CHECK(life.engine->step(life.now) == start_ms + Engine::metrics_every_ms);
  CHECK(life.engine->tracker().totals().accepted == 0);
  life.now += Engine::metrics_every_ms;
  life.deliver();
  REQUIRE(life.events().size() == 1);
  CHECK(life.events()[0].at("properties").at("metrics").at("work.ms").at("count") == 100);
  life.call(RecordKind::metric, "work.ms", {}, 1);
  life.deliver();
  CHECK(life.events().size() == 2);
  for (size_t i = 0; i < Metrics::most_names; ++i) life.call(RecordKind::metric, "m" + std::to_string(i), {}, 1);
  check_decision(life.call(RecordKind::metric, "more", {}, 1), Verdict::rate_limited, Reason::over_rate);
  check_decision(life.call(RecordKind::metric, "work.ms", {}, 0.0 / 0.0), Verdict::invalid, Reason::json_syntax);
  check_decision(life.call(RecordKind::metric, "", {}, 1), Verdict::invalid, Reason::name_missing);
  life.deliver();
  life.now += 60'000;
  life.deliver();
  CHECK(life.reported("over_rate") == 1);
  CHECK(life.reported("json_syntax") == 1);
  CHECK(life.engine->tally().over_bound == 1);
  CHECK(life.engine->tally().invalid == 2);
}

TEST_CASE("engine: an exposure is told once for each variant, 64 at most") {
  const TemporaryDirectory directory;
  Life life(directory.path().string());
  for (int again = 0; again < 2; ++again) {
    for (int i = 0; i < 64; ++i) life.call(RecordKind::exposure, "experiment", "variant" + std::to_string(i));
  }
  check_decision(life.call(RecordKind::exposure, "experiment", "more"), Verdict::rate_limited, Reason::over_rate);
  check_decision(life.call(RecordKind::exposure, "experiment", "variant7"), Verdict::accepted, Reason::none);
  life.deliver();
  CHECK(life.events().size() == 64);
}

TEST_CASE("engine: an exposure that was refused is told after consent") {
  const TemporaryDirectory directory;
  constexpr Purposes necessary = 0b0001;
  Life life(directory.path().string());
  life.engine->set_consent(necessary, all_purposes & ~necessary, life.now);
  check_decision(life.call(RecordKind::exposure, "button", "green"), Verdict::denied, Reason::consent_denied);
  life.engine->set_consent(all_purposes, 0, life.now);
  check_decision(life.call(RecordKind::exposure, "button", "green"), Verdict::accepted, Reason::none);
  life.call(RecordKind::exposure, "button", "green");
  life.deliver();
  REQUIRE(life.events().size() == 1);
  CHECK(life.events()[0].at("properties") == json{{"experiment", "button"}, {"variant", "green"}});
}

TEST_CASE("engine: metrics are judged by the consent of their time") {
  const TemporaryDirectory directory;
  constexpr Purposes necessary = 0b0001;
  Life life(directory.path().string());
  life.engine->set_consent(necessary, all_purposes & ~necessary, life.now);
  life.call(RecordKind::metric, "work.ms", {}, 1000);
  life.engine->set_consent(all_purposes, 0, life.now);
  life.call(RecordKind::metric, "work.ms", {}, 7);
  life.deliver();
  REQUIRE(life.events().size() == 1);
  const json told = life.events()[0].at("properties").at("metrics").at("work.ms");
  CHECK(told.at("count") == 1);
  CHECK(told.at("max") == 7);
}

TEST_CASE("engine: a ping needs consent and a plain word") {
  const TemporaryDirectory directory;
  Life life(directory.path().string(), "run", 8 << 20, 0b0001);
  check_decision(life.call(RecordKind::ping, "search"), Verdict::denied, Reason::consent_denied);
  life.engine->set_consent(all_purposes, 0, life.now);
  check_decision(life.call(RecordKind::ping, "search"), Verdict::accepted, Reason::none);
  check_decision(life.call(RecordKind::ping, "search&e=other"), Verdict::invalid, Reason::name_style);
  REQUIRE(life.posts.pings.size() == 1);
  CHECK(life.posts.pings[0].find("t=proof&e=search&v=1.0.0") == 0);
}

TEST_CASE("engine: an environment stands beside what is known of the machine, and in place of the last") {
  const TemporaryDirectory directory;
  Life life(directory.path().string());
  check_decision(life.call(RecordKind::environment, {}, R"({"host":{"name":"A"}})"), Verdict::accepted, Reason::none);
  life.track("thing_done");
  life.deliver();
  CHECK(life.posts.bodies[0].at("context").at("host").at("name") == "A");
  CHECK(life.posts.bodies[0].at("context").contains("os"));
  life.call(RecordKind::environment, {}, "{}");
  life.track("thing_done");
  life.deliver();
  CHECK_FALSE(life.posts.bodies[1].at("context").contains("host"));
  CHECK(life.posts.bodies[1].at("context").contains("os"));
}

TEST_CASE("engine: in the anonymous profile no ids and no times leave the machine, nor are any kept") {
  const TemporaryDirectory directory;
  Life life(directory.path().string(), "run", 8 << 20, all_purposes, Profile::anonymous);
  life.call(RecordKind::identify, "ann");
  life.track("thing_done", R"({"n":1,"text":"word"})");
  life.deliver();
  REQUIRE(life.posts.bodies.size() == 1);
  const std::string body = life.posts.bodies[0].dump();
  for (const char* const secret : {"ann", "anonymous_id", "session_id", "user_id", "word", "timestamp"}) {
    INFO(secret);
    CHECK(body.find('"' + std::string(secret) + '"') == std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(directory / "state"));
}

TEST_CASE("engine: a clock that is set back holds metrics up for a minute at most") {
  const TemporaryDirectory directory;
  Life life(directory.path().string());
  life.call(RecordKind::metric, "work.ms", {}, 1);
  life.now -= 3'600'000;
  CHECK(life.engine->step(life.now) == life.now + Engine::metrics_every_ms);
  life.now += Engine::metrics_every_ms;
  life.engine->step(life.now);
  CHECK(life.engine->tracker().totals().accepted == 1);
  // Nor does a call that is later than the step send it at once.
  life.now += 5;
  life.call(RecordKind::metric, "work.ms", {}, 1);
  life.now -= 5;
  life.engine->step(life.now);
  CHECK(life.engine->tracker().totals().accepted == 1);
}
