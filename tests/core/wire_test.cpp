// The envelope: the public contract of names and order.
#include "core/outbox/wire.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/catch.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark::wire {
namespace {

template <typename Write>
std::string written(Write write) {
  std::string out(4096, '\0');
  JsonWriter writer(out.data(), out.size());
  write(writer);
  CHECK_FALSE(writer.failed());
  return std::string(writer.text());
}

std::string event(std::string_view name, std::string_view properties, std::string_view rate = {},
                  std::string_view purpose = {}) {
  return written([&](JsonWriter& out) {
    begin_event(out);
    out.quoted(name);
    begin_properties(out);
    out.raw(properties);
    finish_event(out, Config(), 17, waymark::testing::start_ms, rate, purpose);
  });
}

std::string shared(const stages::Identity& identity, Purposes granted, std::string_view rest = {},
                   std::string_view page = {}, Profile profile = Profile::full) {
  Config config;
  std::string text = waymark::testing::ConfigLines().text();
  std::string_view lines = text;
  REQUIRE(read_config(lines, config) == Reason::none);
  return written([&](JsonWriter& out) { write_shared(out, config, profile, identity, granted, rest, page); });
}

}  // namespace

TEST_CASE("an event on the wire", "[wire]") {
  CHECK(
      event("checkout_completed", R"({"order_id":"ord_456789"})") ==
      R"({"event_name":"checkout_completed","properties":{"order_id":"ord_456789"},"sequence":17,"timestamp":"2024-11-14T10:23:45.123Z"})");
  CHECK(
      event("a_b", "{}", "0.1", "marketing") ==
      R"({"event_name":"a_b","properties":{},"sequence":17,"timestamp":"2024-11-14T10:23:45.123Z","sample_rate":0.1,"purpose":"marketing"})");
  CHECK(nlohmann::json::parse(event("a\"b\n\xFF", "{}"))["event_name"] == "a\"b\n\uFFFD");
}

TEST_CASE("an event that was begun gives its name back", "[wire]") {
  for (const char* name : {"checkout_completed", "a", "page viewed"}) {
    const std::string begun = written([&](JsonWriter& out) {
      begin_event(out);
      out.quoted(name);
      begin_properties(out);
    });
    CHECK(name_of_event(begun) == name);
    CHECK(name_of_event(begun + R"({"event_name":"x"})") == name);
  }
}

TEST_CASE("a client report on the wire", "[wire]") {
  CHECK(written([](JsonWriter& out) { write_report(out, 19, "queue_full", "analytics", 3); }) ==
        R"({"sequence":19,"reason":"queue_full","purpose":"analytics","count":3})");
}

TEST_CASE("what events share stands once", "[wire]") {
  stages::Identity identity;
  CHECK(shared(identity, 1) == R"(,"consent":[],"context":{})");
  identity.instance.set("i");
  CHECK(shared(identity, 1) == R"("instance_id":"i","consent":[],"context":{})");
  identity.anonymous.set("a");
  identity.user.set("u");
  identity.session.set("s");
  CHECK(
      shared(identity, 0b1101) ==
      R"("instance_id":"i","anonymous_id":"a","user_id":"u","session_id":"s","consent":["analytics","marketing"],"context":{})");
}

TEST_CASE("the page is one member more of the context", "[wire]") {
  stages::Identity identity;
  identity.instance.set("i");
  const auto context_of = [&](std::string_view rest, std::string_view page) {
    return nlohmann::json::parse("{" + shared(identity, 1, rest, page) + "}")["context"].dump();
  };
  CHECK(context_of("", "") == "{}");
  CHECK(context_of("{}", "") == "{}");
  CHECK(context_of(R"({"os":"linux"})", "") == R"({"os":"linux"})");
  CHECK(context_of("", R"({"path":"/"})") == R"({"page":{"path":"/"}})");
  CHECK(context_of("{}", R"({"path":"/"})") == R"({"page":{"path":"/"}})");
  CHECK(context_of(R"({"os":"linux"})", R"({"path":"/"})") == R"({"os":"linux","page":{"path":"/"}})");
  CHECK(context_of(R"({"os":"linux"})", "{}") == R"({"os":"linux","page":{}})");
}

TEST_CASE("white space around the context's object does no harm", "[wire]") {
  stages::Identity identity;
  identity.instance.set("i");
  for (const char* rest :
       {R"( {"os":"linux"})", "{\"os\":\"linux\"} ", "{\"os\":\"linux\"}\n\t", " { } ", "{ }", "{}\n"}) {
    for (const char* page : {"", R"({"path":"/"})", " {\"path\":\"/\"} "}) {
      INFO(rest << "|" << page);
      CHECK(nlohmann::json::accept("{" + shared(identity, 1, rest, page) + "}"));
    }
  }
}

TEST_CASE("the lists' own bytes are within their bound", "[wire]") {
  const std::string lists = written([](JsonWriter& out) {
    begin_list(out, List::events);
    out.byte(']');
    begin_list(out, List::client_reports);
    out.raw("]}");
  });
  CHECK(lists == R"(,"events":[],"client_reports":[]})");
  CHECK(lists.size() <= around_lists);
  // The longest name, all escaped, and everything else as long as it gets.
  const std::string longest = event(std::string(limits::event_name_bytes, '\x01'), "", "0.123456789012345678",
                                    std::string(limits::purpose_bytes, 'p'));
  CHECK(longest.size() <= around_event);
}

TEST_CASE("a batch begins with its members", "[wire]") {
  Config config;
  config.batch = R"("write_key":"demo")";
  CHECK(written([&](JsonWriter& out) { begin_batch(out, config, 0, R"("instance_id":"i")"); }) ==
        R"({"write_key":"demo","sent_at":"1970-01-01T00:00:00.000Z","instance_id":"i")");
}

}  // namespace waymark::wire
