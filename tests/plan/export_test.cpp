#include "native/plan/export.hpp"

#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

Json exported(std::string_view events, std::string_view more = {}) {
  const PlanDocument plan = good_plan(with_events(events, more));
  return export_event(plan, plan.events[0]);
}

}  // namespace

TEST_CASE("an event's schema stands alone") {
  const Json schema =
      exported(R"("a_b":{"description":"d","deprecated":true,"properties":{"type":"object","required":["x"]}})");
  CHECK(schema == Json::parse(R"({"$schema":"http://json-schema.org/draft-07/schema#","title":"a_b","description":"d",
                                  "deprecated":true,"type":"object","required":["x"]})"));
  CHECK(exported(R"("a_b":{})")["type"] == "object");
  CHECK(exported(R"("a_b":{"properties":false})")["not"] == Json::object());
  CHECK(exported(R"("a_b":{"properties":{"$schema":"https://json-schema.org/draft/2020-12/schema"}})")["$schema"] ==
        "https://json-schema.org/draft/2020-12/schema");
}

TEST_CASE("what it refers to comes along, once, and what that refers to") {
  const Json schema = exported(
      R"("a_b":{"properties":{"properties":{"x":{"$ref":"#/$defs/a"},"y":{"$ref":"#/$defs/a"},"z":{"$ref":"#/definitions/own"},
                              "w":{"$ref":"#/$defs/a/properties/n"}},
                              "definitions":{"own":{"type":"null"}}}})",
      R"(,"$defs":{"a":{"properties":{"n":{"$ref":"#/$defs/b"}}},"b":{"items":{"$ref":"#/$defs/a"}},"unused":{}})");
  CHECK(schema["properties"]["x"]["$ref"] == "#/$defs/a");
  CHECK(schema["properties"]["z"]["$ref"] == "#/definitions/own");
  CHECK(schema["properties"]["w"]["$ref"] == "#/$defs/a/properties/n");
  CHECK(schema["$defs"] ==
        Json::parse(R"({"a":{"properties":{"n":{"$ref":"#/$defs/b"}}},"b":{"items":{"$ref":"#/$defs/a"}}})"));
}

TEST_CASE("a reference into another event brings its schema along") {
  const Json schema = exported(
      R"("a_b":{"properties":{"properties":{"x":{"$ref":"#/events/c_d/properties/properties/p"}}}},
         "c_d":{"properties":{"properties":{"p":{"type":"string"}}}})");
  CHECK(schema["properties"]["x"]["$ref"] == "#/$defs/events.c_d/properties/p");
  CHECK(schema["$defs"]["events.c_d"]["properties"]["p"]["type"] == "string");
}

TEST_CASE("all events make one schema with a branch each") {
  const PlanDocument plan = good_plan(with_events(
      R"("a_b":{"properties":{"properties":{"x":{"$ref":"#/$defs/d"},"y":{"$ref":"#/properties/x"}}}},"c_d":{})",
      R"(,"$defs":{"d":{"type":"string"}})"));
  const Json schema = export_plan(plan);
  REQUIRE(schema["oneOf"].size() == 2);
  CHECK(schema["oneOf"][1]["properties"]["event_name"]["const"] == "c_d");
  CHECK(schema["oneOf"][0]["properties"]["properties"]["$ref"] == "#/$defs/events.a_b");
  CHECK(schema["oneOf"][0]["required"] == Json::array({"event_name"}));
  const Json& event = schema["$defs"]["events.a_b"];
  CHECK(event["properties"]["x"]["$ref"] == "#/$defs/d");
  CHECK(event["properties"]["y"]["$ref"] == "#/$defs/events.a_b/properties/x");
  CHECK(schema["$defs"]["d"]["type"] == "string");
}
