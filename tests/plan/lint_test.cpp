#include "native/plan/lint.hpp"

#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

std::string warnings_of(std::string_view text) {
  Findings findings;
  lint_plan(good_plan(text), findings);
  for (const Finding& finding : findings) CHECK(finding.severity == Severity::warning);
  for (const Finding& finding : findings) CHECK_FALSE(finding.hint.empty());
  return lines_of(findings);
}

// An event that nothing is to be said against, but for its properties.
std::string event(std::string_view properties, std::string_view more = {}) {
  return with_events(R"("order_placed":{"description":"d","owner":"o","properties":)" + std::string(properties) + "}",
                     more);
}

std::string property(std::string_view schema, std::string_view more = {}) {
  return event(R"({"type":"object","properties":{)" + std::string(schema) + "}}", more);
}

}  // namespace

TEST_CASE("a good plan has no warnings") {
  CHECK(warnings_of(property(R"("order_id":{"type":"string","description":"d","x-note":1},
                                "email":{"$ref":"#/$defs/email","description":"d"})",
                             R"(,"$defs":{"email":{"type":"string","pii":true}},
                                "privacy":{"properties":{"order_placed.email":"redact"}},
                                "metrics":{"api.latency.ms":{"type":"gauge","description":"d","owner":"o",
                                                             "tags":{"a":{"enum":["x"]},"b":{"type":"boolean"}}}},
                                "experiments":{"e":{"variants":{"a":1,"b":1},"description":"d","owner":"o"}})"))
            .empty());
}

TEST_CASE("events want a good name, a description, an owner and properties") {
  CHECK(warnings_of(with_events(R"("Order Placed":{})")) ==
        "/events/Order Placed the event `Order Placed` is not named `object_action` in snake_case\n"
        "/events/Order Placed the event `Order Placed` has no `description`\n"
        "/events/Order Placed the event `Order Placed` has no `owner`\n"
        "/events/Order Placed the event `Order Placed` does not say which `properties` it has\n");
  Findings findings;
  lint_plan(good_plan(with_events(R"("Order Placed":{})")), findings);
  CHECK(findings.at(0).hint == "call it `order_placed`");
  CHECK(warnings_of(
            with_events(R"("Order Placed":{"description":"d","owner":"o","properties":{}})", R"(,"naming":"off")"))
            .empty());
  CHECK(warnings_of(R"({"name":"a","version":1,"events":{}})") == "/events the plan has no events\n");
}

TEST_CASE("a deprecated event says what to use instead") {
  const auto deprecated = [](const char* how) {
    return warnings_of(
        with_events(std::string(R"("a_b":{"description":"d","owner":"o","properties":{},"deprecated":)") + how + "}"));
  };
  CHECK(deprecated("true") == "/events/a_b/deprecated the event `a_b` is deprecated without a word\n");
  CHECK(deprecated("\" \"") == "/events/a_b/deprecated the event `a_b` is deprecated without a word\n");
  CHECK(deprecated("\"use c_d\"").empty());
  CHECK(deprecated("false").empty());
}

TEST_CASE("an event of which nothing is kept is pointed out") {
  CHECK(warnings_of(with_events(R"("a_b":{"description":"d","owner":"o","properties":{},"sample_rate":0})")) ==
        "/events/a_b/sample_rate of the event `a_b` nothing is kept\n");
}

TEST_CASE("misspelt keywords of JSON Schema are found at any depth") {
  CHECK(warnings_of(property(R"("a":{"description":"d","anyOf":[{"minLenght":3}]})")) ==
        "/events/order_placed/properties/properties/a/anyOf/0/minLenght `minLenght` is no keyword of JSON Schema and "
        "decides nothing\n");
  Findings findings;
  lint_plan(good_plan(event(R"({"order_id":{"type":"string"}})")), findings);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].hint == "if it is a property, move it to \"properties\": {…}");
  // The same names are properties where properties stand.
  CHECK(warnings_of(property(R"("minLenght":{"description":"d"})")).empty());
}

TEST_CASE("what is required is described") {
  CHECK(warnings_of(event(R"({"properties":{"order_id":{"description":"d"}},"required":["orderid"]})")) ==
        "/events/order_placed/properties/required/0 `orderid` is required and not in `properties`\n");
  CHECK(warnings_of(event(R"({"required":["orderid"]})")).empty());
}

TEST_CASE("personal data wants a privacy rule") {
  const std::string at = "/events/order_placed/properties/properties/";
  CHECK(warnings_of(property(R"("ref":{"description":"d","pii":true})")) ==
        at + "ref `ref` is personal data and has no privacy rule\n");
  CHECK(warnings_of(property(R"("ref":{"description":"d","$ref":"#/$defs/r"})", R"(,"$defs":{"r":{"pii":"id"}})")) ==
        at + "ref `ref` is personal data and has no privacy rule\n");
  CHECK(warnings_of(property(R"("ref":{"description":"d","pii":false})")).empty());
  CHECK(warnings_of(property(R"("phone":{"description":"d"})")) ==
        at + "phone `phone` looks like personal data and has no privacy rule\n");
  CHECK(warnings_of(property(R"("api_key":{"description":"d"})")) ==
        at + "api_key `api_key` names a secret, which is always replaced by `[secret]`\n");
  CHECK(warnings_of(property(R"("ref":{"description":"d","pii":3})"))
            .find(at + "ref/pii `pii` is neither true nor a kind of personal data") == 0);
  for (const char* const rule :
       {R"("properties":{"ref":"allow"})", R"("properties":{"order_placed.ref":"drop"})", R"("deny_keys":["ref"])"}) {
    CHECK(warnings_of(property(R"("ref":{"description":"d","pii":true})", ",\"privacy\":{" + std::string(rule) + "}"))
              .empty());
  }
  // A rule of another event is none.
  CHECK_FALSE(warnings_of(with_events(R"("a_b":{"description":"d","owner":"o","properties":{}},
                                         "c_d":{"description":"d","owner":"o",
                                                "properties":{"properties":{"ref":{"description":"d","pii":true}}}})",
                                      R"(,"privacy":{"properties":{"a_b.ref":"drop"}})"))
                  .empty());
}

TEST_CASE("properties want a description") {
  CHECK(warnings_of(property(R"("order_id":{"type":"string"})")) ==
        "/events/order_placed/properties/properties/order_id the property `order_id` has no `description`\n");
}

TEST_CASE("a privacy rule that fits nothing is pointed out") {
  const std::string text = property(R"("note":{"description":"d"})", R"(,"privacy":{"properties":{"nots":"drop"}})");
  CHECK(warnings_of(text) == "/privacy/properties/nots no schema lists the property `nots`\n");
  Findings findings;
  lint_plan(good_plan(text), findings);
  CHECK(findings.at(0).hint == "did you mean `note`?");
}

TEST_CASE("one property has one spelling and one type in all events") {
  const auto two = [](std::string_view first, std::string_view second) {
    const std::string head = R"({"description":"d","owner":"o","properties":{"properties":{)";
    return warnings_of(
        with_events("\"a_b\":" + head + std::string(first) + "}}},\"c_d\":" + head + std::string(second) + "}}}"));
  };
  CHECK(two(R"("order_id":{"description":"d"})", R"("orderId":{"description":"d"})") ==
        "/events/c_d/properties/properties/orderId `orderId` is another spelling of `order_id` in `a_b`\n");
  CHECK(two(R"("value":{"description":"d","type":"number"})", R"("value":{"description":"d","type":"string"})") ==
        "/events/c_d/properties/properties/value `value` is string here and number in `a_b`\n");
  CHECK(
      two(R"("value":{"description":"d","type":"number"})", R"("value":{"description":"d","type":["integer","null"]})")
          .empty());
}

TEST_CASE("metrics end in their unit, and their tags are bounded") {
  const auto metric = [](std::string_view name, std::string_view more) {
    return warnings_of(event("{}", ",\"metrics\":{\"" + std::string(name) +
                                       R"(":{"type":"gauge","description":"d","owner":"o")" + std::string(more) +
                                       "}}"));
  };
  CHECK(metric("api.latency.ms", "").empty());
  CHECK(metric("latency", "") == "/metrics/latency the metric `latency` is not dotted words that end in a unit\n");
  CHECK(metric("API.latency", "") ==
        "/metrics/API.latency the metric `API.latency` is not dotted words that end in a unit\n");
  CHECK(metric("api.latency", ",\"unit\":\"ms\"") ==
        "/metrics/api.latency/unit the metric `api.latency` ends in `latency` and its unit is `ms`\n");
  CHECK(metric("api.latency.ms", R"(,"tags":{"route":{"type":"string"}})") ==
        "/metrics/api.latency.ms/tags/route the tag `route` can have any value, and each is a series of its own\n");
}

TEST_CASE("an experiment compares at least two variants") {
  CHECK(warnings_of(event("{}", R"(,"experiments":{"e":{"variants":{"a":1},"description":"d","owner":"o"}})")) ==
        "/experiments/e/variants the experiment `e` has one variant and compares nothing\n");
  CHECK(warnings_of(event("{}", R"(,"experiments":{"e":{"variants":{"a":1,"b":1}}})")) ==
        "/experiments/e the experiment `e` has no `description`\n/experiments/e the experiment `e` has no `owner`\n");
}
