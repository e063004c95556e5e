// What events share: written once, not again while it stays the same, and that of its call for an event that was held.
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/check_decision.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

// Runs for what is functional; nobody has said anything of analytics and marketing.
Start functional_only() {
  Start start;
  start.granted = only(functional);
  return start;
}

std::string page_of(const json& body) { return body["context"].value("page", json::object()).value("path", ""); }
std::string user_of(const json& body) { return body.value("user_id", ""); }

// Every event that arrived as `name user page`, in order of its sequence.
std::vector<std::string> told(const std::vector<Sent>& sent) {
  std::vector<std::string> out;
  for (const Sent& batch : sent) {
    for (const std::string& name : batch.event_names()) {
      out.push_back(name + " " + user_of(batch.body) + " " + page_of(batch.body));
    }
  }
  return out;
}

void visit(VirtualHost& host, const std::string& path) {
  CHECK(host.tracker().set_context(stages::Context::page, R"({"path":")" + path + "\"}") == Reason::none);
}

}  // namespace

TEST_CASE("what is said again changes nothing: no new batch", "[tracker][shared]") {
  VirtualHost host(start_with(&ConfigLines::context, R"({"os":"linux"})"));
  for (int i = 0; i < 5; ++i) {
    CHECK(host.tracker().set_context(stages::Context::rest, R"({"os":"linux"})") == Reason::none);
    host.tracker().page("{}", R"({"path":"/a"})", analytics, host.now);
    host.tracker().identify("ann", "{}", analytics, host.now);
    host.consent(all_purposes, 0);
  }
  const std::vector<Sent> sent = host.deliver_all();
  REQUIRE(sent.size() == 2);  // before the first identify and after it
  CHECK(sent[0].body["events"].size() == 1);
  CHECK(sent[1].body["events"].size() == 9);
}

TEST_CASE("only what stands there last is not written again", "[tracker][shared]") {
  VirtualHost host;
  for (const char* path : {"/a", "/b", "/b", "/a"}) {
    visit(host, path);
    host.track("a_b");
  }
  CHECK(told(host.deliver_all()) == std::vector<std::string>{"a_b  /a", "a_b  /b", "a_b  /b", "a_b  /a"});
  CHECK(host.sent.size() == 3);
}

TEST_CASE("what was shared and went with its events is written again", "[tracker][shared]") {
  VirtualHost host;
  for (int i = 0; i < 3; ++i) {
    visit(host, "/a");
    host.track("a_b");
    const Sent sent = host.flush_one();
    visit(host, "/a");
    host.answer(sent.batch, 200);
    CHECK(told({sent}) == std::vector<std::string>{"a_b  /a"});
    CHECK(sent.body["instance_id"].is_string());
  }
}

TEST_CASE("what was held is let go with the user and the page of its call", "[tracker][shared]") {
  VirtualHost host(functional_only());
  host.track("held_nowhere");
  visit(host, "/a");
  host.track("held_early");
  host.tracker().page("{}", R"({"path":"/b"})", analytics, host.now);
  host.tracker().identify("ann", "{}", analytics, host.now);
  host.track("held_late");
  host.tracker().identify("bob", "{}", functional, host.now);
  host.tracker().set_context(stages::Context::page, "");
  host.track("held_of_bob");
  host.tracker().set_user("");
  host.track("held_of_nobody");
  visit(host, "/c");
  host.consent(only(functional) | only(analytics), 0);
  host.track("event_after");
  CHECK(told(host.deliver_all()) ==
        std::vector<std::string>{"user_identified bob /b", "held_nowhere  ", "held_early  /a", "page_viewed  /b",
                                 "user_identified ann /b", "held_late ann /b", "held_of_bob bob ", "held_of_nobody  ",
                                 "event_after  /c"});
}

TEST_CASE("each purpose is let go with its own moment, whatever was let go before", "[tracker][shared]") {
  VirtualHost host(functional_only());
  visit(host, "/a");
  host.track("held_analytics");
  host.track("held_marketing", "{}", marketing);
  visit(host, "/b");
  host.tracker().set_user("ann");
  host.consent(only(functional) | only(analytics), 0);
  CHECK(told(host.deliver_all()) == std::vector<std::string>{"held_analytics  /a"});
  host.consent(all_purposes, 0);
  host.track("event_after");
  CHECK(told(host.deliver_all()) == std::vector<std::string>{"held_marketing  /a", "event_after ann /b"});
}

TEST_CASE("the moment of what was held stays out of its text, however both are written", "[tracker][shared]") {
  for (const char* page : {"", "{}", "{ \"path\" : \"/a\",\n\t\"x\":\"\\u0000 \\\" }\" }\n"}) {
    INFO(page);
    VirtualHost host(functional_only());
    CHECK(host.tracker().set_context(stages::Context::page, page) == Reason::none);
    CHECK(host.tracker().set_user("o\"brien\\\n") == Reason::none);
    host.track("held_event", "{ \"x\" :\n \"\\u0000,\\\"page\\\":{}\" }\n");
    host.tracker().reset();
    visit(host, "/later");
    host.consent(all_purposes, 0);
    const json body = host.deliver_all().back().body;
    CHECK(body["user_id"] == "o\"brien\\\n");
    CHECK(body["context"] == (*page ? json{{"page", json::parse(page)}} : json::object()));
    CHECK(body["events"][0]["properties"] == json{{"x", std::string("\0,\"page\":{}", 11)}});
    CHECK(body["events"].size() == 1);
  }
}

TEST_CASE("what was held is sampled by the user of its call", "[tracker][shared]") {
  Start start = functional_only();
  start.config.sample_rate = "0.5";
  start.config.sample_units = R"(["user"])";
  const auto is_in = [&](const std::string& held_user, const std::string& later_user) {
    VirtualHost host(start);
    host.tracker().set_user(held_user);
    host.track("held_event");
    host.tracker().set_user(later_user);
    host.consent(all_purposes, 0);
    host.poll();
    return host.decisions.at(0).verdict() == Verdict::accepted;
  };
  uint32_t in = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string user = "user_" + std::to_string(i);
    const bool alone = is_in(user, user);
    in += alone;
    CHECK(is_in(user, "other_1") == alone);
    CHECK(is_in(user, "other_2") == alone);
  }
  CHECK(in > 5);
  CHECK(in < 35);
}

TEST_CASE("the pages of what is held count for its bounds, and go when it is refused", "[tracker][shared]") {
  VirtualHost host(functional_only());
  const std::string path(4000, 'p');
  visit(host, "/canary-" + path);
  host.tracker().set_user("canary-user");
  uint32_t held = 0;
  while (host.track("a_b").verdict() == Verdict::held) ++held;
  CHECK(held > limits::held_bytes / 4200);
  CHECK(held <= limits::held_bytes / 4000);
  host.tracker().reset();
  visit(host, "/");
  CHECK(host.remembers("canary-"));
  host.consent(only(functional), only(analytics));
  CHECK_FALSE(host.remembers("canary-"));
  CHECK_FALSE(host.remembers("pppp"));
}

TEST_CASE("a hundred events from a hundred pages are let go in the smallest memory", "[tracker][shared]") {
  Start start = functional_only();
  start.memory_bytes = Tracker::least_memory;
  start.config.context = R"({"os":")" + std::string(700, 'x') + "\"}";
  VirtualHost host(start);
  for (uint32_t i = 0; i < limits::held_events; ++i) {
    visit(host, "/" + std::to_string(i));
    REQUIRE(host.track("a_b", R"({"n":")" + std::to_string(i) + "\"}").verdict() == Verdict::held);
  }
  host.consent(all_purposes, 0);
  const std::vector<Sent> sent = host.deliver_all();
  REQUIRE(sent.size() == limits::held_events);
  for (const Sent& batch : sent) {
    REQUIRE(batch.body["events"].size() == 1);
    CHECK(page_of(batch.body) == "/" + batch.body["events"][0]["properties"]["n"].get<std::string>());
  }
  CHECK(host.guards_intact());
}

TEST_CASE("trackers side by side come to one identity and one session", "[tracker]") {
  VirtualHost one;
  Start start;
  start.seed = 7;
  VirtualHost other(start);
  one.track("a_b");
  other.track("a_b");
  other.poll();
  one.tracker().identify("user_1", "{}", analytics, one.now);
  one.poll();
  other.tracker().learn(one.stores.back());
  other.now += 29 * minute_ms;  // it goes on where the session was seen last
  other.track("c_d");
  const json mine = one.deliver_all().back().body;
  std::vector<Sent> sent = other.deliver_all();
  REQUIRE(sent.size() == 2);  // before and after
  const json theirs = sent[1].body;
  for (const char* id : {"anonymous_id", "session_id", "user_id"}) CHECK(theirs[id] == mine[id]);
  CHECK(theirs["instance_id"] != mine["instance_id"]);

  one.tracker().reset();
  one.track("e_f");
  one.poll();
  other.tracker().learn(one.stores.back());
  other.track("g_h");
  const json after = other.deliver_all().back().body;
  CHECK_FALSE(after.contains("user_id"));
  CHECK(after["anonymous_id"] != mine["anonymous_id"]);

  const std::string before = other.stores.back();
  other.tracker().learn("");
  other.tracker().learn("no state at all \" of mine");
  other.track("i_j");
  CHECK(other.deliver_all().back().body["anonymous_id"] == after["anonymous_id"]);

  Start ungranted;
  ungranted.granted = only(necessary);
  VirtualHost third(ungranted);
  third.tracker().learn(before);
  third.track("k_l", "{}", necessary);
  CHECK(third.flush_one().body["anonymous_id"] != after["anonymous_id"]);
}

}  // namespace waymark
