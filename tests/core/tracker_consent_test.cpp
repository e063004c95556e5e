// Consent in the whole tracker: what is held, what is let go, and what a denial wipes of it.
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

}  // namespace waymark
