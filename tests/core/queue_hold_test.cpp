// What the queue holds back until consent is known, and what a refusal takes out of its memory.
#include <string>

#include "core/outbox/queue.hpp"
#include "core/outbox/wire.hpp"
#include "tests/catch.hpp"
#include "tests/core/queue_fixture.hpp"

namespace waymark::outbox {

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

}  // namespace waymark::outbox
