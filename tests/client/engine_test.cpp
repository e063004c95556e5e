#include "native/client/worker/engine.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "native/client/worker/config_lines.hpp"
#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/core/check_decision.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;
using nlohmann::json;

constexpr double start_ms = 1731579825123.0;
constexpr Purposes all_purposes = 0b1111;

class Posts : public Sender {
 public:
  bool post(uint32_t batch, std::string_view body) override {
    if (!begins) return false;
    batches.push_back(batch);
    bodies.push_back(json::parse(body));
    return true;
  }
  void ping(const std::string& query) override { pings.push_back(query); }

  bool begins = true;
  std::vector<uint32_t> batches;
  std::vector<json> bodies;
  std::vector<std::string> pings;
};

EngineSettings settings_of(Profile profile = Profile::full) {
  TelemetryConfig config;
  config.tool = "proof";
  config.version = "1.0.0";
  config.write_key = "demo";
  config.profile = profile;
  return {config_lines(config), shared_context(config), {}, purposes_of({}), "proof", "1.0.0"};
}

// An engine with files, and a clock.
struct Life {
  explicit Life(const std::string& directory, const std::string& name = "run", size_t most_bytes = 8 << 20,
                Purposes granted = all_purposes, Profile profile = Profile::full)
      : disk(directory + "/queue", name, most_bytes), state(directory + "/state") {
    engine = std::make_unique<Engine>(settings_of(profile), &disk, &state, posts);
    const uint32_t seed[4] = {1, 2, 3, static_cast<uint32_t>(std::hash<std::string>()(name))};
    REQUIRE(engine->start(seed, granted, 0, now) == Reason::none);
  }

  Decision call(RecordKind kind, std::string_view name = {}, std::string_view text = {}, double value = 0) {
    Call call;
    call.kind = kind;
    call.time_ms = now;
    call.name = name;
    call.text = text;
    call.value = value;
    return engine->take(call);
  }
  Decision track(std::string_view name, std::string_view text = "{}") {
    return call(RecordKind::event_json, name, text);
  }
  // Flushes and answers until nothing is sent any more.
  void deliver(uint32_t status = 200) {
    engine->flush(false, now);
    for (;;) {
      engine->step(now);
      if (answered == posts.batches.size()) return;
      for (; answered < posts.batches.size(); ++answered) {
        engine->answer({posts.batches[answered], status, -1, {}}, now);
      }
    }
  }
  std::vector<json> events() const {
    std::vector<json> all;
    for (const json& body : posts.bodies) all.insert(all.end(), body.at("events").begin(), body.at("events").end());
    return all;
  }
  uint32_t reported(const std::string& reason) const {
    uint32_t count = 0;
    for (const json& body : posts.bodies) {
      for (const json& report : body.at("client_reports")) {
        if (report.at("reason") == reason) count += report.at("count").get<uint32_t>();
      }
    }
    return count;
  }

  double now = start_ms;
  size_t answered = 0;  // of the batches
  Posts posts;
  DiskQueue disk;
  StateFile state;
  std::unique_ptr<Engine> engine;
};

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
  check_decision(life.call(RecordKind::metric, "work.ms", {}, 0.0 / 0.0), Verdict::rate_limited, Reason::over_rate);
  life.deliver();
  life.now += 60'000;
  life.deliver();
  CHECK(life.reported("over_rate") == 2);
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

TEST_CASE("engine: what is not acknowledged is on disk after a quarter of a second, and the next takes it over") {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  json sent;
  {
    Life life(path, "first");
    life.track("thing_done", R"({"n":1})");
    life.now += 251;
    life.engine->step(life.now);
    CHECK(life.disk.entries().size() == 1);
    life.engine->flush(false, life.now);
    life.engine->step(life.now);
    REQUIRE(life.posts.bodies.size() == 1);
    sent = life.posts.bodies[0];
  }
  Life next(path, "second");
  // Its own at once: whoever kills it in the next moment kills nothing else.
  next.engine->step(next.now);
  CHECK(next.disk.entries().size() == 1);
  CHECK(names_in(path + "/queue", ".journal") == std::vector<std::string>{"second.journal"});
  next.now += 1000;
  next.deliver();
  REQUIRE(next.events().size() == 1);
  // The event is the one that was sent before, and so has the same id.
  CHECK(next.posts.bodies[0].at("instance_id") == sent.at("instance_id"));
  CHECK(next.events()[0].at("sequence") == sent.at("events")[0].at("sequence"));
  CHECK(next.events()[0].at("timestamp") == sent.at("events")[0].at("timestamp"));
  CHECK(next.disk.entries().empty());
}

TEST_CASE("engine: takes over much in parts, and has room for new events all along") {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  const std::string pad(1500, 'x');
  constexpr int lives = 8, each = 150;
  for (int i = 0; i < lives; ++i) {
    Life life(path + "/" + std::to_string(i));
    for (int n = 0; n < each; ++n) {
      REQUIRE(
          life.track("thing_done", "{\"n\":" + std::to_string(i * each + n) + ",\"pad\":\"" + pad + "\"}").verdict() ==
          Verdict::accepted);
    }
    life.now += 251;
    life.engine->step(life.now);
  }
  std::filesystem::create_directories(path + "/all/queue");
  std::filesystem::permissions(path + "/all/queue", std::filesystem::perms::owner_all);
  for (int i = 0; i < lives; ++i) {
    std::filesystem::rename(path + "/" + std::to_string(i) + "/queue/run.journal",
                            path + "/all/queue/" + std::to_string(i) + ".journal");
  }
  Life life(path + "/all", "next");
  for (int n = 0; n < 100; ++n) {
    REQUIRE(life.track("thing_done", "{\"n\":" + std::to_string(lives * each + n) + "}").verdict() ==
            Verdict::accepted);
  }
  life.engine->step(life.now);
  CHECK_FALSE(life.engine->is_empty());
  for (int round = 0; round < 400 && !life.engine->is_empty(); ++round) {
    life.now += 10;
    life.deliver();
  }
  CHECK(life.engine->is_empty());
  std::vector<int> times(lives * each + 100, 0);
  for (const json& event : life.events()) ++times.at(event.at("properties").at("n").get<size_t>());
  for (const int count : times) REQUIRE(count == 1);
  CHECK(life.engine->tracker().totals().dropped == 0);
  CHECK(life.disk.entries().empty());
}

TEST_CASE("engine: what the disk has no room for is counted by purpose") {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  const std::string pad(3000, 'x');
  {
    Life life(path, "old");
    for (int n = 0; n < 80; ++n) {
      Call call;
      call.kind = RecordKind::event_json;
      call.time_ms = life.now;
      call.name = "thing_done";
      const std::string text = "{\"pad\":\"" + pad + "\"}";
      call.text = text;
      call.purpose = n % 4 == 0 ? "functional" : "";
      REQUIRE(life.engine->take(call).verdict() == Verdict::accepted);
    }
    life.now += 251;
    life.engine->step(life.now);
    // Copies of it until there is no room in the least that a queue may have.
    for (int i = 0; i < 9; ++i) {
      std::filesystem::copy_file(path + "/queue/old.journal", path + "/queue/copy" + std::to_string(i) + ".journal");
    }
  }
  // One that adopts nothing: another process has them in the moment of its start, and is killed.
  Life life(path + "/other", "new");
  DiskQueue full(path + "/queue", "new", 0);
  uint32_t lost = 0;
  full.on_lost = [&](std::string_view) { ++lost; };
  REQUIRE(full.keep(1, std::string(50'000, 'x')));
  CHECK(lost > 0);

  // The same within an engine that runs while others leave more than there is room for.
  Posts posts;
  DiskQueue disk(path + "/later/queue", "mine", 0);
  StateFile state(path + "/later/state");
  Engine engine(settings_of(), &disk, &state, posts);
  REQUIRE(engine.start({1, 2, 3, 4}, all_purposes, 0, start_ms) == Reason::none);
  REQUIRE_FALSE(make_directory(path + "/later/queue"));
  for (int i = 0; i < 9; ++i) {
    std::filesystem::copy_file(path + "/queue/copy8.journal", path + "/later/queue/c" + std::to_string(i) + ".journal");
  }
  Call call;
  call.kind = RecordKind::event_json;
  call.time_ms = start_ms;
  call.name = "thing_done";
  call.text = "{}";
  engine.take(call);
  engine.step(start_ms + 251);
  CHECK(names_in(path + "/later/queue", ".journal").size() < 10);
  engine.flush(false, start_ms + 300);
  engine.step(start_ms + 300);
  REQUIRE(posts.bodies.size() >= 1);
  engine.answer({posts.batches[0], 200, -1, {}}, start_ms + 400);
  engine.flush(false, start_ms + 60'000);
  engine.step(start_ms + 60'000);
  std::map<std::string, uint32_t> evicted;
  for (const json& body : posts.bodies) {
    for (const json& report : body.at("client_reports")) {
      REQUIRE(report.at("reason") == "evicted");
      evicted[report.value("purpose", "analytics")] += report.at("count").get<uint32_t>();
    }
  }
  CHECK(evicted["functional"] > 0);
  CHECK(evicted["functional"] % 20 == 0);
  CHECK(evicted["analytics"] == 3 * evicted["functional"]);
}

TEST_CASE("engine: a disk that refuses is tried again after a minute; until then it goes on in memory") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  Life life(directory.path().string());
  std::filesystem::create_directory(path);
  REQUIRE(chmod(path.c_str(), 0777) == 0);  // not used: others may write there
  life.track("thing_done", R"({"n":1})");
  life.now += 251;
  life.engine->step(life.now);
  CHECK(std::filesystem::is_empty(path));
  REQUIRE(chmod(path.c_str(), 0700) == 0);
  life.now += 30'000;
  life.posts.begins = false;
  life.engine->step(life.now);
  CHECK(life.disk.entries().empty());
  life.now += 31'000;
  life.engine->step(life.now);
  life.now += 251;
  life.engine->step(life.now);
  CHECK(life.disk.entries().size() == 1);
  life.posts.begins = true;
  life.now += 120'000;
  life.deliver();
  CHECK(life.events().size() == 1);
}

TEST_CASE("engine: ids that another process made first are this one's too") {
  const TemporaryDirectory directory;
  const std::string path = directory.path().string();
  Life first(path, "first");
  Life second(path, "second");
  first.track("thing_done");
  first.deliver();
  second.track("thing_done");
  second.deliver();
  second.track("thing_done");
  second.deliver();
  CHECK(second.posts.bodies.back().at("anonymous_id") == first.posts.bodies.back().at("anonymous_id"));
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
