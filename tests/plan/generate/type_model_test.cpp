#include "native/plan/generate/type_model.hpp"

#include "tests/plan/generate/plan_files.hpp"

using namespace waymark::plan;
using waymark::plan_tests::parse_unchecked;

TEST_CASE("a name that stands for itself through unions alone is any") {
  const PlanDocument plan = parse_unchecked(R"({"name":"p",
    "$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},
    "events":{"a_b":{"properties":{"properties":{"c":{"$ref":"#/$defs/a"}}}}}})");
  Findings findings;
  const TypeModel model = build_type_model(plan, findings);
  REQUIRE(model.named.size() == 2);
  CHECK(model.named[0].type.kind == TypeKind::record);
  CHECK(model.named[1].name == "a");
  CHECK(model.named[1].type.kind == TypeKind::any);
}

TEST_CASE("an event says what its comment is to say, and whether it needs properties") {
  const PlanDocument plan = parse_unchecked(R"({"name":"p","events":{
    "a_b":{"description":"D.","owner":"o","purpose":"functional","deprecated":"use c_d",
           "properties":{"properties":{"c":true},"required":["c"]}},
    "c_d":{"properties":{"properties":{"c":true}}}}})");
  Findings findings;
  const TypeModel model = build_type_model(plan, findings);
  CHECK(model.events[0].comment == std::vector<std::string>{"D.", "Owner: o.", "Purpose: functional."});
  CHECK(model.events[0].is_deprecated);
  CHECK(model.events[0].deprecated == "use c_d");
  CHECK(model.events[0].needs_properties);
  CHECK_FALSE(model.events[1].needs_properties);
  CHECK_FALSE(model.events[1].is_deprecated);
  CHECK(findings.empty());
}

TEST_CASE("events take their names before their parts do") {
  const PlanDocument plan = parse_unchecked(R"({"name":"p","events":{
    "a_b":{"properties":{"properties":{"c":{"type":"object","properties":{"d":{"enum":["x"]}}}}}},
    "a_b_c":{"properties":{"properties":{"y":true}}}}})");
  Findings findings;
  const TypeModel model = build_type_model(plan, findings);
  Identifiers scope(Language::typescript, Case::upper_camel);
  const std::vector<std::string> names = name_types(model, scope);
  CHECK(names[model.events[0].properties] == "AB");
  CHECK(names[model.events[1].properties] == "ABC");
  CHECK(std::count(names.begin(), names.end(), "ABC2") == 1);
}
