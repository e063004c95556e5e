// The tracker as a whole: the verdict of every path, what events carry, sessions, sampling, names, and what explain()
// says. Calls that say who and where, consent, delivery and snapshots have files of their own.
#include "core/tracker.hpp"

#include <set>
#include <string>
#include <vector>

#include "core/text/ids.hpp"
#include "core/text/time.hpp"
#include "tests/catch.hpp"
#include "tests/core/check_decision.hpp"
#include "tests/core/virtual_host.hpp"

namespace waymark {
namespace {

using namespace waymark::testing;

}  // namespace

TEST_CASE("before start everything is disabled and nothing is to be done", "[tracker]") {
  std::vector<char> block(Tracker::least_memory);
  auto tracker = std::make_unique<Tracker>(block.data(), block.size());
  check_decision(tracker->track("a_b", "{}", analytics, start_ms), Verdict::disabled, Reason::not_started);
  check_decision(tracker->page("{}", "{}", analytics, start_ms), Verdict::disabled, Reason::not_started);
  check_decision(tracker->identify("ann", "{}", analytics, start_ms), Verdict::disabled, Reason::not_started);
  check_decision(tracker->group("acme", "{}", analytics, start_ms), Verdict::disabled, Reason::not_started);
  CHECK(tracker->explain() == "not_started");
  CHECK(tracker->poll(start_ms).kind == Action::idle);
  CHECK(tracker->set_user("ann") == Reason::not_started);
  CHECK(tracker->set_context(stages::Context::rest, "{}") == Reason::not_started);
  CHECK(tracker->restore("x", start_ms) == Reason::not_started);
  char out[64];
  CHECK(tracker->snapshot(out, sizeof out, start_ms) == 0);
  tracker->flush(true);
  tracker->online(start_ms);
  tracker->reset();
  tracker->on_response(1, 200, -1, {}, start_ms);
  CHECK(tracker->poll(start_ms).kind == Action::idle);
}

TEST_CASE("a bad config leaves the tracker disabled", "[tracker]") {
  for (const std::string& bad : {std::string(), std::string("\n{}"), std::string(9000, 'x')}) {
    Start start;
    start.config.batch = bad;
    VirtualHost host(start);
    CHECK(host.reason == Reason::bad_config);
    CHECK(host.track("a_b").verdict() == Verdict::disabled);
    CHECK(host.guards_intact());
  }
}

TEST_CASE("a context in the config that is no object is told", "[tracker]") {
  for (const char* bad : {"[]", "{", "{\"a\":1,\"a\":2}", "x"}) {
    CHECK(VirtualHost(start_with(&ConfigLines::context, bad)).reason != Reason::none);
  }
  CHECK(VirtualHost(start_with(&ConfigLines::context, R"({"os":{"name":"linux"}})")).reason == Reason::none);
}

TEST_CASE("an accepted event goes out whole", "[tracker]") {
  VirtualHost host(start_with(&ConfigLines::context, R"({"os":{"name":"linux"}})"));
  check_decision(host.track("checkout_completed", R"({"order_id":"ord_456789","order_value":149.99})"),
                 Verdict::accepted, Reason::none);
  CHECK(host.tracker().explain().empty());
  const Sent sent = host.flush_one();
  const json& body = sent.body;
  CHECK(body["write_key"] == "demo");
  CHECK(body["plan_version"] == 3);
  CHECK(body["sent_at"] == "2024-11-14T10:23:45.123Z");
  CHECK(body["instance_id"].get<std::string>().size() == 32);
  CHECK(body["anonymous_id"].get<std::string>().size() == 36);
  CHECK(body["session_id"].get<std::string>().size() == 36);
  CHECK_FALSE(body.contains("user_id"));
  CHECK(body["consent"] == json({"functional", "analytics", "marketing"}));
  CHECK(body["context"] == json::parse(R"({"os":{"name":"linux"}})"));
  CHECK(body["events"] ==
        json::parse(R"([{"event_name":"checkout_completed","properties":{"order_id":"ord_456789","order_value":149.99},
                                         "sequence":1,"timestamp":"2024-11-14T10:23:45.123Z"}])"));
  CHECK(body["client_reports"] == json::array());
  CHECK(host.tracker().totals().accepted == 1);
}

TEST_CASE("sequence counts per instance, and times are the events' own", "[tracker]") {
  VirtualHost host;
  for (int i = 0; i < 5; ++i, host.now += 100) host.track("a_b");
  const json body = host.flush_one().body;
  for (int i = 0; i < 5; ++i) {
    CHECK(body["events"][i]["sequence"] == i + 1);
    char time[24];
    text::write_timestamp(start_ms + 100 * i, time);
    CHECK(body["events"][i]["timestamp"] == std::string(time, 24));
  }
}

TEST_CASE("the purpose is written unless it is the usual one", "[tracker]") {
  VirtualHost host;
  for (const uint32_t purpose : {necessary, functional, analytics, marketing}) host.track("a_b", "{}", purpose);
  const json events = host.flush_one().body["events"];
  CHECK(events[0]["purpose"] == "necessary");
  CHECK(events[1]["purpose"] == "functional");
  CHECK_FALSE(events[2].contains("purpose"));
  CHECK(events[3]["purpose"] == "marketing");
}

TEST_CASE("invalid events get a reason and the key at fault, and are counted", "[tracker]") {
  VirtualHost host;
  check_decision(host.track("a_b", R"({"price":1,"price":2})"), Verdict::invalid, Reason::duplicate_key);
  CHECK(host.tracker().explain() == R"(duplicate_key at "price")");
  check_decision(host.track("a_b", ""), Verdict::invalid, Reason::json_syntax);
  check_decision(host.track("a_b", "[]"), Verdict::invalid, Reason::not_an_object);
  check_decision(host.track("a_b", R"({"x":")" + std::string(9000, 'x') + "\"}"), Verdict::invalid,
                 Reason::string_too_long);
  CHECK(host.tracker().explain() == R"(string_too_long at "x")");
  check_decision(host.track("a_b", "{\"x\":\"\xFF\"}"), Verdict::invalid, Reason::not_utf8);
  check_decision(host.track("a_b", std::string(limits::event_bytes + 1, ' ')), Verdict::invalid,
                 Reason::event_too_large);
  check_decision(host.track("", "{}"), Verdict::invalid, Reason::name_missing);
  check_decision(host.track(std::string(65, 'a'), "{}"), Verdict::invalid, Reason::name_too_long);
  check_decision(host.track("a_\xFF", "{}"), Verdict::invalid, Reason::not_utf8);
  check_decision(host.track("a_b", "{}", 4), Verdict::denied, Reason::unknown_purpose);
  CHECK(host.tracker().explain() == "unknown_purpose");
  check_decision(host.track("a_b"), Verdict::accepted, Reason::none);
  CHECK(host.tracker().explain().empty());
  std::set<std::string> reports;
  const Sent sent = host.flush_one();
  for (const json& report : sent.body["client_reports"]) {
    reports.insert(report["reason"].get<std::string>() + " " + std::to_string(report["count"].get<int>()));
  }
  CHECK(reports == std::set<std::string>{"duplicate_key 1", "json_syntax 1", "not_an_object 1", "string_too_long 1",
                                         "not_utf8 2", "event_too_large 1", "name_missing 1", "name_too_long 1"});
}

TEST_CASE("explain stays in its bounds whatever the key", "[tracker]") {
  VirtualHost host;
  for (const size_t size : {1, 127, 128, 129, 250, 5000}) {
    const std::string key(size, 'k');
    host.track("a_b", "{\"" + key + "\":1,\"" + key + "\":2}");
    CHECK(host.tracker().explain().size() <= 256);
    CHECK(host.tracker().explain().substr(0, 4) != "none");
  }
}

TEST_CASE("names are warned about, enforced or let be", "[tracker]") {
  VirtualHost warn;
  check_decision(warn.track("Checkout Completed"), Verdict::accepted, Reason::name_style);
  CHECK(warn.tracker().explain() == "name_style");
  VirtualHost reject(start_with(&ConfigLines::names, "reject"));
  check_decision(reject.track("Checkout Completed"), Verdict::invalid, Reason::name_style);
  check_decision(reject.track("checkout_completed"), Verdict::accepted, Reason::none);
  VirtualHost off(start_with(&ConfigLines::names, "off"));
  check_decision(off.track("Checkout Completed"), Verdict::accepted, Reason::none);
  CHECK(off.tracker().explain().empty());
  check_decision(off.track(""), Verdict::invalid, Reason::name_missing);
}

TEST_CASE("over the rate: counted, and free again later", "[tracker]") {
  VirtualHost host(start_with(&ConfigLines::events_per_minute, "3"));
  for (int i = 0; i < 3; ++i) CHECK(host.track("a_b").verdict() == Verdict::accepted);
  check_decision(host.track("a_b"), Verdict::rate_limited, Reason::over_rate);
  check_decision(host.track("a_b"), Verdict::rate_limited, Reason::over_rate);
  const json reports = host.flush_one().body["client_reports"];
  REQUIRE(reports.size() == 1);
  CHECK(reports[0]["reason"] == "over_rate");
  CHECK(reports[0]["purpose"] == "analytics");
  CHECK(reports[0]["count"] == 2);
  CHECK(reports[0]["sequence"] == 4);
  host.now += minute_ms / 3;
  CHECK(host.track("a_b").verdict() == Verdict::accepted);
}

TEST_CASE("sampling: one person in or out for all events, the rate on the event, the list untouched", "[tracker]") {
  int in = 0;
  for (int person = 0; person < 400; ++person) {
    Start start = start_with(&ConfigLines::sample_rate, "0.25");
    start.config.sample_always = R"(["checkout_completed"])";
    start.seed = static_cast<uint32_t>(person);
    VirtualHost host(start);
    host.tracker().set_user("user_" + std::to_string(person));
    const bool first = host.track("page_viewed").verdict() == Verdict::accepted;
    for (int i = 0; i < 3; ++i) {
      const Decision decision = host.track(i ? "page_viewed" : "item_added");
      CHECK((decision.verdict() == Verdict::accepted) == first);
      if (!first) check_decision(decision, Verdict::sampled_out, Reason::outside_sample);
    }
    CHECK(host.track("checkout_completed").verdict() == Verdict::accepted);
    in += first;
    const Sent sent = host.flush_one();
    for (const json& event : sent.body["events"]) {
      CHECK(event.contains("sample_rate") == (event["event_name"] != "checkout_completed"));
      if (event.contains("sample_rate")) CHECK(event["sample_rate"] == 0.25);
    }
  }
  CHECK(in > 60);
  CHECK(in < 140);
}

TEST_CASE("a rate of 0 takes the list alone", "[tracker]") {
  Start start = start_with(&ConfigLines::sample_rate, "0");
  start.config.sample_always = R"(["error_raised"])";
  VirtualHost host(start);
  CHECK(host.track("page_viewed").verdict() == Verdict::sampled_out);
  CHECK(host.track("error_raised").verdict() == Verdict::accepted);
}

TEST_CASE("a session goes on while something happens, and ends", "[tracker]") {
  VirtualHost host;
  const auto session = [&] {
    host.track("a_b");
    return host.flush_one().body["session_id"].get<std::string>();
  };
  const auto settled = [&] {
    const std::string id = session();
    host.answer(host.sent.back().batch, 200);
    return id;
  };
  const std::string first = settled();
  host.now += 30 * minute_ms;
  CHECK(settled() == first);
  host.now += 30 * minute_ms + 1;
  const std::string second = settled();
  CHECK(second != first);
  for (int i = 0; i < 49; ++i) {
    host.now += 29 * minute_ms;  // 23 h 41 min
    CHECK(settled() == second);
  }
  host.now += 29 * minute_ms;
  CHECK(settled() != second);
}

TEST_CASE("what was hidden is counted", "[tracker]") {
  VirtualHost host;
  host.track("a_b", R"({"a":"ann@example.com","password":"x","b":"4111111111111111"})");
  CHECK(host.tracker().totals().redactions == 3);
  CHECK(host.tracker().redactions().by_marker[static_cast<uint32_t>(privacy::Marker::email)] == 1);
}

TEST_CASE("an event name gives nobody away", "[tracker]") {
  VirtualHost host;
  host.track("mail to ann@example.com");
  CHECK(host.deliver_all().back().bytes.find("ann@example.com") == std::string::npos);
}

TEST_CASE("an event can not grow past the batch that has to carry it", "[tracker]") {
  VirtualHost host;
  std::string properties = "{";
  for (int k = 0; k < 4; ++k) {
    properties += (k ? ",\"k" : "\"k") + std::to_string(k) + "\":\"x@y.com ";
    for (int i = 0; i < 3990; ++i) properties += "\\n";
    properties += "\"";
  }
  properties += "}";
  REQUIRE(properties.size() < limits::event_bytes);
  const Decision decision = host.track("a_b", properties);
  const std::vector<Sent> sent = host.deliver_all();
  if (decision.verdict() == Verdict::accepted) {
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].event_names() == EventNames{"a_b"});
  } else {
    check_decision(decision, Verdict::invalid, Reason::event_too_large);
  }
  CHECK(host.tracker().totals().acknowledged == host.tracker().totals().accepted);
}

TEST_CASE("several trackers live side by side", "[tracker]") {
  Start start;
  start.seed = 2;
  VirtualHost a, b(start);
  for (int i = 0; i < 50; ++i) {
    a.track("from_a");
    b.track("from_b");
  }
  a.consent(0, ~0u);
  const json body = b.flush_one().body;
  CHECK(body["events"].size() == 50);
  CHECK(body["events"][49]["sequence"] == 50);
  CHECK(a.tracker().totals().wiped == 50);
  CHECK(b.tracker().totals().wiped == 0);
}

TEST_CASE("the same calls give the same bytes", "[tracker]") {
  const auto run = [] {
    VirtualHost host;
    for (int i = 0; i < 300; ++i, host.now += 37) {
      host.track("a_b", "{\"i\":" + std::to_string(i) + "}");
      if (i % 50 == 0) host.tracker().page("{}", "{\"path\":\"/" + std::to_string(i) + "\"}", analytics, host.now);
      if (i % 70 == 0) host.deliver_all();
    }
    std::string all;
    for (const Sent& sent : host.sent) all += sent.bytes;
    return all;
  };
  CHECK(run() == run());
}

TEST_CASE("both ends compute the same id for every event", "[tracker]") {
  VirtualHost host;
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i, host.now += 3) host.track("a_b");
  const json body = host.flush_one().body;
  for (const json& event : body["events"]) {
    CHECK_FALSE(event.contains("event_id"));
    char id[text::uuid_chars];
    text::event_id(body["instance_id"].get<std::string>(), event["sequence"].get<uint32_t>(),
                   text::parse_timestamp(event["timestamp"].get<std::string>()), id);
    ids.emplace(id, sizeof id);
  }
  CHECK(ids.size() == 100);
}

TEST_CASE("the tracker's size is as announced, and its block is enough", "[tracker]") {
  CHECK(sizeof(Tracker) <= 46 * 1024);
  Start start;
  start.memory_bytes = Tracker::least_memory;
  VirtualHost host(start);
  CHECK(host.track("a_b", R"({"a":")" + std::string(8000, 'a') + R"(","b":")" + std::string(8000, 'a') + R"(","c":")" +
                              std::string(8000, 'a') + R"(","d":")" + std::string(8000, 'a') + "\"}")
            .verdict() == Verdict::accepted);
  CHECK(host.deliver_all().size() == 1);
  CHECK(host.guards_intact());
}

}  // namespace waymark
