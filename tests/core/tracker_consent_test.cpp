// Consent in the whole tracker: what is held, what is let go, what is wiped, and who one is afterwards.
#include <set>
#include <string>
#include <vector>

#include "core/text/time.hpp"
#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

using EventNames = std::vector<std::string>;

Start unanswered() {
  Start start;
  start.granted = 0;
  return start;
}

std::string name(int i) { return "event_n" + std::to_string(i); }

}  // namespace

TEST_CASE("before an answer nothing is sent, stored or waited for", "[tracker][consent]") {
  VirtualHost host(unanswered());
  for (int i = 0; i < 20; ++i) {
    const Decision decision = host.track(name(i));
    CHECK(decision.verdict() == Verdict::held);
    CHECK(decision.reason() == Reason::consent_unknown);
    CHECK(decision.ticket() != 0);
  }
  host.tracker().identify("ann", "{}", analytics, host.now);
  host.tracker().page("{}", R"({"path":"/"})", analytics, host.now);
  host.tracker().flush(true);
  for (int i = 0; i < 10; ++i, host.now += 10 * minute_ms) {
    host.poll();
    CHECK(host.wake_ms < 0);  // no timer
  }
  CHECK(host.sent.empty());
  for (const std::string& state : host.stores) CHECK(state.empty());
  std::vector<char> out(100000);
  CHECK(host.tracker().snapshot(out.data(), out.size(), host.now) == 0);
}

TEST_CASE("what is necessary passes without an answer, and nothing is stored for it", "[tracker][consent]") {
  VirtualHost host(unanswered());
  CHECK(host.track("a_necessary", "{}", necessary).verdict() == Verdict::accepted);
  CHECK(host.track("a_denied_never").verdict() == Verdict::held);
  CHECK(host.flush_one().event_names() == EventNames{"a_necessary"});
  CHECK(host.sent[0].body["consent"] == json::array());
  for (const std::string& state : host.stores) CHECK(state.empty());
}

TEST_CASE("the policy can be to drop while nothing is known", "[tracker][consent]") {
  Start start = unanswered();
  start.config.while_unknown = "drop";
  VirtualHost host(start);
  const Decision decision = host.track("a_b", R"({"x":"canary"})");
  CHECK(decision.verdict() == Verdict::denied);
  CHECK(decision.reason() == Reason::consent_unknown);
  CHECK_FALSE(host.remembers("canary"));
}

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

TEST_CASE("a grant lets what was held go, in order, with its own times, each told once", "[tracker][consent]") {
  VirtualHost host(unanswered());
  std::set<uint16_t> tickets;
  for (int i = 0; i < 30; ++i, host.now += 1000) tickets.insert(host.track(name(i)).ticket());
  CHECK(tickets.size() == 30);
  host.consent(only(analytics), 0);
  host.track("event_after");
  const Sent sent = host.flush_one();
  REQUIRE(sent.body["events"].size() == 31);
  for (int i = 0; i < 30; ++i) {
    CHECK(sent.body["events"][i]["event_name"] == name(i));
    CHECK(sent.body["events"][i]["sequence"] == i + 1);
    CHECK(text::parse_timestamp(sent.body["events"][i]["timestamp"].get<std::string>()) == start_ms + 1000.0 * i);
  }
  CHECK(sent.body["events"][30]["event_name"] == "event_after");
  CHECK(sent.body["consent"] == json({"analytics"}));
  REQUIRE(host.decisions.size() == 30);
  for (const Decision& decision : host.decisions) {
    CHECK(decision.verdict() == Verdict::accepted);
    CHECK(tickets.erase(decision.ticket()) == 1);
  }
  host.poll();
  CHECK(host.decisions.size() == 30);
}

TEST_CASE("100 events are held, and what does not fit is reported after the grant", "[tracker][consent]") {
  VirtualHost host(unanswered());
  for (uint32_t i = 0; i < limits::held_events; ++i) CHECK(host.track("a_b").verdict() == Verdict::held);
  const Decision decision = host.track("a_b");
  CHECK(decision.verdict() == Verdict::queue_full);
  CHECK(decision.reason() == Reason::hold_full);
  host.consent(only(analytics), 0);
  uint32_t events = 0;
  json reports = json::array();
  for (const Sent& sent : host.deliver_all()) {
    events += sent.body["events"].size();
    for (const json& report : sent.body["client_reports"]) reports.push_back(report);
  }
  CHECK(events == limits::held_events);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0]["reason"] == "hold_full");
  CHECK(reports[0]["count"] == 1);
}

TEST_CASE("64 KiB are held", "[tracker][consent]") {
  VirtualHost host(unanswered());
  uint32_t held = 0;
  while (host.track("a_b", R"({"x":")" + std::string(8000, 'x') + "\"}").verdict() == Verdict::held) ++held;
  CHECK(held == 8);
}

TEST_CASE("what was held longer than 30 minutes does not go out, and is counted", "[tracker][consent]") {
  VirtualHost host(unanswered());
  host.track("event_old", R"({"x":"canary"})");
  host.now += limits::held_age_ms / 2;
  host.track("event_young");
  host.now += limits::held_age_ms / 2 + 1;
  host.consent(only(analytics), 0);
  const Sent sent = host.flush_one();
  CHECK(sent.event_names() == EventNames{"event_young"});
  REQUIRE(sent.body["client_reports"].size() == 1);
  CHECK(sent.body["client_reports"][0]["reason"] == "hold_expired");
  REQUIRE(host.decisions.size() == 2);
  CHECK(host.decisions[0].verdict() == Verdict::denied);
  CHECK(host.decisions[0].reason() == Reason::hold_expired);
  CHECK_FALSE(host.remembers("canary"));
}

TEST_CASE("what is too old does not keep a new event out of the hold", "[tracker][consent]") {
  VirtualHost host(unanswered());
  for (uint32_t i = 0; i < limits::held_events; ++i) host.track("event_old");
  host.now += limits::held_age_ms + 1;
  CHECK(host.track("event_new").verdict() == Verdict::held);
}

TEST_CASE("a denial wipes what was held, and nothing of it is counted or sent", "[tracker][consent]") {
  VirtualHost host(unanswered());
  for (int i = 0; i < 120; ++i) host.track(name(i), R"({"x":"canary-held"})");
  host.consent(0, all_purposes);
  CHECK_FALSE(host.remembers("canary-held"));
  host.poll();
  CHECK(host.decisions.size() == 100);
  for (const Decision& decision : host.decisions) {
    CHECK(decision.verdict() == Verdict::denied);
    CHECK(decision.reason() == Reason::consent_denied);
  }
  host.track("a_necessary", "{}", necessary);
  CHECK(host.track("a_b", R"({"x":"canary-late"})").verdict() == Verdict::denied);
  CHECK(host.tracker().explain() == "consent_denied");
  const Sent sent = host.flush_one();
  CHECK(sent.event_names() == EventNames{"a_necessary"});
  CHECK(sent.body["client_reports"].empty());
  CHECK_FALSE(host.remembers("canary-late"));
}

TEST_CASE("every purpose is held and let go on its own", "[tracker][consent]") {
  VirtualHost host(unanswered());
  host.track("event_analytics", "{}", analytics);
  host.track("event_marketing", R"({"x":"canary-marketing"})", marketing);
  host.track("event_functional", "{}", functional);
  host.consent(only(analytics), only(marketing));
  CHECK_FALSE(host.remembers("canary-marketing"));
  CHECK(host.deliver_all().back().event_names() == EventNames{"event_analytics"});
  CHECK(host.track("a_b", "{}", marketing).verdict() == Verdict::denied);
  CHECK(host.track("a_b", "{}", functional).verdict() == Verdict::held);
  CHECK(host.tracker().consent(analytics) == Consent::granted);
  CHECK(host.tracker().consent(marketing) == Consent::denied);
  CHECK(host.tracker().consent(functional) == Consent::unknown);
  host.consent(only(analytics) | only(functional), only(marketing));
  const std::vector<Sent> sent = host.deliver_all();
  CHECK(sent.back().event_names() == EventNames{"event_functional", "a_b"});
  CHECK(sent.back().body["consent"] == json({"functional", "analytics"}));
}

TEST_CASE("what is held is sampled and counted when it is let go", "[tracker][consent]") {
  Start start = unanswered();
  start.config.sample_rate = "0";
  start.config.sample_always = R"(["event_always"])";
  VirtualHost host(start);
  host.track("event_sampled");
  host.track("event_always");
  host.consent(only(analytics), 0);
  CHECK(host.deliver_all().back().event_names() == EventNames{"event_always"});
  REQUIRE(host.decisions.size() == 2);
  CHECK(host.decisions[0].verdict() == Verdict::sampled_out);
  CHECK(host.decisions[1].verdict() == Verdict::accepted);
}

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

TEST_CASE("any deny denies", "[tracker][consent]") {
  VirtualHost host(unanswered());
  host.consent(only(analytics), only(analytics));
  CHECK(host.track("a_b").verdict() == Verdict::denied);
  CHECK(host.tracker().consent(analytics) == Consent::denied);
}

TEST_CASE("asking for the consent of a purpose that no list has is no grant", "[tracker][consent]") {
  VirtualHost host;
  CHECK(host.tracker().consent(16) != Consent::granted);
  CHECK(host.tracker().consent(31) != Consent::granted);
}

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
