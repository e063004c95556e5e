// What an answer does to the events of its batch: gone, counted, waiting again, or set aside as poison.
#include <algorithm>
#include <string>

#include "core/outbox/queue.hpp"
#include "tests/catch.hpp"
#include "tests/core/queue_fixture.hpp"

namespace waymark::outbox {
namespace {

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

}  // namespace waymark::outbox
