#include "native/plan/import.hpp"

#include "native/plan/json_text.hpp"
#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

struct Import {
  Json plan = empty_plan("imported");
  Findings findings;

  void add(ImportSource source, std::string_view file, std::string_view text) {
    const auto json = read_json(text, findings);
    REQUIRE(json);
    import_file(source, file, *json, plan, findings);
  }
  // The plan, which must be one that can be read.
  Json finish() {
    finish_import(plan);
    good_plan(write_json(plan));
    return plan;
  }
};

}  // namespace

TEST_CASE("Segment's Config API gives a plan") {
  Import import;
  import.add(ImportSource::segment, "plan.json", R"({
    "name": "workspaces/w/tracking-plans/rs_1", "display_name": "Kicks App",
    "rules": {
      "global": {"properties": {"context": {"type": "object", "properties": {"app": {"type": "string"}}}}},
      "identify": {"properties": {"traits": {"type": "object", "properties": {"plan": {"type": "string"}}}}},
      "group": {"properties": {"context": {}, "traits": {"type": "object", "required": ["name"]}}},
      "events": [
        {"name": "Product Viewed", "description": "A product page.", "version": 1,
         "rules": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "labels": {},
                   "properties": {"context": {}, "traits": {}, "properties": {
                     "type": "object", "properties": {"sku": {"id": "/properties/properties/properties/sku", "type": "string"}},
                     "required": ["sku"]}}}},
        {"name": "Order Completed", "version": 1, "rules": {"properties": {"properties": {"type": "object"}}}}
      ]}})");
  CHECK(lines_of(import.findings).empty());
  const Json plan = import.finish();
  CHECK(plan["name"] == "Kicks App");
  const Json& event = plan["events"]["product_viewed"];
  CHECK(event == Json::parse(R"({"$comment":"was: Product Viewed","description":"A product page.","properties":
      {"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}})"));
  CHECK(plan["events"].contains("order_completed"));
  CHECK(plan["context"]["properties"]["app"]["type"] == "string");
  CHECK(plan["traits"]["user"]["properties"]["plan"]["type"] == "string");
  CHECK(plan["traits"]["group"]["required"][0] == "name");
}

TEST_CASE("Segment's rules for several pages become one event that any of them describes") {
  const auto page = [](int number) {
    return R"({"key":"Page )" + std::to_string(number) +
           R"(","type":"PAGE","version":1,"jsonSchema":{"properties":{"properties":{"properties":{"p)" +
           std::to_string(number) + R"(":{"type":"string"}}}}}})";
  };
  std::string rules = page(0);
  for (int i = 1; i < 40; ++i) rules += ',' + page(i);
  Import import;
  import.add(ImportSource::segment, "plan.json",
             R"({"data":{"trackingPlan":{"name":"Kicks","rules":[)" + rules + "]}}}");
  CHECK_FALSE(has_errors(import.findings));
  CHECK(import.findings.size() == 39);
  const Json plan = import.finish();
  CHECK(plan["events"].size() == 1);
  const Json& properties = plan["events"]["page_viewed"]["properties"];
  CHECK(properties["type"] == "object");
  REQUIRE(properties["anyOf"].size() == 40);
  CHECK(properties["anyOf"][39]["properties"]["p39"]["type"] == "string");

  Import open;
  open.add(ImportSource::segment, "plan.json",
           R"({"rules":[)" + page(0) + R"(,{"key":"Any","type":"PAGE","version":1,"jsonSchema":{"type":"object"}},)" +
               page(1) + "]}");
  CHECK_FALSE(has_errors(open.findings));
  CHECK_FALSE(open.finish()["events"]["page_viewed"].contains("properties"));
}

TEST_CASE("Segment's Public API gives a plan; of an event's versions the highest stays") {
  const auto rule = [](const char* key, const char* type, int version, const char* property) {
    return R"({"key":")" + std::string(key) + R"(","type":")" + type + R"(","version":)" + std::to_string(version) +
           R"(,"jsonSchema":{"description":"d","properties":{"properties":{"properties":{")" + property +
           R"(":{}}},"traits":{"required":[")" + property + R"("]}}}})";
  };
  Import import;
  import.add(ImportSource::segment, "plan.json",
             R"({"data":{"rules":[)" + rule("Cart Viewed", "TRACK", 9, "nine") + ',' +
                 rule("Cart Viewed", "TRACK", 10, "ten") + ',' + rule("Cart Viewed", "TRACK", 2, "two") + ',' +
                 rule("", "PAGE", 1, "path") + ',' + rule("", "IDENTIFY", 1, "age") + "]}}");
  CHECK(lines_of(import.findings).empty());
  const Json plan = import.finish();
  CHECK(plan["events"]["cart_viewed"]["properties"]["properties"].contains("ten"));
  CHECK(plan["events"]["cart_viewed"]["description"] == "d");
  CHECK_FALSE(plan["events"]["cart_viewed"].contains("imported_version"));
  CHECK(plan["events"]["page_viewed"]["properties"]["properties"].contains("path"));
  CHECK(plan["traits"]["user"]["required"][0] == "age");
}

TEST_CASE("Iglu's self-describing schemas give events, from draft 4 on") {
  Import import;
  const auto schema = [](const char* version, const char* property) {
    return R"({"$schema":"http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#",
      "description":"An ad was clicked","self":{"vendor":"com.acme","name":"ad_click","format":"jsonschema","version":")" +
           std::string(version) + R"("},"type":"object","properties":{")" + property +
           R"(":{"type":["number","null"],"minimum":0,"exclusiveMinimum":true,"maximum":5,"exclusiveMaximum":false}},
            "additionalProperties":false})";
  };
  import.add(ImportSource::iglu, "1-0-9", schema("1-0-9", "nine"));
  import.add(ImportSource::iglu, "1-0-10", schema("1-0-10", "ten"));
  CHECK(lines_of(import.findings).empty());
  CHECK(import.finish()["events"] == Json::parse(R"({"ad_click":{"description":"An ad was clicked","properties":
      {"type":"object","properties":{"ten":{"type":["number","null"],"maximum":5,"exclusiveMinimum":0}},
       "additionalProperties":false}}})"));
}

TEST_CASE("plain JSON Schemas are named like their files") {
  Import import;
  import.add(ImportSource::json_schema, "schemas/orderPlaced.schema.json",
             R"({"$schema":"http://json-schema.org/draft-07/schema#","$id":"https://x/y.json","title":"orderPlaced",
                 "description":"d","type":"object","properties":{"id":{"type":"string"},"a":{"$ref":"#/definitions/a"}},
                 "definitions":{"a":{"type":"object"}}})");
  import.add(ImportSource::json_schema, "cart_viewed.json", R"({"$schema":"http://json-schema.org/draft-06/schema#"})");
  CHECK(lines_of(import.findings).empty());
  CHECK(import.finish()["events"] == Json::parse(R"({"order_placed":{"$comment":"was: orderPlaced","description":"d",
      "properties":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
        "properties":{"id":{"type":"string"},"a":{"$ref":"#/definitions/a"}},"definitions":{"a":{"type":"object"}}}},
      "cart_viewed":{"properties":{}}})"));
}

TEST_CASE("what cannot be imported is an error with its place") {
  const auto error = [](ImportSource source, std::string_view file, std::string_view text) {
    Import import;
    import.add(source, file, text);
    for (const Finding& finding : import.findings) CHECK_FALSE(finding.hint.empty());
    return lines_of(import.findings);
  };
  CHECK(error(ImportSource::segment, "a", "{}") == " not a Segment tracking plan: `rules` is missing\n");
  CHECK(error(ImportSource::segment, "a", "[1]") == " not a Segment tracking plan: `rules` is missing\n");
  CHECK(error(ImportSource::segment, "a", R"({"rules":[{"key":"x","type":"TRACK"}]})") ==
        "/rules/0/jsonSchema the rule has no JSON Schema\n");
  CHECK(error(ImportSource::segment, "a", R"({"rules":{"events":[{"name":"!","rules":{}}]}})") ==
        "/rules/events/0/rules/properties/properties the event `!` cannot be named in snake_case of 1 to 64 bytes\n");
  CHECK(error(ImportSource::segment, "a",
              R"({"rules":{"events":[{"name":"A B","rules":{}},{"name":"a_b","rules":{}}]}})") ==
        "/rules/events/1/rules/properties/properties the event `a_b` is there twice\n");
  CHECK(error(ImportSource::iglu, "a", R"({"type":"object"})") ==
        " not a self-describing schema: `self` with a `name` is missing\n");
  CHECK(error(ImportSource::json_schema, "a", "3") ==
        " not a JSON Schema: it is neither an object nor true or false\n");
}

TEST_CASE("what changes its meaning is a warning") {
  Import import;
  import.add(ImportSource::json_schema, "a_b.json", R"({"properties":{"x":{"type":"any","required":true}}})");
  CHECK(lines_of(import.findings) ==
        "/properties/x/type the type `any` is no type of JSON Schema any more\n"
        "/properties/x/required `required` is true or false, as in draft 3\n");
  CHECK(import.finish()["events"]["a_b"]["properties"]["properties"]["x"].empty());
}
