// The queue: order, what an answer does, poison set aside, holding, wiping.
#include "core/outbox/queue.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/outbox/wire.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::outbox {
namespace {

using nlohmann::json;
using waymark::testing::day_ms;
using waymark::testing::start_ms;

struct Fixture {
  explicit Fixture(size_t capacity = 512 * 1024) : block(capacity), queue(block.data(), capacity) {
    std::string_view lines = config_text;
    REQUIRE(read_config(lines, config) == Reason::none);
    identity.instance.set("instance");
  }

  bool add(const std::string& name, const std::string& properties = "{}", uint32_t purpose = 2,
           double time_ms = start_ms) {
    queue.share(config, wire::Profile::full, identity, granted, {}, page);
    text::JsonWriter event = queue.event_writer();
    wire::begin_event(event);
    event.quoted(name);
    wire::begin_properties(event);
    event.raw(properties);
    wire::finish_event(event, config, ++sequence, time_ms, {}, {});
    return queue.add_event(event, purpose, time_ms);
  }
  Decision hold(const std::string& name, const std::string& properties = "{}") {
    text::JsonWriter event = queue.event_writer();
    wire::begin_event(event);
    event.quoted(name);
    wire::begin_properties(event);
    event.raw(properties);
    return queue.hold(event, 3, start_ms);
  }
  // The names of the events in the next batch, which gets this number.
  std::vector<std::string> batch(uint8_t number, uint32_t byte_limit = limits::batch_bytes, bool by_purpose = false) {
    std::vector<char> out(128 * 1024);
    text::JsonWriter writer(out.data(), out.size());
    records = queue.write_batch(config, start_ms, number, byte_limit, by_purpose, writer);
    body = writer.text();
    std::vector<std::string> names;
    if (records == 0) return names;
    CHECK_FALSE(writer.failed());
    const json parsed = json::parse(body);
    for (const json& event : parsed["events"]) names.push_back(event["event_name"]);
    return names;
  }
  void settle(uint8_t number, Answer answer, std::string_view rejected = {}) {
    queue.settle(number, answer, rejected, *reports, totals, start_ms);
  }
  uint32_t waiting() {
    Waiting sum;
    Unkept unkept;
    queue.add_waiting(sum, unkept, start_ms);
    return sum.events;
  }
  uint32_t reported(Reason reason, uint32_t purpose = 2) {
    return (*reports)[static_cast<uint32_t>(reason) * limits::purposes + purpose];
  }
  bool holds(std::string_view bytes) const {
    return std::string_view(block.data(), block.size()).find(bytes) != std::string_view::npos;
  }

  std::string config_text = waymark::testing::ConfigLines().text();
  Config config;
  stages::Identity identity;
  std::string page;
  Purposes granted = 0b1111;
  std::vector<char> block;
  Queue queue;
  std::unique_ptr<Reports> reports = std::make_unique<Reports>();
  Totals totals;
  uint32_t sequence = 0;
  uint32_t records = 0;
  uint32_t fresh = 0;
  std::string body;
};

using Names = std::vector<std::string>;

// Sends until nothing waits, 1000 times at most, to a server that gives `answer` to every batch with "the_poison" in
// it. Unless 0, a new event comes before every `every`-th batch.
void send_all(Fixture& f, Answer answer, int every) {
  for (int round = 1; round <= 1000 && f.waiting(); ++round) {
    if (every && round % every == 0 && round < 500) f.fresh += f.add("a_fresh");
    const auto number = static_cast<uint8_t>(round % 255 + 1);
    const Names names = f.batch(number);
    const bool poisoned = std::find(names.begin(), names.end(), "the_poison") != names.end();
    f.settle(number, poisoned ? answer : Answer::accepted);
  }
}

}  // namespace

TEST_CASE("queue: by purpose, batches begin with the most important") {
  Fixture fixture;
  fixture.add("banner_seen", "{}", 3);
  fixture.add("page_viewed", "{}", 2);
  fixture.add("order_paid", "{}", 0);
  fixture.add("page_left", "{}", 2);
  CHECK(fixture.batch(1, limits::batch_bytes, true) == std::vector<std::string>{"order_paid"});
  CHECK(fixture.batch(2, limits::batch_bytes, true) == std::vector<std::string>{"page_viewed", "page_left"});
  CHECK(fixture.batch(3, limits::batch_bytes, true) == std::vector<std::string>{"banner_seen"});
  for (const uint8_t number : {1, 2, 3}) fixture.settle(number, Answer::silent);
  CHECK(fixture.batch(4).size() == 4);  // in order, all together
}

TEST_CASE("events go in order and what they share stands once", "[queue]") {
  Fixture f;
  for (const char* name : {"a_1", "a_2", "a_3"}) REQUIRE(f.add(name));
  CHECK(f.waiting() == 3);
  CHECK(f.batch(1) == Names{"a_1", "a_2", "a_3"});
  CHECK(f.waiting() == 0);
  CHECK(json::parse(f.body)["instance_id"] == "instance");
  CHECK(f.body.find("instance_id") == f.body.rfind("instance_id"));
  CHECK(f.batch(2).empty());
  CHECK(f.records == 0);
}

TEST_CASE("a batch ends where what is shared changes", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.identity.user.set("ann");
  f.queue.outdate_shared();
  f.add("a_2");
  f.add("a_3");
  CHECK(f.batch(1) == Names{"a_1"});
  CHECK_FALSE(json::parse(f.body).contains("user_id"));
  CHECK(f.batch(2) == Names{"a_2", "a_3"});
  CHECK(json::parse(f.body)["user_id"] == "ann");
}

TEST_CASE("without room for what is shared no event is added", "[queue]") {
  Fixture f(8 * 1024);
  f.page.assign(4000, ' ');
  while (f.hold("a_held").verdict() == Verdict::held) {
  }
  CHECK_FALSE(f.queue.add_report(f.config, 1, Reason::queue_full, 2, 1, start_ms));
  for (int i = 0; i < 2; ++i) CHECK_FALSE(f.add("a_b"));
}

TEST_CASE("a batch has at most 100 records and as many bytes as it may", "[queue]") {
  Fixture f;
  for (int i = 0; i < 250; ++i) f.add("a_" + std::to_string(i));
  CHECK(f.batch(1).size() == limits::batch_events);
  CHECK(f.batch(2).size() == limits::batch_events);
  CHECK(f.batch(3).size() == 50);
  Fixture g;
  for (int i = 0; i < 60; ++i) g.add("a_" + std::to_string(i), "{\"x\":\"" + std::string(2000, 'x') + "\"}");
  while (!g.batch(1).empty()) CHECK(g.body.size() <= limits::batch_bytes);
}

TEST_CASE("one event goes alone whatever the limit", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.add("a_2");
  CHECK(f.batch(1, 10) == Names{"a_1"});
  CHECK(f.batch(2, 10) == Names{"a_2"});
}

TEST_CASE("acknowledged events go, rejected ones are counted", "[queue]") {
  Fixture f;
  for (int i = 0; i < 12; ++i) f.add("a_" + std::to_string(i));
  f.batch(1);
  f.settle(1, Answer::accepted, "[0,10, 11]");
  CHECK(f.totals.acknowledged == 9);
  CHECK(f.totals.rejected == 3);
  CHECK(f.waiting() == 0);
  CHECK_FALSE(f.holds("a_5"));
}

TEST_CASE("indices that no batch has reject nothing", "[queue]") {
  for (const char* rejected : {"", "[]", "[2]", "[99999]", "[4294967296]", "[4294967297,18446744073709551616]", "null",
                               "[-1x", "abc", "[\"1\"x"}) {
    Fixture f;
    f.add("a_1");
    f.add("a_2");
    f.batch(1);
    f.settle(1, Answer::accepted, rejected);
    INFO(rejected);
    CHECK(f.totals.acknowledged + f.totals.rejected == 2);
    if (rejected[0] == '\0' || rejected[1] == ']' || rejected[1] >= '2') CHECK(f.totals.rejected == 0);
  }
}

TEST_CASE("reports are no events: the indices pass over them", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.queue.add_report(f.config, ++f.sequence, Reason::queue_full, 2, 7, start_ms);
  f.add("a_2");
  CHECK(f.batch(1) == Names{"a_1", "a_2"});
  const json body = json::parse(f.body);
  CHECK(body["client_reports"] ==
        json::parse(R"([{"sequence":2,"reason":"queue_full","purpose":"analytics","count":7}])"));
  f.settle(1, Answer::accepted, "[1]");
  CHECK(f.totals.rejected == 1);
  CHECK(f.totals.acknowledged == 1);
}

TEST_CASE("what a busy server or the network did not take waits in its place", "[queue]") {
  for (const Answer answer : {Answer::busy, Answer::silent, Answer::closed, Answer::too_large, Answer::failed}) {
    Fixture f;
    f.add("a_1");
    f.add("a_2");
    f.batch(1);
    f.add("a_3");
    f.settle(1, answer);
    CHECK(f.waiting() == 3);
    CHECK(f.batch(2) == Names{"a_1", "a_2", "a_3"});
  }
}

TEST_CASE("nothing is dropped in a general outage, however long", "[queue]") {
  for (const Answer answer : {Answer::busy, Answer::silent, Answer::closed, Answer::failed, Answer::refused}) {
    Fixture f;
    for (int i = 0; i < 150; ++i) f.add("a_" + std::to_string(i));
    for (int i = 0; i < 1000; ++i) {
      REQUIRE_FALSE(f.batch(static_cast<uint8_t>(i % 255 + 1)).empty());
      f.settle(static_cast<uint8_t>(i % 255 + 1), answer);
    }
    CHECK(f.waiting() == 150);
    CHECK(f.totals.dropped == 0);
  }
}

TEST_CASE("413 of a single event gives it up, and only it", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.add("a_2");
  f.batch(1, 10);
  f.settle(1, Answer::too_large);
  CHECK(f.totals.dropped == 1);
  CHECK(f.reported(Reason::too_large_for_server) == 1);
  CHECK(f.batch(2) == Names{"a_2"});
}

TEST_CASE("poison is set aside, the others pass, and at last it alone is given up", "[queue]") {
  for (const Answer answer : {Answer::refused, Answer::failed}) {
    Fixture f;
    for (int i = 0; i < 300; ++i) f.add(i == 137 ? "the_poison" : "a_" + std::to_string(i));
    send_all(f, answer, 5);
    CHECK(f.totals.acknowledged == 299 + f.fresh);
    CHECK(f.totals.dropped == 1);
    CHECK(f.reported(Reason::undeliverable) == 1);
  }
}

TEST_CASE("the events beside a poison one pass although nothing new comes", "[queue]") {
  for (const Answer answer : {Answer::refused, Answer::failed}) {
    Fixture f;
    for (int i = 0; i < 300; ++i) f.add(i == 137 ? "the_poison" : "a_" + std::to_string(i));
    send_all(f, answer, 0);
    CHECK(f.totals.acknowledged == 299);
  }
}

TEST_CASE("what is set aside waits behind everything else", "[queue]") {
  Fixture f;
  f.add("bad_one");
  CHECK(f.batch(1) == Names{"bad_one"});
  f.settle(1, Answer::refused);
  f.add("good_one");
  CHECK(f.batch(2) == Names{"good_one"});
  f.settle(2, Answer::accepted);
  CHECK(f.batch(3) == Names{"bad_one"});
}

TEST_CASE("500 blames the batch only when it has come three times", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.add("a_2");
  for (uint8_t number = 1; number < limits::strikes; ++number) {
    CHECK(f.batch(number) == Names{"a_1", "a_2"});
    f.settle(number, Answer::failed);
  }
  f.batch(100);
  f.settle(100, Answer::failed);
  f.add("a_3");
  CHECK(f.batch(101) == Names{"a_3"});
}

TEST_CASE("a full queue refuses, keeps room for reports, and takes again", "[queue]") {
  Fixture f(32 * 1024);
  int added = 0;
  while (f.add("a_b", "{\"x\":\"" + std::string(500, 'x') + "\"}")) ++added;
  CHECK(added > 30);
  CHECK_FALSE(f.add("a_b", "{\"x\":\"" + std::string(500, 'x') + "\"}"));
  for (int i = 0; i < 10; ++i) CHECK(f.queue.add_report(f.config, 1000 + i, Reason::queue_full, 2, 1, start_ms));
  f.batch(1);
  f.settle(1, Answer::accepted);
  CHECK(f.add("a_b", "{\"x\":\"" + std::string(500, 'x') + "\"}"));
}

TEST_CASE("the hold has room for 100 events and 64 KiB", "[queue]") {
  Fixture f;
  for (uint32_t i = 0; i < limits::held_events; ++i) {
    const Decision decision = f.hold("a_b");
    CHECK(decision.verdict() == Verdict::held);
    CHECK(decision.ticket() == i + 1);
  }
  CHECK(f.hold("a_b").verdict() == Verdict::queue_full);
  CHECK(f.hold("a_b").reason() == Reason::hold_full);
  Fixture g;
  uint32_t held = 0;
  while (g.hold("a_b", "{\"x\":\"" + std::string(6000, 'x') + "\"}").verdict() == Verdict::held) ++held;
  CHECK(held == limits::held_bytes / 6050);
  CHECK(g.hold("a_b").verdict() == Verdict::held);  // a small one fits still
}

TEST_CASE("a held event is never sent, and its decision is told once", "[queue]") {
  Fixture f;
  f.hold("a_1", R"({"x":"canary-one"})");
  f.hold("a_2");
  CHECK(f.waiting() == 0);
  CHECK(f.batch(1).empty());
  CHECK(f.queue.next_decision().ticket() == 0);
  Record* const first = f.queue.next_held(nullptr);
  REQUIRE(first);
  Queue::decide(*first, {Verdict::denied, Reason::consent_denied});
  CHECK_FALSE(f.holds("canary-one"));
  Record* const second = f.queue.next_held(nullptr);
  REQUIRE(second);
  CHECK(wire::name_of_event(second->text()) == "a_2");
  CHECK(f.queue.next_held(second) == nullptr);
  const Decision told = f.queue.next_decision();
  CHECK(told.verdict() == Verdict::denied);
  CHECK(told.reason() == Reason::consent_denied);
  CHECK(told.ticket() == 1);
  CHECK(f.queue.next_decision().ticket() == 0);
}

TEST_CASE("tickets are never 0", "[queue]") {
  Fixture f;
  for (int i = 0; i < 70000; ++i) {
    const Decision decision = f.hold("a_b");
    REQUIRE(decision.ticket() != 0);
    Queue::decide(*f.queue.next_held(nullptr), {Verdict::denied, Reason::consent_denied});
    REQUIRE(f.queue.next_decision().ticket() == decision.ticket());
    if (i % 1000 == 0) f.queue.wipe_all_but(f.granted, f.totals);  // compacts
  }
}

TEST_CASE("wiping takes the refused purposes out of memory", "[queue]") {
  Fixture f;
  f.add("a_1", R"({"x":"canary-analytics"})", 2);
  f.add("a_2", R"({"x":"canary-marketing"})", 3);
  f.add("a_3", R"({"x":"necessary"})", 0);
  CHECK_FALSE(f.queue.wipe_all_but(0b0101, f.totals));
  CHECK(f.totals.wiped == 1);
  CHECK_FALSE(f.holds("canary-marketing"));
  CHECK(f.holds("canary-analytics"));
  f.batch(1);
  CHECK(f.queue.wipe_all_but(0b0001, f.totals));  // one was under way
  CHECK(f.totals.wiped == 2);
  CHECK_FALSE(f.holds("canary-analytics"));
  CHECK(f.batch(2) == Names{"a_3"});  // nothing is under way any more
}

TEST_CASE("a snapshot brings the events back with what they share", "[queue]") {
  Fixture f;
  f.add("a_1");
  f.identity.user.set("ann");
  f.queue.outdate_shared();
  f.add("a_2");
  f.batch(1);  // under way: its answer may never come
  f.hold("a_3", R"({"x":"canary-held"})");
  std::vector<char> bytes(64 * 1024);
  const std::string snapshot(bytes.data(), f.queue.snapshot(bytes.data(), bytes.size()));
  CHECK(snapshot.find("canary-held") == std::string::npos);

  Fixture g;
  g.add("b_1");
  CHECK(g.queue.restore(snapshot, g.granted, *g.reports, g.totals, start_ms));
  CHECK(g.totals.accepted == 2);
  g.add("b_2");
  Names all;
  for (uint8_t number = 1; g.waiting(); ++number) {
    for (const std::string& name : g.batch(number)) all.push_back(name);
    const json body = json::parse(g.body);
    for (const json& event : body["events"]) CHECK(body.contains("user_id") == (event["event_name"] == "a_2"));
  }
  CHECK(all == Names{"b_1", "a_1", "a_2", "b_2"});
}

TEST_CASE("a restored event that is too old or not allowed does not come back", "[queue]") {
  Fixture f;
  f.add("a_old", "{}", 2, start_ms - 3 * day_ms - 1);
  f.add("a_young", "{}", 2, start_ms - 3 * day_ms + 1);
  f.add("a_refused", R"({"x":"canary-refused"})", 3);
  std::vector<char> bytes(64 * 1024);
  const std::string snapshot(bytes.data(), f.queue.snapshot(bytes.data(), bytes.size()));
  Fixture g;
  CHECK(g.queue.restore(snapshot, 0b0101, *g.reports, g.totals, start_ms));
  CHECK(g.batch(1) == Names{"a_young"});
  CHECK(g.totals.accepted == 2);
  CHECK(g.totals.dropped == 1);
  CHECK(g.reported(Reason::expired) == 1);
  CHECK(g.reported(Reason::expired, 3) == 0);
  CHECK_FALSE(g.holds("canary-refused"));
}

}  // namespace waymark::outbox
