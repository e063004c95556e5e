// What the tracker sends and stores without ids (cookieless), with storage refused, and anonymously.
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

}  // namespace

TEST_CASE("cookieless: before an answer events go without any id, and nothing is stored", "[tracker][consent]") {
  Start start = unanswered();
  start.config.while_unknown = "cookieless";
  VirtualHost host(start);
  CHECK(host.tracker().identify("ann", "{}", analytics, host.now).verdict() == Verdict::accepted);
  CHECK(host.tracker().page("{}", R"({"path":"/a"})", analytics, host.now).verdict() == Verdict::accepted);
  const std::vector<Sent> before = host.deliver_all();
  REQUIRE(before.size() == 2);  // the page begins a batch
  for (const Sent& batch : before) {
    CHECK(batch.body["profile"] == "cookieless");
    CHECK(batch.body["consent"] == json::array());
    for (const char* id : {"anonymous_id", "user_id", "session_id"}) CHECK_FALSE(batch.body.contains(id));
    CHECK(batch.bytes.find("ann") == std::string::npos);
  }
  for (const std::string& state : host.stores) CHECK(state.empty());
  CHECK(host.journal.empty());

  host.consent(only(analytics), 0);
  host.track("a_b");
  const Sent after = host.flush_one();
  CHECK_FALSE(after.body.contains("profile"));
  CHECK(after.body.contains("anonymous_id"));
  CHECK(after.body["instance_id"] != before[0].body["instance_id"]);  // nothing links them
}

TEST_CASE("cookieless: what is refused stays, what is queued for it is wiped", "[tracker][consent]") {
  Start start = unanswered();
  start.config.while_unknown = "cookieless";
  VirtualHost host(start);
  CHECK(host.track("a_b", R"({"x":"canary"})").verdict() == Verdict::accepted);
  host.consent(0, only(analytics));
  CHECK(host.track("a_b").verdict() == Verdict::denied);
  CHECK_FALSE(host.remembers("canary"));
  host.tracker().flush(true);
  host.poll();
  CHECK(host.sent.empty());
}

TEST_CASE("events with and without ids do not share a batch", "[tracker][consent]") {
  Start start = unanswered();
  start.config.while_unknown = "cookieless";
  start.granted = only(functional);
  VirtualHost host(start);
  host.track("with_ids", "{}", functional);
  host.track("without_ids");
  host.track("with_ids", "{}", functional);
  const std::vector<Sent> sent = host.deliver_all();
  REQUIRE(sent.size() == 3);
  for (const Sent& batch : sent) {
    const bool has_ids = batch.event_names() == EventNames{"with_ids"};
    CHECK(batch.body.contains("anonymous_id") == has_ids);
    CHECK(batch.body.contains("profile") != has_ids);
  }
}

TEST_CASE("with storage refused events have ids, and nothing is stored", "[tracker][consent]") {
  Start start = unanswered();
  start.granted = only(analytics);
  start.denied = storage_denied;
  VirtualHost host(start);
  host.tracker().keep_journal(true);
  CHECK(host.track("a_b").verdict() == Verdict::accepted);
  host.now += 1000;
  host.poll();
  CHECK(host.journal.empty());
  CHECK(host.flush_one().body.contains("anonymous_id"));
  for (const std::string& state : host.stores) CHECK(state.empty());
}

TEST_CASE("anonymous: no ids, no times, no page, no free text", "[tracker][consent]") {
  VirtualHost host(start_with(&ConfigLines::profile, "anonymous"));
  host.tracker().identify("ann", R"({"plan":"gold","seats":3})", analytics, host.now);
  host.tracker().page("{}", R"({"url":"https://shop.example/canary"})", analytics, host.now);
  host.track("a_b",
             R"({"text":"canary","n":1.5,"on":true,"none":null,"list":["canary",2],"deep":{"text":"canary","n":3}})");
  const Sent sent = host.flush_one();
  CHECK(sent.body["profile"] == "anonymous");
  for (const char* member : {"anonymous_id", "user_id", "session_id", "sent_at"})
    CHECK_FALSE(sent.body.contains(member));
  CHECK_FALSE(sent.body["context"].contains("page"));
  REQUIRE(sent.body["events"].size() == 3);
  for (const json& event : sent.body["events"]) CHECK_FALSE(event.contains("timestamp"));
  const json& properties = sent.body["events"][2]["properties"];
  CHECK(properties["n"] == 1.5);
  CHECK(properties["on"] == true);
  CHECK(properties["none"].is_null());
  CHECK(properties["list"][1] == 2);
  CHECK(properties["deep"]["n"] == 3);
  for (const char* text : {"canary", "ann\"", "gold"}) CHECK(sent.bytes.find(text) == std::string::npos);
  for (const std::string& state : host.stores) CHECK(state.empty());
}

}  // namespace waymark
