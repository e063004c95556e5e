// Snapshots: what is queued comes back in the next life, and nothing that was not granted.
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

// The events of all bodies in `sent`, once each.
std::set<std::string> delivered(const std::vector<Sent>& sent) {
  std::set<std::string> out;
  for (const Sent& batch : sent) {
    for (const json& event : batch.body.at("events")) out.insert(event.dump());
  }
  return out;
}

}  // namespace

TEST_CASE("a snapshot carries what is queued into the next life", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 120; ++i) host.track("a_b", "{\"i\":" + std::to_string(i) + "}");
  host.track("a_bad", "[]");
  host.tracker().flush(false);
  host.poll();  // under way when the host dies
  std::vector<char> out(200000);
  const std::string snapshot(out.data(), host.tracker().snapshot(out.data(), out.size(), host.now));
  REQUIRE(!snapshot.empty());

  Start again;
  again.seed = 7;
  VirtualHost next(again);
  next.now += hour_ms;
  CHECK(next.tracker().restore(snapshot, next.now) == Reason::none);
  CHECK(next.tracker().totals().accepted == 120);
  next.track("a_new");
  const std::vector<Sent> sent = next.deliver_all();
  const std::set<std::string> again_delivered = delivered(sent);
  CHECK(again_delivered.size() == 121);
  for (const std::string& event : delivered(host.sent))
    CHECK(again_delivered.count(event) == 1);  // ids and times are the same
  CHECK(sent[0].body["instance_id"] == host.sent[0].body["instance_id"]);
  json reports = json::array();
  for (const Sent& batch : sent) {
    for (const json& report : batch.body["client_reports"]) reports.push_back(report["reason"]);
  }
  CHECK(reports == json({"not_an_object"}));
  CHECK(next.tracker().totals().acknowledged == 121);
}

TEST_CASE("a snapshot of a full queue has the counts of what was dropped, and a look changes nothing",
          "[tracker][delivery]") {
  Start start;
  start.memory_bytes = Tracker::least_memory;
  VirtualHost host(start);
  for (int i = 0; i < 20'000; ++i) host.track("a_b", "{\"i\":" + std::to_string(i) + "}");
  const Totals before = host.tracker().totals();
  REQUIRE(before.dropped > 0);
  std::vector<char> out(start.memory_bytes);
  const size_t looked = host.tracker().copy_queue(out.data(), out.size());
  CHECK(looked > 0);
  CHECK(host.tracker().totals().dropped == before.dropped);
  CHECK(host.tracker().copy_queue(out.data(), out.size()) == looked);

  const std::string snapshot(out.data(), host.tracker().snapshot(out.data(), out.size(), host.now));
  const uint32_t dropped = host.tracker().totals().dropped;
  VirtualHost next(start);
  CHECK(next.tracker().restore(snapshot, next.now) == Reason::none);
  uint32_t reported = 0;
  for (const Sent& batch : next.deliver_all()) {
    for (const json& report : batch.body["client_reports"]) reported += report["count"].get<uint32_t>();
  }
  CHECK(reported == dropped);
}

TEST_CASE("a snapshot never holds what was not granted", "[tracker][delivery]") {
  Start start;
  start.granted = only(analytics);
  VirtualHost host(start);
  host.track("event_granted", R"({"x":"granted"})");
  host.track("event_held", R"({"x":"canary-held"})", marketing);
  std::vector<char> out(200000);
  const std::string snapshot(out.data(), host.tracker().snapshot(out.data(), out.size(), host.now));
  CHECK(snapshot.find("granted") != std::string::npos);
  CHECK(snapshot.find("canary-held") == std::string::npos);
  CHECK(snapshot.find("event_held") == std::string::npos);
}

TEST_CASE("a small snapshot keeps the newest", "[tracker][delivery]") {
  VirtualHost host;
  for (int i = 0; i < 100; ++i) host.track("a_b", "{\"i\":" + std::to_string(i) + "}");
  std::vector<char> out(2000);
  const std::string snapshot(out.data(), host.tracker().snapshot(out.data(), out.size(), host.now));
  REQUIRE(!snapshot.empty());
  VirtualHost next;
  REQUIRE(next.tracker().restore(snapshot, next.now) == Reason::none);
  const json events = next.deliver_all().at(0).body["events"];
  CHECK(events.size() > 5);
  CHECK(events.back()["properties"]["i"] == 99);
  CHECK(host.deliver_all().at(0).body["events"].size() == 100);  // the snapshot took nothing away
}

TEST_CASE("any bytes as a snapshot: refused, or the tracker works on", "[tracker][delivery]") {
  VirtualHost source;
  for (int i = 0; i < 20; ++i) source.track("a_b");
  std::vector<char> out(20000);
  const std::string good(out.data(), source.tracker().snapshot(out.data(), out.size(), source.now));
  Random random(91);
  for (int run = 0; run < 2000; ++run) {
    std::string bytes = good;
    for (uint32_t i = 0, n = 1 + random.below(6); i < n; ++i)
      bytes[random.below(static_cast<uint32_t>(bytes.size()))] = static_cast<char>(random.below(256));
    if (random.chance(0.3)) bytes.resize(random.below(static_cast<uint32_t>(bytes.size())));
    VirtualHost host;
    host.tracker().restore(bytes, host.now);
    host.track("a_later");
    REQUIRE(host.guards_intact());
    bool arrived = false;
    for (int turn = 0; turn < 300 && !arrived; ++turn) {
      host.tracker().flush(false);
      const size_t before = host.sent.size();
      host.poll();
      REQUIRE_FALSE(host.endless);
      for (size_t k = before; k < host.sent.size(); ++k) {
        const Sent& sent = host.sent[k];
        host.answer(sent.batch, sent.body.is_discarded() ? 400 : 200);  // a collector refuses what it cannot read
        arrived |= sent.bytes.find("a_later") != std::string::npos && !sent.body.is_discarded();
      }
      host.now += 70000;
    }
    REQUIRE(arrived);
  }
}

TEST_CASE("three days are the oldest that is restored", "[tracker][delivery]") {
  VirtualHost host;
  host.track("a_old");
  host.now += 2 * day_ms;
  host.track("a_young");
  std::vector<char> out(20000);
  const std::string snapshot(out.data(), host.tracker().snapshot(out.data(), out.size(), host.now));
  VirtualHost next;
  next.now = start_ms + limits::event_age_ms + 1;
  next.tracker().restore(snapshot, next.now);
  const std::vector<Sent> sent = next.deliver_all();
  json names = json::array(), reports = json::array();
  for (const Sent& batch : sent) {
    for (const std::string& name : batch.event_names()) names.push_back(name);
    for (const json& report : batch.body["client_reports"]) reports.push_back(report["reason"]);
  }
  CHECK(names == json({"a_young"}));
  CHECK(reports == json({"expired"}));
  CHECK(next.tracker().totals().dropped == 1);
}

}  // namespace waymark
