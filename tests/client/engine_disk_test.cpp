// What an engine keeps on disk, takes over from others, and does when the disk is full or refuses.
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "native/client/worker/engine.hpp"
#include "tests/catch.hpp"
#include "tests/client/engine_life.hpp"
#include "tests/client/temporary_directory.hpp"

namespace {

using namespace waymark;
using namespace waymark::client;
using namespace waymark::testing;

}  // namespace

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

TEST_CASE("engine: a clock that is set back keeps no disk from being tried again") {
  const TemporaryDirectory directory;
  const std::string path = directory / "queue";
  Life life(directory.path().string());
  std::filesystem::create_directory(path);
  REQUIRE(chmod(path.c_str(), 0777) == 0);
  life.track("thing_done");
  life.now += 251;
  life.engine->step(life.now);
  REQUIRE_FALSE(life.engine->keeps_journal());
  REQUIRE(chmod(path.c_str(), 0700) == 0);
  life.now -= 3'600'000;
  life.engine->step(life.now);
  CHECK(life.engine->keeps_journal());
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
