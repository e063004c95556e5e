// Withdrawal in the whole tracker: what it stops, what it leaves in memory, and who one is afterwards.
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

}  // namespace

TEST_CASE("withdrawal stops what is queued and under way", "[tracker][consent]") {
  VirtualHost host;
  for (int i = 0; i < 150; ++i) host.track("a_b");
  host.track("a_necessary", "{}", necessary);
  host.tracker().flush(false);
  host.poll();
  REQUIRE(host.sent.size() == 1);
  host.consent(0, all_purposes);
  CHECK(host.tracker().totals().wiped == 150);
  host.answer(host.sent[0].batch, 200);  // the answer to a batch that is forgotten
  CHECK(host.tracker().totals().acknowledged == 0);
  const std::vector<Sent> after = host.deliver_all();
  REQUIRE(after.size() == 1);
  CHECK(after[0].event_names() == EventNames{"a_necessary"});
}

TEST_CASE("withdrawal of one purpose leaves the others and the identity", "[tracker][consent]") {
  VirtualHost host;
  host.track("event_marketing", R"({"x":"canary"})", marketing);
  host.track("event_analytics");
  const json before = host.flush_one().body;
  host.track("event_marketing", R"({"x":"canary"})", marketing);
  host.consent(only(analytics), only(marketing));
  host.track("event_later");
  const std::vector<Sent> sent = host.deliver_all();
  EventNames all;
  for (const Sent& batch : sent) {
    for (const std::string& event : batch.event_names()) all.push_back(event);
    CHECK(batch.body["anonymous_id"] == before["anonymous_id"]);
  }
  CHECK(all == EventNames{"event_analytics", "event_later"});
}

TEST_CASE("after a withdrawal nothing of a person is left in memory", "[tracker][consent]") {
  VirtualHost host;
  host.tracker().identify("canary-user", R"({"x":"canary-trait"})", analytics, host.now);
  host.tracker().page(R"({"x":"canary-property"})", R"({"title":"canary-title"})", analytics, host.now);
  host.tracker().group("canary-group", R"({"x":"canary-group-trait"})", analytics, host.now);
  host.track("event_seen", R"({"x":"canary-text with ann@example.com"})");
  host.track("event_bad", R"({"canary-key":"canary-refused","canary-key":1})");
  const json body = host.flush_one().body;
  host.track("event_queued", R"({"x":"canary-queued"})");
  host.poll();
  host.consent(0, all_purposes);
  host.poll();
  for (const char* canary :
       {"canary-user", "canary-trait", "canary-property", "canary-title", "canary-group", "canary-group-trait",
        "canary-text", "ann@example.com", "canary-refused", "canary-key", "canary-queued"}) {
    INFO(canary);
    CHECK_FALSE(host.remembers(canary));
  }
  for (const char* id : {"anonymous_id", "session_id", "instance_id"}) {
    INFO(id);
    CHECK_FALSE(host.remembers(body[id].get<std::string>()));
  }
  REQUIRE_FALSE(host.stores.empty());
  CHECK(host.stores.back().empty());  // the state is to be deleted
}

TEST_CASE("after a withdrawal no call brings a person back into memory", "[tracker][consent]") {
  VirtualHost host;
  host.consent(0, all_purposes);
  host.track("a_b", R"({"x":"canary-property"})");
  host.tracker().page(R"({"x":"canary-property"})", R"({"title":"canary-title"})", analytics, host.now);
  host.tracker().group("canary-group", "{}", analytics, host.now);
  host.poll();
  for (const char* canary : {"canary-property", "canary-title", "canary-group"}) {
    INFO(canary);
    CHECK_FALSE(host.remembers(canary));
  }
}

TEST_CASE("who grants again is somebody new", "[tracker][consent]") {
  VirtualHost host;
  host.tracker().identify("ann", "{}", analytics, host.now);
  const json before = host.deliver_all().back().body;
  host.consent(0, all_purposes);
  host.now += 1000;
  host.consent(all_purposes, 0);
  host.track("a_b");
  const json after = host.deliver_all().back().body;
  for (const char* id : {"instance_id", "anonymous_id", "session_id"}) CHECK(after[id] != before[id]);
  CHECK_FALSE(after.contains("user_id"));
  CHECK(after["events"][0]["sequence"] == 1);
}

TEST_CASE("a user id given before the grant is used after it", "[tracker][consent]") {
  VirtualHost host(unanswered());
  host.tracker().set_user("ann");
  host.consent(only(analytics), 0);
  host.track("a_b");
  CHECK(host.deliver_all().back().body["user_id"] == "ann");
}

TEST_CASE("who is known before a grant through what is necessary is not linked to who comes after it",
          "[tracker][consent]") {
  VirtualHost host(unanswered());
  host.track("a_necessary", "{}", necessary);
  const json before = host.deliver_all().back().body;
  host.consent(only(analytics), 0);
  host.track("a_b");
  const json after = host.deliver_all().back().body;
  for (const char* id : {"instance_id", "anonymous_id", "session_id"}) CHECK(after[id] != before[id]);
}

TEST_CASE("a refusal is not counted, nor what was dropped before it", "[tracker][consent]") {
  VirtualHost host;
  host.track("a_b", "[]");
  host.consent(0, all_purposes);
  host.track("a_b");
  host.track("a_necessary", "{}", necessary);
  CHECK(host.flush_one().body["client_reports"].empty());
}

}  // namespace waymark
