#include "core/plan/plan.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include "native/plan/compile.hpp"
#include "native/plan/keywords.hpp"
#include "native/plan/rule_name.hpp"
#include "tests/catch.hpp"

using namespace waymark::plan;

namespace {

std::string shop_plan() {
  std::stringstream text;
  text << std::ifstream(WAYMARK_PLAN_TESTS "/shop-plan.json").rdbuf();
  return text.str();
}

std::string compiled(std::string_view text, std::string_view environment = {}, Detail detail = Detail::compact) {
  Findings findings;
  const auto document = read_plan(text, findings);
  REQUIRE(document);
  std::string bytes = compile_plan(*document, findings, environment, detail);
  for (const Finding& finding : findings) INFO(finding.pointer << ": " << finding.message);
  REQUIRE_FALSE(has_errors(findings));
  return bytes;
}

std::string first_error(std::string_view text) {
  Findings findings;
  const auto document = read_plan(text, findings);
  if (document) {
    const std::string bytes = compile_plan(*document, findings);
    CHECK(bytes.empty() == has_errors(findings));
  }
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::error) return finding.pointer + ": " + finding.message;
  }
  return {};
}

// The first rule that an event's properties break.
std::string broken_rule(const Plan& plan, std::string_view event, std::string_view properties) {
  REQUIRE(plan.event(event) != no_node);
  Violation violation;
  const uint32_t count = validate(plan.table(), plan.schema(plan.event(event)), properties, &violation, 1);
  return count == 0 ? "" : std::string(plan.rule_name(violation.rule));
}

}  // namespace

TEST_CASE("the shop's plan is read in place", "[plan]") {
  const std::string bytes = compiled(shop_plan(), "production");
  Plan plan;
  REQUIRE(plan.load(bytes));
  CHECK(plan.version() == "7");
  CHECK(plan.enforcement() == Enforcement::warn);
  CHECK(plan.names_are_object_action());
  CHECK(plan.purposes() == R"(["necessary","functional","analytics","marketing"])");
  CHECK(plan.deny_keys() == R"(["loyalty_card","birth_name","phone_number"])");
  CHECK(plan.url_parameters() == R"(["page","sort","category"])");
  CHECK(plan.privacy_salt() == "shop-2024");

  CHECK(plan.event("no_such_event") == no_node);
  CHECK(plan.event("") == no_node);
  CHECK(plan.event("product_viewe") == no_node);
  CHECK(plan.event("product_viewedd") == no_node);
  CHECK(plan.event("product_viewed\"x") == no_node);
  CHECK(plan.event("\\u0070roduct_viewed") == no_node);
  const uint32_t promotion = plan.event("promotion_viewed");
  REQUIRE(promotion != no_node);
  CHECK(plan.purpose(promotion) == 3);
  CHECK(plan.sample_rate(promotion) == "0.25");
  CHECK(plan.deprecated(promotion).data() == nullptr);
  CHECK(plan.sample_rate(plan.event("product_viewed")).empty());
  CHECK(plan.purpose(plan.event("product_viewed")) == 2);
  CHECK(plan.deprecated(plan.event("cart_shared")) == "use product_shared");

  CHECK(broken_rule(plan, "product_viewed", R"({"product_id":"p-1","price":9.99,"currency":"EUR"})").empty());
  CHECK(broken_rule(plan, "product_viewed", R"({"product_id":"p-1","price":9.999,"currency":"EUR"})") == "multipleOf");
  CHECK(broken_rule(plan, "product_viewed", R"({"product_id":"p-1","price":9.99,"currency":"XXX"})") == "enum");
  CHECK(broken_rule(plan, "product_viewed", R"({"product_id":"p-1","price":9.99})") == "required");
  CHECK(broken_rule(plan, "account_created", R"({"method":"apple","at":"2024-02-30T00:00:00Z"})") == "format");
}

TEST_CASE("every plan has the tracker's own events", "[plan]") {
  const std::string bytes = compiled(R"({"name":"t","version":1,
    "events":{"user_identified":{"properties":{"properties":{"a":{"type":"string"}}}}},
    "traits":{"user":{"properties":{"a":{"type":"integer"}}},"group":{"properties":{"b":{"type":"integer"}}}}})");
  Plan plan;
  REQUIRE(plan.load(bytes));
  REQUIRE(plan.event("page_viewed") != no_node);
  CHECK(plan.schema(plan.event("page_viewed")) == no_node);
  CHECK(broken_rule(plan, "user_identified", R"({"a":1})") == "type");  // its own, not the traits'
  CHECK(broken_rule(plan, "group_identified", R"({"b":1})").empty());
  CHECK(broken_rule(plan, "group_identified", R"({"b":"x"})") == "type");
  for (const char* const name : {"metric_recorded", "crash_reported", "experiment_exposed"}) {
    REQUIRE(plan.event(name) != no_node);
    CHECK(plan.schema(plan.event(name)) == no_node);
  }
  for (const char* const status : {"ok", "crashed", "abnormal"}) {
    CHECK(broken_rule(plan, "session_ended", "{\"status\":\"" + std::string(status) + "\",\"n\":1}").empty());
  }
  CHECK(broken_rule(plan, "session_ended", R"({"status":"fine"})") == "enum");
  CHECK(plan.is_enumerated(plan.event("session_ended"), "status"));
}

TEST_CASE("an exposure names an experiment and a variant of the plan", "[plan]") {
  const std::string bytes = compiled(R"({"name":"t","version":1,"events":{},"experiments":{
    "layout":{"variants":{"control":50,"wide":50}},"price":{"variants":{"control":1,"low":1}}}})");
  Plan plan;
  REQUIRE(plan.load(bytes));
  CHECK(broken_rule(plan, "experiment_exposed", R"({"experiment":"layout","variant":"wide"})").empty());
  CHECK(broken_rule(plan, "experiment_exposed", R"({"experiment":"price","variant":"control"})").empty());
  CHECK(broken_rule(plan, "experiment_exposed", R"({"experiment":"colour","variant":"wide"})") == "enum");
  CHECK(broken_rule(plan, "experiment_exposed", R"({"experiment":"layout","variant":"green"})") == "enum");
  CHECK(plan.is_enumerated(plan.event("experiment_exposed"), "experiment"));
  CHECK(plan.is_enumerated(plan.event("experiment_exposed"), "variant"));
}

TEST_CASE("a plan names the rules that its schemas have, as the compiler does", "[plan]") {
  const std::string bytes = compiled(shop_plan());
  Plan plan;
  REQUIRE(plan.load(bytes));
  uint32_t named = 0;
  for (uint32_t code = 0; code < 256; ++code) {
    const auto rule = static_cast<Rule>(code);
    if (plan.rule_name(rule).empty()) continue;
    ++named;
    CHECK(plan.rule_name(rule) == rule_name(rule));
  }
  CHECK(named > 10);
  CHECK(plan.rule_name(Rule::too_deep) == "depth");
  CHECK(plan.rule_name(Rule::too_much_work) == "work");
}

TEST_CASE("a compiled plan of fifty events is small", "[plan]") {
  const std::string text = shop_plan();
  const std::string bytes = compiled(text);
  Plan plan;
  REQUIRE(plan.load(bytes));
  const auto document = Json::parse(text);
  REQUIRE(document["events"].size() == 50);
  for (const auto& [name, event] : document["events"].items()) CHECK(plan.event(name) != no_node);
  // Its size after brotli is checked by plan_size.test.mjs.
  CHECK(bytes.size() < 32 * 1024);
}

TEST_CASE("privacy rules are the event's own before the plan's", "[plan]") {
  const std::string bytes = compiled(shop_plan());
  Plan plan;
  REQUIRE(plan.load(bytes));
  CHECK(plan.treatment(plan.event("order_returned"), "reason") == Treatment::allow);
  CHECK(plan.treatment(plan.event("order_cancelled"), "reason") == Treatment::none);
  CHECK(plan.treatment(plan.event("order_cancelled"), "email") == Treatment::hash);
  CHECK(plan.treatment(no_node, "query") == Treatment::redact);
  CHECK(plan.treatment(no_node, "emai") == Treatment::none);
  CHECK(plan.treatment(no_node, R"(\u0065mail)") == Treatment::hash);
}

TEST_CASE("metrics have tags, experiments have variants", "[plan]") {
  const std::string bytes = compiled(shop_plan());
  Plan plan;
  REQUIRE(plan.load(bytes));
  const uint32_t metric = plan.metric("api.latency.ms");
  REQUIRE(metric != no_node);
  CHECK(plan.metric_type(metric) == 2);
  CHECK(plan.metric_unit(metric) == "ms");
  CHECK(plan.purpose(metric) == 0);
  const auto is_good = [&](std::string_view tags) {
    return validate(plan.table(), plan.schema(metric), tags, nullptr, 0) == 0;
  };
  CHECK(is_good(R"({"endpoint":"cart","status":"200"})"));
  CHECK(is_good("{}"));
  CHECK_FALSE(is_good(R"({"endpoint":"cart","user":"x"})"));
  CHECK_FALSE(is_good(R"({"status":"abc"})"));

  const uint32_t ranking = plan.experiment("search_ranking");
  REQUIRE(ranking != no_node);
  CHECK(plan.unit(ranking) == 0);
  CHECK(plan.unit(plan.experiment("checkout_layout")) == 1);
  CHECK(plan.salt(ranking) == "ranking-7");
  CHECK(plan.variant(ranking, 0) == "control");
  CHECK(plan.variant(ranking, 799999) == "control");
  CHECK(plan.variant(ranking, 800000) == "popular");
  CHECK(plan.variant(ranking, 999999) == "personal");
  CHECK(plan.variant(ranking, 1000000).empty());
  CHECK(plan.variant(no_node, 0).empty());
}

TEST_CASE("a plan that is not loaded has nothing", "[plan]") {
  const Plan plan;
  CHECK(plan.version().empty());
  CHECK(plan.purposes().empty());
  CHECK(plan.event("a_b") == no_node);
  CHECK(plan.schema(no_node) == no_node);
  CHECK(plan.treatment(no_node, "email") == Treatment::none);
  CHECK(plan.context_schema() == no_node);
}

TEST_CASE("a compiled plan that was cut or changed is refused", "[plan]") {
  const std::string bytes = compiled(shop_plan());
  Plan plan;
  for (size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 97) {
    INFO(size);
    CHECK_FALSE(plan.load(std::string_view(bytes).substr(0, size)));
    CHECK(plan.event("product_viewed") == no_node);
  }
  for (size_t i = 0; i < bytes.size(); i += i < 64 ? 1 : 31) {
    INFO(i);
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    CHECK_FALSE(plan.load(changed));
  }
  CHECK_FALSE(plan.load(bytes + '\0'));
  CHECK(plan.load(bytes));
}

TEST_CASE("references lead into the schema first, then into the plan", "[plan]") {
  const std::string bytes = compiled(R"({"name":"t","version":1,"purposes":["necessary","analytics"],
    "$defs":{"id":{"type":"string"},"deep":{"$ref":"#/$defs/id"}},
    "events":{
      "a_made":{"properties":{"type":"object","properties":{"id":{"$ref":"#/$defs/deep"}}}},
      "b_made":{"properties":{"type":"object","$ref2":1,"properties":{"id":{"$ref":"#/$defs/id"}},
                "$defs":{"id":{"type":"integer"}}}},
      "c_made":{"properties":{"type":"object","properties":{"inner":{"$ref":"#"}},"additionalProperties":false}}}})");
  Plan plan;
  REQUIRE(plan.load(bytes));
  CHECK(broken_rule(plan, "a_made", R"({"id":"x"})").empty());
  CHECK(broken_rule(plan, "a_made", R"({"id":1})") == "type");
  CHECK(broken_rule(plan, "b_made", R"({"id":1})").empty());
  CHECK(broken_rule(plan, "b_made", R"({"id":"x"})") == "type");
  CHECK(broken_rule(plan, "c_made", R"({"inner":{"inner":{}}})").empty());
  CHECK(broken_rule(plan, "c_made", R"({"inner":{"outer":{}}})") == "additionalProperties");
}

TEST_CASE("faults of schemas have their place in the plan", "[plan]") {
  const auto with = [](const std::string& schema) {
    return R"({"name":"t","version":1,"purposes":["necessary","analytics"],"events":{"a_made":{"properties":)" +
           schema + "}}}";
  };
  CHECK(first_error(with(R"({"properties":{"x":{"$ref":"#/$defs/none"}}})")) ==
        "/events/a_made/properties/properties/x/$ref: the reference `#/$defs/none` leads nowhere");
  CHECK(first_error(with(R"({"properties":{"x":{"pattern":"("}}})"))
            .find("/events/a_made/properties/properties/x/pattern: ") == 0);
  std::string definitions;
  for (int i = 0; i < 100; ++i) {
    definitions += (i ? "," : "") + ("\"d" + std::to_string(i)) + "\":{\"anyOf\":[{\"$ref\":\"#/$defs/d" +
                   std::to_string(i + 1) + "\"},false]}";
  }
  CHECK(first_error(with(R"({"$ref":"#/$defs/d0","$defs":{)" + definitions + R"(,"d100":{}}})")) ==
        "/events/a_made/properties: its schemas refer to each other more often than can be followed on one value");
  CHECK(first_error(with(R"({"properties":{"a":{"$ref":"#"}},"allOf":[{"allOf":[{"allOf":[{}]}]}]})")).empty());
  CHECK(first_error(with(R"({"$ref":"#"})")).find("circle") != std::string::npos);
}
