// A tracker with a tracking plan: what the plan's modes, rates, purposes and privacy rules do to events.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "native/plan/compile.hpp"
#include "tests/catch.hpp"

namespace waymark {
namespace {

using nlohmann::json;

constexpr const char* plan_text = R"({
  "name": "shop", "version": 12,
  "modes": {"production": "warn", "quiet": "off"},
  "events": {
    "checkout_completed": {
      "description": "An order was placed", "owner": "checkout", "purpose": "analytics",
      "properties": {
        "type": "object",
        "properties": {
          "order_id": {"type": "string", "pattern": "^ord_[0-9]+$"},
          "order_value": {"type": "number", "minimum": 0},
          "items": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
          "customer_ref": {"type": "string"}, "note": {"type": "string"}, "support_email": {"type": "string"},
          "loyalty_card": {"type": "string"}, "tier": {"type": "string"},
          "channel": {"type": "string", "enum": ["web", "app"]}, "currency": {"const": "EUR"},
          "payment": {"enum": ["card", 1, null]}, "free": {"type": "string", "minLength": 1}
        },
        "required": ["order_id"], "additionalProperties": false
      }
    },
    "page_scrolled": {"description": "d", "owner": "o", "sample_rate": 0},
    "search_performed": {"description": "d", "owner": "o", "properties": {"type": "object"}}
  },
  "experiments": {"layout": {"variants": {"control": 50, "wide": 50}}},
  "traits": {"user": {"type": "object", "properties": {"seats": {"type": "integer"}}}},
  "privacy": {
    "properties": {"customer_ref": "hash", "checkout_completed.note": "drop", "support_email": "allow", "tier": "redact"},
    "salt": "pepper", "deny_keys": ["loyalty_card"], "url_parameters": ["q"]
  }
})";

std::string compiled(const char* environment = "") {
  plan::Findings findings;
  const auto document = plan::read_plan(plan_text, findings);
  for (const auto& finding : findings) INFO(finding.pointer << ": " << finding.message);
  REQUIRE(document);
  return plan::compile_plan(*document, findings, environment);
}

struct Host {
  explicit Host(const char* environment = "", const std::string& lines = "\"write_key\":\"demo\"\n")
      : bytes(compiled(environment)) {
    REQUIRE(tracker->set_plan(bytes) == Reason::none);
    REQUIRE(tracker->start(lines + std::string(12, '\n'), 0b1111, 0, now) == Reason::none);
  }

  Decision track(std::string_view name, std::string_view properties) {
    return tracker->track(name, properties, 2, now);
  }

  // The body of the one batch that a flush sends.
  json flush() {
    tracker->flush(false);
    for (;;) {
      const Action action = tracker->poll(now);
      REQUIRE((action.kind == Action::store || action.kind == Action::send));
      if (action.kind != Action::send) continue;
      json body = json::parse(action.bytes);
      tracker->on_response(action.batch, 200, -1, {}, now);
      return body;
    }
  }
  json properties_of(std::string_view name, std::string_view properties) {
    REQUIRE(track(name, properties).verdict() == Verdict::accepted);
    return flush()["events"].back()["properties"];
  }

  double now = 1731579825123.0;
  std::string bytes;
  std::vector<double> memory = std::vector<double>(128 * 1024);
  std::unique_ptr<Tracker> tracker =
      std::make_unique<Tracker>(reinterpret_cast<char*>(memory.data()), memory.size() * sizeof(double));
};

}  // namespace

TEST_CASE("an event that keeps the plan passes, and the batch names the plan's version") {
  Host host;
  CHECK(host.track("checkout_completed", R"({"order_id":"ord_1","order_value":149.99})").verdict() ==
        Verdict::accepted);
  CHECK(host.tracker->explain().empty());
  CHECK(host.flush()["plan_version"] == 12);
}

TEST_CASE("what breaks the plan is invalid, with path and rule") {
  Host host;
  const auto check = [&](std::string_view name, std::string_view properties, Reason reason, std::string_view why) {
    const Decision decision = host.track(name, properties);
    INFO(properties);
    CHECK(decision.verdict() == Verdict::invalid);
    CHECK(decision.reason() == reason);
    CHECK(host.tracker->explain() == why);
  };
  check("checkout_completed", R"({"order_id":"ord_1","order_value":-1})", Reason::plan_violation,
        R"(plan_violation at "/order_value": minimum)");
  check("checkout_completed", R"({"order_id":"x"})", Reason::plan_violation,
        R"(plan_violation at "/order_id": pattern)");
  check("checkout_completed", R"({"order_id":"ord_1","items":[{"sku":"a"},{"sku":7}]})", Reason::plan_violation,
        R"(plan_violation at "/items/1/sku": type)");
  check("checkout_completed", R"({"order_id":"ord_1","colour":"red"})", Reason::plan_violation,
        R"(plan_violation at "/colour": additionalProperties)");
  check("checkout_completed", "{}", Reason::plan_violation, "plan_violation: required");
  check("checkout_complete", "{}", Reason::unplanned_event, "unplanned_event");
  // They are counted in a client report.
  host.track("search_performed", "{}");
  const json reports = host.flush()["client_reports"];
  REQUIRE(reports.size() == 2);
  CHECK(reports[0]["reason"] == "unplanned_event");
  CHECK(reports[0]["count"] == 1);
  CHECK(reports[1]["reason"] == "plan_violation");
  CHECK(reports[1]["count"] == 5);
}

TEST_CASE("the mode warn lets events pass and says why they should not; off says nothing") {
  Host warned("production");
  CHECK(warned.track("checkout_completed", "{}").verdict() == Verdict::accepted);
  CHECK(warned.tracker->explain() == "plan_violation: required");
  CHECK(warned.track("never_planned", "{}").verdict() == Verdict::accepted);
  CHECK(warned.tracker->explain() == "unplanned_event");
  CHECK(warned.flush()["events"].size() == 2);
  Host quiet("quiet");
  CHECK(quiet.track("checkout_completed", "{}").verdict() == Verdict::accepted);
  CHECK(quiet.tracker->explain().empty());
}

TEST_CASE("the tracker's own events need not be planned; traits keep their schema") {
  Host host;
  CHECK(host.tracker->page("{}", R"({"path":"/"})", 2, host.now).verdict() == Verdict::accepted);
  CHECK(host.tracker->identify("u1", R"({"seats":5})", 2, host.now).verdict() == Verdict::accepted);
  CHECK(host.tracker->identify("u1", R"({"seats":5.5})", 2, host.now).reason() == Reason::plan_violation);
  CHECK(host.tracker->explain() == R"(plan_violation at "/seats": type)");
}

TEST_CASE("an event's own sample rate goes before that of the config") {
  Host host;
  CHECK(host.track("page_scrolled", "{}").verdict() == Verdict::sampled_out);
  CHECK(host.track("search_performed", "{}").verdict() == Verdict::accepted);
}

TEST_CASE("privacy rules: hash, drop, allow, redact, denied keys and URL parameters") {
  Host host;
  const json got = host.properties_of(
      "checkout_completed",
      R"({"note":"call me","order_id":"ord_1","customer_ref":"c-17","support_email":"help@shop.example",)"
      R"("loyalty_card":"L1","tier":"gold"})");
  CHECK(got.size() == 5);
  CHECK(got["order_id"] == "ord_1");
  const std::string pseudonym = got["customer_ref"];
  CHECK(pseudonym.size() == 23);
  CHECK(pseudonym.substr(0, 6) == "[hash:");
  CHECK(got["support_email"] == "help@shop.example");
  CHECK(got["loyalty_card"] == "[secret]");
  CHECK(got["tier"] == "[personal]");

  // The same value has the same pseudonym, another one another; a pseudonym stays.
  const auto ref = [&](const std::string& value) {
    return host.properties_of("search_performed", R"({"customer_ref":")" + value + R"("})")["customer_ref"];
  };
  CHECK(ref("c-17") == pseudonym);
  CHECK(ref("c-18") != pseudonym);
  CHECK(ref(pseudonym) == pseudonym);
  // The rule for `note` is of one event alone.
  CHECK(host.properties_of("search_performed", R"({"note":"x"})")["note"] == "x");
  CHECK(host.properties_of("search_performed", R"({"page_url":"https://a.example/?q=1&r=2"})")["page_url"] ==
        "https://a.example/?q=1");
}

TEST_CASE("a dropped member takes its comma along, wherever it stands") {
  for (const char* properties :
       {R"({"note":1})", R"({ "note" : {"a":[1,2]} })", R"({"note":1,"order_id":"ord_1"})",
        R"({"order_id":"ord_1","note":1})", "{ \"order_id\" : \"ord_1\" ,\n \"note\" : null }",
        R"({"tier":"a","note":[],"order_id":"ord_1"})", R"({"items":[{"note":1},{"sku":"a","note":2}],"note":3})"}) {
    Host host("quiet");
    INFO(properties);
    const json got = host.properties_of("checkout_completed", properties);
    CHECK(got.dump().find("note") == std::string::npos);
    json expected = json::parse(properties);
    expected.erase("note");
    if (expected.contains("items")) {
      for (json& item : expected["items"]) item.erase("note");
    }
    if (expected.contains("tier")) expected["tier"] = "[personal]";
    CHECK(got == expected);
  }
}

TEST_CASE("in the anonymous profile strings pass where the plan lists all values, and what breaks it is refused") {
  const auto properties_of = [](Host& host, std::string_view properties) {
    REQUIRE(host.track("checkout_completed", properties).verdict() == Verdict::accepted);
    return host.flush()["events"].back()["properties"];
  };
  Host host("", "\"write_key\":\"demo\"\n" + std::string(11, '\n') + "anonymous\n");
  const json listed =
      R"({"order_id":"[personal]","order_value":9.5,"channel":"app","currency":"EUR","payment":"card"})"_json;
  CHECK(properties_of(host,
                      R"({"order_id":"ord_1","order_value":9.5,"channel":"app","currency":"EUR","payment":"card"})") ==
        listed);
  CHECK(properties_of(host, R"({"order_id":"ord_1","free":"canary"})")["free"] == "[personal]");
  // An allowed property is no exception, nor is a listed name deeper down.
  CHECK(properties_of(host, R"({"order_id":"ord_1","support_email":"canary@shop.example"})")["support_email"] ==
        "[personal]");
  CHECK(properties_of(host, R"({"order_id":"ord_1","items":[{"sku":"canary"}]})")["items"][0]["sku"] == "[personal]");
  CHECK(host.track("checkout_completed", R"({"order_id":"ord_1","channel":"canary"})").verdict() == Verdict::invalid);

  // Whatever the plan's mode is.
  for (const char* environment : {"production", "quiet"}) {
    Host lenient(environment, "\"write_key\":\"demo\"\n" + std::string(11, '\n') + "anonymous\n");
    CHECK(lenient.track("checkout_completed", R"({"order_id":"ord_1","channel":"canary"})").verdict() ==
          Verdict::invalid);
    CHECK(lenient.track("unplanned_event", "{}").verdict() == Verdict::invalid);
  }
}

TEST_CASE("in the anonymous profile the tracker's own events keep what they say") {
  Host host("", "\"write_key\":\"demo\"\n" + std::string(11, '\n') + "anonymous\n");
  CHECK(host.properties_of("session_ended", R"({"status":"crashed","is_crashed":true,"version":"1.2"})") ==
        R"({"status":"crashed","is_crashed":true,"version":"[personal]"})"_json);
  CHECK(host.properties_of("experiment_exposed", R"({"experiment":"layout","variant":"wide"})") ==
        R"({"experiment":"layout","variant":"wide"})"_json);
  const char* const metrics = R"({"metrics":{"api.latency.ms":{"count":2,"sum":3.5}}})";
  CHECK(host.properties_of("metric_recorded", metrics) == json::parse(metrics));
  CHECK(host.properties_of("crash_reported",
                           R"({"signal":11,"modules":[{"name":"a.so","build_id":[1]}],"frames":[[0,9]]})") ==
        R"({"signal":11,"modules":[{"name":"[personal]","build_id":[1]}],"frames":[[0,9]]})"_json);
  CHECK(host.track("session_ended", R"({"status":"canary"})").verdict() == Verdict::invalid);
  CHECK(host.track("experiment_exposed", R"({"experiment":"canary","variant":"wide"})").verdict() == Verdict::invalid);
}

TEST_CASE("bytes that are no plan are refused, and the tracker goes on without one") {
  Host host;
  auto tracker = std::make_unique<Tracker>(reinterpret_cast<char*>(host.memory.data()), host.memory.size() * 8);
  std::string broken = host.bytes;
  broken[broken.size() / 2] ^= 1;
  CHECK(tracker->set_plan(broken) == Reason::bad_config);
  CHECK(tracker->set_plan("") == Reason::bad_config);
  REQUIRE(tracker->start("\"write_key\":\"demo\"", 0b1111, 0, host.now) == Reason::none);
  CHECK(tracker->track("never_planned", "{}", 2, host.now).verdict() == Verdict::accepted);
}

}  // namespace waymark
