// The queue: order, what events share, the bounds of a batch, and what does not fit.
#include "core/outbox/queue.hpp"

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/core/queue_fixture.hpp"

namespace waymark::outbox {

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

}  // namespace waymark::outbox
