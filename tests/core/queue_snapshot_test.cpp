// A snapshot of the queue: what comes back in the next life, and what is too old or not allowed.
#include <string>
#include <vector>

#include "core/outbox/queue.hpp"
#include "tests/catch.hpp"
#include "tests/core/queue_fixture.hpp"

namespace waymark::outbox {
namespace {

using waymark::testing::day_ms;

}  // namespace

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
