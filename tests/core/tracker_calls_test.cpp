// The calls that say who and where: identify, group, page, context and reset.
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"
#include "tests/core/check_decision.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

using EventNames = std::vector<std::string>;

}  // namespace

TEST_CASE("identify: the user id on this event and all that follow, the traits as properties", "[tracker]") {
  VirtualHost host;
  host.track("a_first");
  check_decision(
      host.tracker().identify("user_8x92j4k1", R"({"plan":"pro","email":"ann@example.com"})", analytics, host.now),
      Verdict::accepted, Reason::none);
  host.track("a_last");
  const std::vector<Sent> sent = host.deliver_all();
  REQUIRE(sent.size() == 2);
  CHECK_FALSE(sent[0].body.contains("user_id"));
  CHECK(sent[0].event_names() == EventNames{"a_first"});
  CHECK(sent[1].body["user_id"] == "user_8x92j4k1");
  CHECK(sent[1].event_names() == EventNames{"user_identified", "a_last"});
  CHECK(sent[1].body["events"][0]["properties"] == json({{"plan", "pro"}, {"email", "[personal]"}}));
}

TEST_CASE("user ids are scrubbed and bounded", "[tracker]") {
  VirtualHost host;
  CHECK(host.tracker().set_user("ann@example.com") == Reason::none);
  host.track("a_b");
  CHECK(host.flush_one().body["user_id"] == "[email]");
  CHECK(host.tracker().set_user(std::string(64, 'u')) == Reason::none);
  CHECK(host.tracker().set_user(std::string(65, 'u')) == Reason::id_too_long);
  check_decision(host.tracker().identify(std::string(65, 'u'), "{}", analytics, host.now), Verdict::invalid,
                 Reason::id_too_long);
  CHECK(host.tracker().explain() == R"(id_too_long at "user_id")");
  CHECK(host.tracker().set_user("o\"brien\\\n\xFF") == Reason::none);
  host.track("a_b");
  host.answer(host.sent.back().batch, 200);
  CHECK(host.deliver_all().back().body["user_id"] == "o\"brien\\\n\uFFFD");
  CHECK(host.tracker().set_user("") == Reason::none);
  host.track("a_b");
  CHECK_FALSE(host.deliver_all().back().body.contains("user_id"));
}

TEST_CASE("group: the group's id and the traits as properties", "[tracker]") {
  VirtualHost host;
  const auto properties = [&](std::string_view id, std::string_view traits) {
    check_decision(host.tracker().group(id, traits, analytics, host.now), Verdict::accepted, Reason::none);
    const json event = host.deliver_all().back().body["events"].back();
    CHECK(event["event_name"] == "group_identified");
    return event["properties"];
  };
  CHECK(properties("acme", "{}") == json({{"group_id", "acme"}}));
  CHECK(properties("acme", " { } ") == json({{"group_id", "acme"}}));
  CHECK(properties("acme", R"({"seats":5})") == json({{"group_id", "acme"}, {"seats", 5}}));
  CHECK(properties("a\"c\\me", R"( { "seats" : 5 } )") == json({{"group_id", "a\"c\\me"}, {"seats", 5}}));
  CHECK(properties("ann@example.com", "{}") == json({{"group_id", "[email]"}}));
  CHECK(properties("acme", "") == json({{"group_id", "acme"}}));
}

TEST_CASE("group: traits that are no object are refused", "[tracker]") {
  VirtualHost host;
  for (const char* bad :
       {"[1]", "1", "null", "\"x\"", R"(zzz{"a":1})", "{", R"({"a":1)", R"({"a":1}})", R"({"group_id":"x"})"}) {
    INFO(bad);
    CHECK(host.tracker().group("acme", bad, analytics, host.now).verdict() == Verdict::invalid);
  }
  const std::string large = R"({"a":")" + std::string(70000, 'a') + "\"}";
  check_decision(host.tracker().group("acme", large, analytics, host.now), Verdict::invalid, Reason::event_too_large);
}

TEST_CASE("page: page_viewed, and the page in the context from now on", "[tracker]") {
  VirtualHost host(start_with(&ConfigLines::context, R"({"os":"linux"})"));
  check_decision(
      host.tracker().page(R"({"tab":1})",
                          R"({"path":"/a","referrer":"https://u:p@b.com/?token=1","title":"To ann@example.com"})",
                          analytics, host.now),
      Verdict::accepted, Reason::none);
  host.track("a_b");
  host.tracker().page("{}", R"({"path":"/c?utm_source=x&secret=1#y"})", analytics, host.now);
  const std::vector<Sent> sent = host.deliver_all();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].event_names() == EventNames{"page_viewed", "a_b"});
  CHECK(sent[0].body["events"][0]["properties"] == json({{"tab", 1}}));
  CHECK(sent[0].body["context"] ==
        json::parse(R"({"os":"linux","page":{"path":"/a","referrer":"https://b.com/","title":"To [email]"}})"));
  CHECK(sent[1].body["context"]["page"] == json::parse(R"({"path":"/c?utm_source=x"})"));
}

TEST_CASE("a page or context that is no good is refused and changes nothing", "[tracker]") {
  VirtualHost host;
  host.tracker().page("{}", R"({"path":"/a"})", analytics, host.now);
  check_decision(host.tracker().page("{}", "[]", analytics, host.now), Verdict::invalid, Reason::not_an_object);
  CHECK(host.tracker().explain() == R"(not_an_object at "page")");
  const std::string large = R"({"path":")" + std::string(5000, 'x') + "\"}";
  check_decision(host.tracker().page("{}", large, analytics, host.now), Verdict::invalid, Reason::event_too_large);
  CHECK(host.tracker().set_context(stages::Context::rest, "{") == Reason::json_syntax);
  host.track("a_b");
  CHECK(host.deliver_all().back().body["context"] == json::parse(R"({"page":{"path":"/a"}})"));
}

TEST_CASE("the context is scrubbed, and its white space does no harm", "[tracker]") {
  VirtualHost host;
  for (const char* rest : {"{\"os\":\"linux\"}\n", "  {\"os\" : \"linux\"} ", "{ }", "{\n}"}) {
    for (const char* page : {"", "{ \"path\" : \"/\" }\n"}) {
      CHECK(host.tracker().set_context(stages::Context::rest, rest) == Reason::none);
      CHECK(host.tracker().set_context(stages::Context::page, page) == Reason::none);
      host.track("a_b");
      INFO(rest << "|" << page);
      CHECK_FALSE(host.deliver_all().back().body.is_discarded());
    }
  }
  host.tracker().set_context(stages::Context::rest, R"({"user":{"email":"x"},"note":"ann@example.com"})");
  host.track("a_b");
  CHECK(host.deliver_all().back().body["context"]["user"]["email"] == "[personal]");
  CHECK(host.sent.back().body["context"]["note"] == "[email]");
}

TEST_CASE("reset: another person sits down", "[tracker]") {
  VirtualHost host;
  host.tracker().identify("ann", "{}", analytics, host.now);
  const json before = host.deliver_all().back().body;
  host.tracker().reset();
  host.track("a_b");
  const json after = host.deliver_all().back().body;
  CHECK(after["anonymous_id"] != before["anonymous_id"]);
  CHECK(after["session_id"] != before["session_id"]);
  CHECK_FALSE(after.contains("user_id"));
  CHECK(after["instance_id"] == before["instance_id"]);
  CHECK(after["events"][0]["sequence"] == 2);
}

}  // namespace waymark
