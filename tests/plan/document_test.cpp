#include <ctime>

#include "native/plan/json_text.hpp"
#include "native/plan/plan_document.hpp"
#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

std::string errors_of(std::string_view text) {
  Findings findings;
  const auto plan = read_plan(text, findings);
  CHECK(plan.has_value() == !has_errors(findings));
  return lines_of(findings);
}

constexpr std::string_view whole_plan = R"({
  "$schema": "https://example.com/tracking-plan.schema.json", "$comment": "for the test",
  "name": "shop", "version": 7, "description": "A shop.",
  "purposes": ["necessary", "analytics", "ads"],
  "naming": "off", "mode": "warn", "modes": {"production": "off", "test": "reject"},
  "events": {
    "checkout_completed": {"description": "Paid.", "owner": "team-a", "purpose": "ads", "sample_rate": 0.25,
                           "deprecated": "use order_placed", "properties": {"type": ["object", "null"]}},
    "cart_viewed": {"deprecated": true}
  },
  "context": {"type": "object"},
  "traits": {"user": {"type": "object"}, "group": true},
  "metrics": {"api.latency.ms": {"type": "histogram", "description": "d", "owner": "o", "purpose": "necessary",
                                 "tags": {"route": {"enum": ["/"]}}},
              "queue.length": {"type": "gauge", "unit": "events"}},
  "experiments": {"wide_cards": {"variants": {"control": 50, "wide": 25.5}, "unit": "user", "salt": "s",
                                 "description": "d", "owner": "o"},
                  "short_form": {"variants": {"on": 1}}},
  "privacy": {"properties": {"email": "redact", "checkout_completed.note": "drop", "ref": "hash", "order_id": "allow"},
              "salt": "pepper", "deny_keys": ["iban_of"], "url_parameters": ["q"]},
  "$defs": {"address": {"type": "object"}}
})";

}  // namespace

TEST_CASE("every member of a plan is read") {
  const PlanDocument plan = good_plan(whole_plan);
  CHECK(plan.name == "shop");
  CHECK(plan.version == 7);
  CHECK(plan.description == "A shop.");
  CHECK(plan.purposes == std::vector<std::string>{"necessary", "analytics", "ads"});
  CHECK(plan.naming == Naming::off);
  CHECK(plan.mode == Mode::warn);
  CHECK(plan.modes == std::map<std::string, Mode>{{"production", Mode::off}, {"test", Mode::reject}});
  REQUIRE(plan.events.size() == 2);
  const EventPlan& event = plan.events[0];
  CHECK(event.name == "checkout_completed");
  CHECK(event.description == "Paid.");
  CHECK(event.owner == "team-a");
  CHECK(event.purpose == "ads");
  CHECK(event.sample_rate == 0.25);
  CHECK(event.is_deprecated);
  CHECK(event.deprecated == "use order_placed");
  CHECK(event.properties["type"].size() == 2);
  CHECK(plan.events[1].purpose == "analytics");
  CHECK(plan.events[1].is_deprecated);
  CHECK(plan.events[1].deprecated.empty());
  CHECK_FALSE(plan.events[1].sample_rate);
  CHECK(plan.events[1].properties.is_null());
  CHECK(plan.context.is_object());
  CHECK(plan.user_traits.is_object());
  CHECK(plan.group_traits == true);
  REQUIRE(plan.metrics.size() == 2);
  CHECK(plan.metrics[0].type == MetricType::histogram);
  CHECK(plan.metrics[0].unit == "ms");
  CHECK(plan.metrics[0].purpose == "necessary");
  CHECK(plan.metrics[0].tags.at("route").contains("enum"));
  CHECK(plan.metrics[1].type == MetricType::gauge);
  CHECK(plan.metrics[1].unit == "events");
  REQUIRE(plan.experiments.size() == 2);
  CHECK(plan.experiments[0].unit == "user");
  CHECK(plan.experiments[0].salt == "s");
  REQUIRE(plan.experiments[0].variants.size() == 2);
  CHECK(plan.experiments[0].variants[1].name == "wide");
  CHECK(plan.experiments[0].variants[1].weight == 25.5);
  CHECK(plan.experiments[1].unit == "device");
  REQUIRE(plan.privacy.properties.size() == 4);
  CHECK(plan.privacy.properties[1].property == "checkout_completed.note");
  CHECK(plan.privacy.properties[1].rule == PrivacyRule::drop);
  CHECK(plan.privacy.properties[2].rule == PrivacyRule::hash);
  CHECK(plan.privacy.salt == "pepper");
  CHECK(plan.privacy.deny_keys == std::vector<std::string>{"iban_of"});
  CHECK(plan.privacy.url_parameters == std::vector<std::string>{"q"});
  CHECK(plan.root["$defs"].contains("address"));
}

TEST_CASE("what is left out has its usual value") {
  const PlanDocument plan = good_plan(R"({"name":"a","version":1,"events":{}})");
  CHECK(plan.purposes == std::vector<std::string>{"necessary", "functional", "analytics", "marketing"});
  CHECK(plan.mode == Mode::reject);
  CHECK(plan.naming == Naming::object_action);
  CHECK(plan.context.is_null());
}

TEST_CASE("all errors of a plan are told, each where it is") {
  const std::string errors = errors_of(R"({"name": "shop", "version": 0, "purposes": ["necessary", "ads"],
    "events": {"a_b": {"ownr": 1, "purpose": "adds", "sample_rate": 2}, "c_d": []}})");
  CHECK(errors ==
        "/version `version` must be a whole number from 1 to 2147483647\n"
        "/events/a_b/ownr `ownr` is no member of an event\n"
        "/events/a_b/purpose the purpose `adds` is not in `purposes`\n"
        "/events/a_b/sample_rate `sample_rate` must be a number from 0 to 1\n"
        "/events/c_d an event must be an object and is an array\n"
        "/events/c_d `purpose` is missing, and the usual one, `analytics`, is not in `purposes`\n");
}

TEST_CASE("the bounds of a document are kept") {
  Findings findings;
  CHECK(read_json(std::string(document_bytes - 2, ' ') + "{}", findings));
  CHECK(lines_of(findings).empty());
  CHECK_FALSE(read_json(std::string(document_bytes - 1, ' ') + "{}", findings));
  CHECK(lines_of(findings) == " larger than 4194304 bytes\n");

  const auto members = [](size_t count) {
    std::string text = "{";
    for (size_t i = 0; i < count; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    return text + '}';
  };
  findings.clear();
  CHECK(read_json(members(object_members), findings));
  CHECK_FALSE(read_json(members(object_members + 1), findings));
  CHECK(lines_of(findings) == "/4096 an object of more than 4096 members\n");

  findings.clear();
  CHECK(read_json(std::string(31, '[') + std::string(31, ']'), findings));
  CHECK_FALSE(read_json(std::string(32, '[') + std::string(32, ']'), findings));
  CHECK(findings.at(0).message == "nested deeper than 31 levels");
}

TEST_CASE("hostile documents are refused in little time") {
  const std::clock_t began = std::clock();
  // Most members, all unknown and close to a known name.
  std::string events;
  for (int i = 0; i < 4000; ++i) {
    events += (i > 0 ? "," : "") + ("\"e_" + std::to_string(i)) + R"(":{"ownr":1,"purposs":2,"descriptiom":3,"x":4})";
  }
  Findings findings;
  CHECK_FALSE(read_plan(with_events(events), findings));
  CHECK(findings.size() == most_findings);
  // A rule for an unknown event each, which is compared with 4000 names.
  std::string good;
  std::string rules;
  for (int i = 0; i < 4000; ++i) {
    const std::string number = std::to_string(i);
    good += (i > 0 ? "," : "") + ("\"some_event_with_a_long_name_" + number) + "\":{}";
    rules += (i > 0 ? "," : "") + ("\"some_event_with_a_long_naem_" + number) + ".x\":\"drop\"";
  }
  findings.clear();
  CHECK_FALSE(read_plan(with_events(good, ",\"privacy\":{\"properties\":{" + rules + "}}"), findings));
  CHECK(findings.size() == most_findings);
  CHECK((std::clock() - began) / CLOCKS_PER_SEC < 20);
}

TEST_CASE("JSON is written with its numbers as they were") {
  Findings findings;
  const std::string text =
      "{\n  \"a\": [\n    1e400,\n    12345678901234567890123,\n    0.10\n  ],\n  \"b\": {},\n  \"c\\n\": \"é\"\n}\n";
  const auto json = read_json(text, findings);
  REQUIRE(json);
  const std::string written = write_json(*json);
  CHECK(written.find("1e400") != std::string::npos);
  CHECK(written.find("12345678901234567890123") != std::string::npos);
  CHECK(written.find("\"c\\n\": \"é\"") != std::string::npos);
  const auto again = read_json(written, findings);
  REQUIRE(again);
  CHECK(*again == *json);
}

TEST_CASE("the words of the document are those that it is read by") {
  CHECK(word_of(Mode::warn) == "warn");
  CHECK(word_of(Naming::object_action) == "object_action");
  CHECK(word_of(PrivacyRule::hash) == "hash");
  CHECK(word_of(MetricType::histogram) == "histogram");
}
