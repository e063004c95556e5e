// The state that the tracker stores: when, for whom, and what it brings back.
#include <string>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

}  // namespace

TEST_CASE("the state is stored after a grant only, and brings the person back", "[tracker][consent]") {
  VirtualHost host;
  host.tracker().identify("ann", "{}", analytics, host.now);
  const json before = host.deliver_all().back().body;
  REQUIRE_FALSE(host.stores.empty());
  Start again;
  again.state = host.stores.back();
  again.seed = 99;
  VirtualHost next(again);
  next.now += 10 * minute_ms;
  next.track("a_b");
  const json after = next.deliver_all().back().body;
  for (const char* id : {"anonymous_id", "session_id", "user_id"}) CHECK(after[id] == before[id]);
  CHECK(after["instance_id"] != before["instance_id"]);

  again.granted = 0;
  VirtualHost refused(again);
  CHECK_FALSE(refused.tracker().consent(analytics) == Consent::granted);
  refused.track("a_necessary", "{}", necessary);
  const json unknown = refused.deliver_all().back().body;
  CHECK(unknown["anonymous_id"] != before["anonymous_id"]);
  CHECK_FALSE(unknown.contains("user_id"));
}

TEST_CASE("a state that somebody tampered with does not break the body", "[tracker][consent]") {
  for (const char* state : {"a\"b\nu\ns\n1731579825\n1731579825", "a\nu\\\ns\n1\n1", "\x01\n\xFF\n\"\n1\n1",
                            "\",\"write_key\":\"stolen\n\n\n1\n1"}) {
    Start start;
    start.state = state;
    VirtualHost host(start);
    host.track("a_b");
    const Sent sent = host.flush_one();
    INFO(sent.bytes);
    REQUIRE_FALSE(sent.body.is_discarded());
    CHECK(sent.body["write_key"] == "demo");
  }
}

TEST_CASE("the state is stored at most once a minute in a busy session, and when the page is left",
          "[tracker][consent]") {
  VirtualHost host;
  host.track("a_b");
  host.poll();
  const size_t first = host.stores.size();
  CHECK(first <= 2);
  for (int i = 0; i < 100; ++i) {
    host.now += 500;
    host.track("a_b");
    host.poll();
    host.deliver_all();
  }
  CHECK(host.stores.size() <= first + 1);
  const size_t before = host.stores.size();
  host.now += 500;
  host.track("a_b");
  host.tracker().flush(true);
  host.poll();
  CHECK(host.stores.size() == before + 1);
}

}  // namespace waymark
