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
  host.answer(host.sent.back().batch, 200);
  CHECK(host.tracker().set_user("o\"brien\\\n\xFF") == Reason::none);
  host.track("a_b");
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

TEST_CASE("a page that is no good is left out, and its event goes on without one", "[tracker]") {
  for (const std::string& bad : {std::string("[]"), std::string("{"), R"({"path":")" + std::string(5000, 'x') + "\"}",
                                 std::string(R"({"path":"/a","path":"/b"})")}) {
    INFO(bad.substr(0, 40));
    VirtualHost host;
    host.tracker().page("{}", R"({"path":"/a"})", analytics, host.now);
    check_decision(host.tracker().page(R"({"n":2})", bad, analytics, host.now), Verdict::accepted, Reason::none);
    host.track("a_b");
    const std::vector<Sent> sent = host.deliver_all();
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].body["context"]["page"]["path"] == "/a");
    CHECK(sent[1].event_names() == EventNames{"page_viewed", "a_b"});
    CHECK(sent[1].body["context"] == json::object());
    CHECK(sent[1].body["client_reports"].empty());
  }
}

TEST_CASE("a context that is no good is refused, and nothing of the former one is left", "[tracker]") {
  VirtualHost host;
  const std::string large = R"({"os":")" + std::string(5000, 'x') + "\"}";
  for (const auto& [bad, reason] : {std::pair{std::string("{"), Reason::json_syntax},
                                    {"1", Reason::not_an_object},
                                    {large, Reason::event_too_large}}) {
    CHECK(host.tracker().set_context(stages::Context::rest, R"({"os":"canary"})") == Reason::none);
    CHECK(host.tracker().set_context(stages::Context::rest, bad) == reason);
    CHECK(host.object().find("canary") == std::string_view::npos);
    host.track("a_b");
    CHECK(host.deliver_all().back().body["context"] == json::object());
  }
}

TEST_CASE("the context has one page: a second one beside it is refused", "[tracker]") {
  VirtualHost host;
  for (const char* bad : {R"({"page":{}})", R"({"os":"linux","page":1})", R"({"os":{"a":[1]},"p\u0061ge":null})"}) {
    INFO(bad);
    CHECK(host.tracker().set_context(stages::Context::rest, bad) == Reason::duplicate_key);
  }
  // Deeper down, or as a value, the word is like any other; and a page may well have a page.
  CHECK(host.tracker().set_context(stages::Context::rest, R"({"os":{"page":1},"view":"page"})") == Reason::none);
  CHECK(host.tracker().set_context(stages::Context::page, R"({"page":2})") == Reason::none);
  check_decision(host.track("a_b", R"({"page":3})"), Verdict::accepted, Reason::none);
  const Sent sent = host.flush_one();
  CHECK(sent.body["context"] == json::parse(R"({"os":{"page":1},"view":"page","page":{"page":2}})"));
  CHECK(VirtualHost(start_with(&ConfigLines::context, R"({"page":{}})")).reason == Reason::duplicate_key);
}

TEST_CASE("a context has room for as many keys as any object", "[tracker]") {
  VirtualHost host;
  std::string keys;
  for (uint32_t i = 0; i < limits::keys; ++i) keys += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  CHECK(host.tracker().set_context(stages::Context::rest, "{" + keys + "}") == Reason::none);
  CHECK(host.tracker().set_context(stages::Context::rest, "{" + keys + ",\"x\":0}") == Reason::too_many_keys);
  host.track("a_b");
  CHECK(host.deliver_all().back().body["context"] == json::object());
}

TEST_CASE("an id that is refused or empty: the event is invalid and counted, and nobody is known any more",
          "[tracker]") {
  for (const std::string& bad : {std::string(65, 'u'), std::string(100000, 'u'), std::string()}) {
    INFO(bad.size());
    VirtualHost host;
    host.tracker().identify("ann", "{}", analytics, host.now);
    host.deliver_all();
    const Reason reason = bad.empty() ? Reason::name_missing : Reason::id_too_long;
    check_decision(host.tracker().identify(bad, "{}", analytics, host.now), Verdict::invalid, reason);
    CHECK(host.tracker().explain() == (bad.empty() ? "name_missing" : R"(id_too_long at "user_id")"));
    host.track("a_b");
    const Sent sent = host.deliver_all().back();
    CHECK(sent.event_names() == EventNames{"a_b"});
    CHECK_FALSE(sent.body.contains("user_id"));
    REQUIRE(sent.body["client_reports"].size() == 1);
    CHECK(sent.body["client_reports"][0]["reason"] == name_of(reason));
    CHECK(sent.body["client_reports"][0]["purpose"] == "analytics");
    CHECK_FALSE(host.object().find("ann") != std::string_view::npos);
  }
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
