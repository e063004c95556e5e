// Delivery through the whole tracker: when batches go, what becomes of them, what is reported, and the bounds.
#include <set>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/random_text.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

std::string with_text(size_t size) { return R"({"x":")" + std::string(size, 'x') + "\"}"; }

// The events of all bodies in `sent`, once each.
std::set<std::string> delivered(const std::vector<Sent>& sent) {
  std::set<std::string> out;
  for (const Sent& batch : sent) {
    for (const json& event : batch.body.at("events")) out.insert(event.dump());
  }
  return out;
}

}  // namespace

TEST_CASE("a batch goes after five seconds", "[tracker][delivery]") {
  VirtualHost host;
  host.track("a_b");
  host.poll();
  CHECK(host.sent.empty());
  CHECK(host.wake_ms == start_ms + limits::flush_after_ms);
  host.now = host.wake_ms - 1;
  host.track("a_c");
  host.poll();
  CHECK(host.sent.empty());
  host.now = host.wake_ms;
  host.poll();
  REQUIRE(host.sent.size() == 1);
  CHECK(host.sent[0].event_names() == EventNames{"a_b", "a_c"});
}

TEST_CASE("a batch goes at 100 events", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 99; ++i) {
    host.track("a_b");
    host.poll();
  }
  CHECK(host.sent.empty());
  host.track("a_b");
  host.poll();
  REQUIRE(host.sent.size() == 1);
  CHECK(host.sent[0].body["events"].size() == 100);
}

TEST_CASE("a batch goes at 60 KiB, and no body is larger", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 7; ++i) {
    host.track("a_b", with_text(8000));
    host.poll();
  }
  CHECK(host.sent.empty());
  host.track("a_b", with_text(8000));
  host.poll();
  CHECK(host.sent.size() == 1);
  for (int i = 0; i < 100; ++i) host.track("a_b", with_text(100 + 70 * static_cast<size_t>(i)));
  host.answer(host.sent[0].batch, 200);
  host.deliver_all();
  for (const Sent& sent : host.sent) CHECK(sent.bytes.size() <= limits::batch_bytes);
  CHECK(host.tracker().totals().acknowledged == 108);
}

TEST_CASE("one batch at a time keeps the order", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 250; ++i) host.track("a_b");
  host.tracker().flush(false);
  host.poll();
  CHECK(host.sent.size() == 1);
  host.poll();
  CHECK(host.sent.size() == 1);
  host.answer(host.sent[0].batch, 200);
  host.deliver_all();
  uint32_t last = 0;
  for (const Sent& sent : host.sent) {
    for (const json& event : sent.body["events"]) CHECK(event["sequence"] == ++last);
  }
  CHECK(last == 250);
}

TEST_CASE("a page that is left sends side by side, eight at most", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 1000; ++i) host.track("a_b");
  host.tracker().flush(true);
  host.poll();
  CHECK(host.sent.size() == limits::batches_in_flight);
  CHECK(delivered(host.sent).size() == 800);
  host.answer(host.sent[3].batch, 200);
  host.poll();
  CHECK(host.sent.size() == limits::batches_in_flight + 1);
}

TEST_CASE("flights that are never answered come back one at a time and after a wait", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 800; ++i) host.track("a_b");
  host.tracker().flush(true);
  host.poll();
  REQUIRE(host.sent.size() == 8);
  host.now += limits::answer_after_ms;
  host.poll();
  CHECK(host.sent.size() <= 9);
  CHECK_FALSE(host.endless);
  for (int i = 0; i < 2000 && host.tracker().totals().acknowledged < 800; ++i) {
    if (host.wake_ms > host.now) host.now = host.wake_ms;
    const size_t before = host.sent.size();
    host.poll();
    REQUIRE(host.sent.size() <= before + 1);
    for (size_t k = before; k < host.sent.size(); ++k) host.answer(host.sent[k].batch, 200);
    if (before == host.sent.size() && host.wake_ms < 0) break;
  }
  CHECK(host.tracker().totals().acknowledged == 800);
}

TEST_CASE("a retry has the same events, ids and times, and a new sent_at", "[tracker][delivery]") {
  VirtualHost host;
  host.track("a_b");
  Sent first = host.flush_one();
  host.answer(first.batch, 503);
  host.now += 10000;
  host.poll();
  REQUIRE(host.sent.size() == 2);
  Sent second = host.sent[1];
  CHECK(second.batch != first.batch);
  CHECK(first.body["sent_at"] == "2024-11-14T10:23:45.123Z");
  CHECK(second.body["sent_at"] == "2024-11-14T10:23:55.123Z");
  first.body.erase("sent_at");
  second.body.erase("sent_at");
  CHECK(first.body == second.body);
}

TEST_CASE("Retry-After is obeyed", "[tracker][delivery]") {
  VirtualHost host;
  host.track("a_b");
  host.answer(host.flush_one().batch, 429, 120000);
  host.tracker().flush(true);
  host.poll();
  CHECK(host.sent.size() == 1);
  CHECK(host.wake_ms == start_ms + 120000);
  host.now = host.wake_ms;
  host.poll();
  CHECK(host.sent.size() == 2);
}

TEST_CASE("413 halves down to one event, and the one that is too large is reported", "[tracker][delivery]") {
  VirtualHost host;
  constexpr size_t proxy_limit = 10000;
  for (int i = 0; i < 40; ++i) host.track(i == 17 ? "a_giant" : "a_b", with_text(i == 17 ? 8000 : 300));
  host.track("a_giant", R"({"a":")" + std::string(8000, 'a') + R"(","b":")" + std::string(8000, 'b') + "\"}");
  std::set<std::string> arrived;
  json reports = json::array();
  for (int turn = 0; turn < 200; ++turn) {
    const size_t before = host.sent.size();
    host.tracker().flush(false);
    host.poll();
    if (host.sent.size() == before) break;
    const Sent& sent = host.sent.back();
    const bool fits = sent.bytes.size() <= proxy_limit;
    host.answer(sent.batch, fits ? 200 : 413);
    if (!fits) continue;
    for (const std::string& event : delivered({sent})) arrived.insert(event);
    for (const json& report : sent.body["client_reports"]) reports.push_back(report);
  }
  CHECK(arrived.size() == 40);
  CHECK(host.tracker().totals().acknowledged == 40);
  CHECK(host.tracker().totals().dropped == 1);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0]["reason"] == "too_large_for_server");
  CHECK(reports[0]["count"] == 1);
}

TEST_CASE("events that the collector rejects are counted, the others are done", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 5; ++i) host.track("a_b");
  host.answer(host.flush_one().batch, 200, -1, "[1,3]");
  CHECK(host.tracker().totals().acknowledged == 3);
  CHECK(host.tracker().totals().rejected == 2);
  CHECK(host.deliver_all().empty());
}

TEST_CASE("a full queue refuses what is less important, and the loss is reported when there is room",
          "[tracker][delivery]") {
  Start start;
  start.memory_bytes = Tracker::least_memory;
  uint32_t fitting = 0;
  for (VirtualHost host(start); host.tracker().totals().dropped == 0; ++fitting) {
    host.track("a_b", with_text(8000), functional);
  }
  VirtualHost host(start);
  for (uint32_t i = 1; i < fitting; ++i) {
    CHECK(host.track("a_b", with_text(8000), functional).verdict() == Verdict::accepted);
  }
  const std::string larger = "{\"a\":" + with_text(8000) + ",\"b\":" + with_text(8000) + "}";
  for (int i = 0; i < 7; ++i) {
    const Decision decision = host.track("a_b", larger, marketing);
    CHECK(decision.verdict() == Verdict::queue_full);
    CHECK(decision.reason() == Reason::queue_full);
  }
  CHECK(host.tracker().explain() == "queue_full");
  CHECK(host.guards_intact());
  uint32_t arrived = 0, reported = 0;
  for (const Sent& sent : host.deliver_all()) {
    arrived += static_cast<uint32_t>(sent.body["events"].size());
    for (const json& report : sent.body["client_reports"]) {
      CHECK(report["reason"] == "queue_full");
      reported += report["count"].get<uint32_t>();
    }
  }
  CHECK(arrived == fitting - 1);
  CHECK(reported == 7);
  CHECK(host.track("a_b", larger, marketing).verdict() == Verdict::accepted);
}

TEST_CASE("a report goes without any event", "[tracker][delivery]") {
  VirtualHost host;
  host.track("a_b", "[]");
  host.poll();
  CHECK(host.wake_ms == start_ms + limits::flush_after_ms);
  host.now = host.wake_ms;
  host.poll();
  REQUIRE(host.sent.size() == 1);
  CHECK(host.sent[0].body["events"].empty());
  CHECK(host.sent[0].body["client_reports"][0]["reason"] == "not_an_object");
  host.answer(host.sent[0].batch, 503);
  host.now += 20000;
  host.poll();
  REQUIRE(host.sent.size() == 2);
  CHECK(host.sent[1].body["client_reports"] == host.sent[0].body["client_reports"]);  // the same sequence: known twice
  host.answer(host.sent[1].batch, 200);
  CHECK(host.deliver_all().empty());
}

TEST_CASE("three days without a network lose nothing, and ask seldom", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 50; ++i) host.track("a_b");
  host.tracker().flush(false);
  size_t tries = 0;
  const double end_ms = start_ms + 3 * day_ms;
  while (host.now < end_ms) {
    const size_t before = host.sent.size();
    host.poll();
    REQUIRE_FALSE(host.endless);
    for (size_t k = before; k < host.sent.size(); ++k, ++tries) host.answer(host.sent[k].batch, 0);
    if (host.sent.size() > before) continue;
    REQUIRE(host.wake_ms > host.now);
    host.now = host.wake_ms;
  }
  CHECK(tries < 320);  // from the sixth failure on at most one try in a quarter of an hour
  CHECK(tries > 100);
  CHECK(host.tracker().totals().dropped == 0);
  host.tracker().online(host.now);
  host.deliver_all();
  CHECK(host.tracker().totals().acknowledged == 50);
}

TEST_CASE("a clock that is set back or forward loses nothing and stops nothing", "[tracker][delivery]") {
  for (const double jump_ms : {-400 * day_ms, -day_ms, -hour_ms, -1000.0, 1000.0, hour_ms, day_ms, 400 * day_ms}) {
    for (const uint32_t status : {0u, 200u, 503u}) {
      VirtualHost host;
      for (int i = 0; i < 30; ++i) host.track("a_b");
      host.tracker().flush(false);
      host.poll();
      if (status) host.answer(host.sent[0].batch, status, status == 503 ? 60000 : -1);
      host.now += jump_ms;
      for (int i = 0; i < 30; ++i) host.track("a_c");
      // Real time goes on; the host wakes when it was told to, but a timer is not longer than a minute's wait here.
      for (int i = 0; i < 3000 && host.tracker().totals().acknowledged < 60; ++i) {
        const size_t before = host.sent.size();
        host.poll();
        REQUIRE_FALSE(host.endless);
        for (size_t k = before; k < host.sent.size(); ++k) host.answer(host.sent[k].batch, 200);
        host.now += 5000;
      }
      INFO(jump_ms << " ms, status " << status);
      CHECK(host.tracker().totals().acknowledged == 60);
    }
  }
}

TEST_CASE("poll asks for nothing twice and always comes to an end", "[tracker][delivery]") {
  Random random(81);
  for (int run = 0; run < 200; ++run) {
    VirtualHost host;
    for (int step = 0; step < 200; ++step) {
      switch (random.below(8)) {
        case 0:
          host.now += random.below(100000);
          break;
        case 1:
          host.tracker().flush(random.chance(0.3));
          break;
        case 2:
          if (!host.sent.empty()) {
            host.answer(host.sent[random.below(static_cast<uint32_t>(host.sent.size()))].batch,
                        random.one_of<uint32_t>({0, 200, 200, 400, 413, 429, 500, 503}), random.chance(0.2) ? 5000 : -1,
                        random.chance(0.2) ? "[0]" : "");
          }
          break;
        case 3:
          host.consent(random.below(16), random.below(16));
          break;
        default:
          host.track("a_b", with_text(random.below(500)), random.below(5));
      }
      host.poll();
      REQUIRE_FALSE(host.endless);
      if (host.wake_ms >= 0) REQUIRE(host.wake_ms > host.now);
    }
    REQUIRE(host.guards_intact());
    for (const Sent& sent : host.sent) REQUIRE_FALSE(sent.body.is_discarded());
  }
}

}  // namespace waymark
