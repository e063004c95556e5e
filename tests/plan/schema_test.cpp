#include "core/plan/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "core/plan/path.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/keywords.hpp"
#include "native/plan/rule_name.hpp"
#include "native/plan/schema_compiler.hpp"
#include "tests/catch.hpp"

using namespace waymark::plan;

namespace {

constexpr uint32_t most_violations = 32;

// Draft 7 without another word, formats asserted.
class Schema {
 public:
  explicit Schema(std::string_view text, Dialect dialect = Dialect::draft7) {
    const auto json = read_exact_json(text);
    REQUIRE(json);
    SchemaOptions options;
    options.dialect = dialect;
    bytes_ = compile_schema(*json, options, findings_);
    if (!bytes_.empty()) REQUIRE(table_.load(bytes_));
  }

  bool is_compiled() const { return !bytes_.empty(); }
  const Findings& findings() const { return findings_; }
  const NodeTable& table() const { return table_; }

  // "path rule; path rule", empty for a valid value.
  std::string judge(std::string_view json, const ValidatorLimits& limits = {}) const {
    Violation violations[most_violations];
    const uint32_t count = validate(table_, table_.root(), json, violations, most_violations, limits);
    std::string result;
    for (uint32_t i = 0; i < count; ++i) {
      char path[256];
      if (i > 0) result += "; ";
      result += path_to(json, violations[i].where, path, sizeof path);
      result += " ";
      result += rule_name(violations[i].rule);
    }
    return result;
  }

  std::string message(std::string_view json) const {
    Violation violation;
    if (validate(table_, table_.root(), json, &violation, 1) == 0) return {};
    return violation_message(table_, violation, json);
  }

 private:
  Findings findings_;
  std::string bytes_;
  NodeTable table_;
};

std::string repeated(std::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("violations name the rule and the place", "[schema]") {
  const Schema schema(R"({"type":"object","properties":{
      "order_id":{"type":"string","pattern":"^ord_"},
      "value":{"type":"number","minimum":0,"multipleOf":0.01},
      "items":{"type":"array","minItems":1,"items":{"type":"object","required":["sku"],
        "properties":{"sku":{"maxLength":3}}}}},
    "required":["order_id","value"],"additionalProperties":false})");
  CHECK(schema.judge(R"({"order_id":"ord_1","value":1.5,"items":[{"sku":"abc"}]})").empty());
  CHECK(schema.judge(R"({"order_id":"x","value":-0.001})") == "/order_id pattern; /value minimum; /value multipleOf");
  CHECK(schema.judge("{}") == " required;  required");
  CHECK(schema.judge(R"({ "order_id" : "ord_1" , "value" : 1 , "colour" : "red" })") == "/colour additionalProperties");
  CHECK(schema.judge(R"({"order_id":"ord_1","value":1,"items":[]})") == "/items minItems");
  CHECK(schema.judge(R"({"order_id":"ord_1","value":1,"items":[{"sku":"abc"},{},{"sku":"abcd"},7]})") ==
        "/items/1 required; /items/2/sku maxLength; /items/3 type");
  CHECK(schema.judge("[]") == " type");
  CHECK(schema.judge(" 1 ") == " type");
}

TEST_CASE("messages say what is wrong", "[schema]") {
  CHECK(Schema(R"({"required":["order_id"]})").message("{}") == "the property `order_id` is missing");
  CHECK(Schema(R"({"additionalProperties":false})").message(R"({"a\u0062":1})") == "the property `ab` is not known");
  CHECK(Schema(R"({"type":["string","null"]})").message("1") == "must be null or string, is number");
  CHECK(Schema(R"({"type":"boolean"})").message("null") == "must be boolean, is null");
  CHECK(Schema(R"({"minimum":0.10})").message("0") == "must be >= 0.1");
  CHECK(Schema(R"({"enum":["b","a"]})").message("1") == R"(must be one of "a", "b")");
  CHECK(Schema(R"({"const":{"a":[1]}})").message("1") == R"(must be {"a":[1]})");
  CHECK(Schema(R"({"pattern":"^a$"})").message(R"("b")") == "must match the pattern `^a$`");
  CHECK(Schema(R"({"format":"date"})").message(R"("b")") == "must be of the format `date`");
  CHECK(Schema(R"({"maxLength":1})").message(R"("bb")") == "must have at most 1 character");
}

TEST_CASE("a violation stops at the capacity", "[schema]") {
  const Schema schema(R"({"items":{"type":"string"}})");
  Violation violations[3];
  CHECK(validate(schema.table(), schema.table().root(), "[1,2,3,4]", violations, 3) == 3);
  CHECK(validate(schema.table(), schema.table().root(), "[1]", nullptr, 0) == 1);
  CHECK(validate(schema.table(), schema.table().root(), R"(["a"])", nullptr, 0) == 0);
}

TEST_CASE("keys and strings compare after their escapes are undone", "[schema]") {
  const Schema schema(R"({"properties":{"caf\u00e9":{"const":"\ud83d\ude00/"}},"required":["café"],
    "additionalProperties":false})");
  CHECK(schema.judge(R"({"caf\u00E9":"😀\/"})").empty());
  CHECK(schema.judge(R"({"\u0063afé":"\uD83D\uDE00\u002f"})").empty());
  CHECK(schema.judge(R"({"café":"\ud83d\ude01/"})") == "/café const");
  CHECK(Schema(R"({"properties":{"a\u0000b":false}})").judge(R"({"a\u0000b":1})") == R"(/a\u0000b false)");
  CHECK(Schema(R"({"properties":{"a\u0000b":false}})").judge(R"({"a\u0000c":1,"a":1})").empty());
}

TEST_CASE("lengths count code points", "[schema]") {
  const Schema schema(R"({"minLength":2,"maxLength":3})");
  CHECK(schema.judge(R"("😀")") == " minLength");
  CHECK(schema.judge(R"("😀é")").empty());
  CHECK(schema.judge(R"("\ud83d\ude00\u00e9\n")").empty());
  CHECK(schema.judge(R"("\ud83d\ude00\u00e9\nx")") == " maxLength");
}

TEST_CASE("numbers stay decimals", "[schema]") {
  CHECK(Schema(R"({"maximum":9007199254740992})").judge("9007199254740993") == " maximum");
  CHECK(Schema(R"({"maximum":123456789012345678901234567890})").judge("123456789012345678901234567890").empty());
  CHECK(Schema(R"({"maximum":123456789012345678901234567890})").judge("123456789012345678901234567891") == " maximum");
  CHECK(Schema(R"({"const":1e400})").judge("10e399").empty());
  CHECK(Schema(R"({"const":1e400})").judge("10e400") == " const");
  CHECK(Schema(R"({"exclusiveMaximum":0.3})").judge("0.30") == " exclusiveMaximum");
  CHECK(Schema(R"({"multipleOf":0.01})").judge("4.35").empty());
  CHECK(Schema(R"({"type":"integer"})").judge("1e3").empty());
  CHECK(Schema(R"({"type":"integer"})").judge("1.5") == " type");
}

TEST_CASE("enum and const take any value", "[schema]") {
  const Schema schema(R"({"enum":["a",1,null,[1,{"x":2,"y":[]}],{"b":1.0,"a":"é"}]})");
  for (const std::string_view value :
       {R"("\u0061")", "1.0", "null", R"([1e0,{"y":[],"x":2.0}])", R"({"a":"\u00e9","b":1})"}) {
    INFO(value);
    CHECK(schema.judge(value).empty());
  }
  for (const std::string_view value : {R"("b")", "2", "false", "[]", R"([1,{"y":[],"x":2,"z":1}])", R"({"a":"é"})",
                                       R"({"a":"é","b":1,"c":1})", R"([1,{"x":2}])", "{}"}) {
    INFO(value);
    CHECK(schema.judge(value) == " enum");
  }
}

TEST_CASE("combinations report themselves, not their parts", "[schema]") {
  CHECK(Schema(R"({"anyOf":[{"type":"string"},{"minimum":3}]})").judge("1") == " anyOf");
  CHECK(Schema(R"({"oneOf":[{"type":"number"},{"minimum":3}]})").judge("5") == " oneOf");
  CHECK(Schema(R"({"oneOf":[{"type":"string"},{"minimum":3}]})").judge("1") == " oneOf");
  CHECK(Schema(R"({"not":{}})").judge("1") == " not");
  CHECK(Schema(R"({"allOf":[{"minimum":2},{"maximum":0}]})").judge("1") == " minimum;  maximum");
  CHECK(Schema(R"({"if":{"minimum":2},"then":{"maximum":3},"else":{"const":0}})").judge("4") == " maximum");
  CHECK(Schema(R"({"if":{"minimum":2},"then":{"maximum":3},"else":{"const":0}})").judge("1") == " const");
  // Each group counts for itself.
  const Schema groups(R"({"minLength":1,"anyOf":[{"maxLength":3}],"not":{"pattern":"b"},"oneOf":[{},false]})");
  CHECK(groups.judge(R"("aaa")").empty());
  CHECK(groups.judge(R"("aaab")") == " anyOf;  not");
}

TEST_CASE("a container that is left early is gone through again", "[schema]") {
  // The first member already tells that the item is not contained; what follows it is no item.
  const Schema schema(R"({"contains":{"additionalProperties":{"type":"null"}}})");
  CHECK(schema.judge(R"([{"a":1,"b":null},{"a":1,"b":[null]}])") == " contains");
  CHECK(schema.judge(R"([{"a":1,"b":null},{"a":null}])").empty());
  const Schema several(R"({"items":{"not":{"items":{"type":"null"}},"maxItems":2}})");
  CHECK(several.judge(R"([[1,null],[1,2,3],[null]])") == "/1 maxItems; /2 not");
}

TEST_CASE("dependencies bind objects alone", "[schema]") {
  const Schema schema(R"({"dependencies":{"a":["b","c"],"d":{"maxProperties":1}}})");
  CHECK(schema.judge(R"({"b":1})").empty());
  CHECK(schema.judge(R"({"a":1,"c":1})") == " dependencies");
  CHECK(schema.judge(R"({"d":1,"c":1})") == " maxProperties");
  CHECK(schema.judge("[1]").empty());
  const Schema later(R"({"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":false}})", Dialect::draft2020_12);
  CHECK(later.judge(R"({"a":1})") == " dependentRequired");
  CHECK(later.judge(R"({"c":1})") == " false");
  CHECK(later.judge(R"("c")").empty());
}

TEST_CASE("more names than the validator keeps in mind are all required", "[schema]") {
  std::string names;
  std::string members;
  for (int i = 0; i < 100; ++i) {
    names += (i ? ",\"n" : "\"n") + std::to_string(i) + '"';
    members += (i ? ",\"n" : "\"n") + std::to_string(i) + "\":1";
  }
  const Schema schema("{\"properties\":{\"n7\":{\"type\":\"number\"},\"other\":{}},\"required\":[" + names +
                      "],\"additionalProperties\":true}");
  CHECK(schema.judge("{" + members + "}").empty());
  for (int i = 0; i < 100; ++i) {
    std::string missing = "{" + members + ",\"x\":1}";
    const std::string member = "\"n" + std::to_string(i) + "\":1,";
    missing.erase(missing.find(member), member.size());
    INFO(i);
    CHECK(schema.judge(missing) == " required");
  }
}

TEST_CASE("uniqueItems is exact", "[schema]") {
  const Schema schema(R"({"uniqueItems":true})");
  CHECK(schema.judge(R"([1,"1",[1],{"a":1},true,null,1.5,[[1]],"",[],{}])").empty());
  CHECK(schema.judge("[1,2,1.0]") == " uniqueItems");
  CHECK(schema.judge(R"([{"a":1,"b":[2,{"c":null}]},{"b":[2.0,{"c":null}],"a":1e0}])") == " uniqueItems");
  CHECK(schema.judge(R"(["\u0061","a"])") == " uniqueItems");
  CHECK(schema.judge(R"([[1,2],[2,1]])").empty());
  CHECK(schema.judge("[false,0,\"\",null]").empty());
  CHECK(schema.judge(R"([{"a":1},{"a":1,"b":2},{"b":2}])").empty());
}

TEST_CASE("uniqueItems finds repetitions beyond what fits its slots", "[schema]") {
  const Schema schema(R"({"uniqueItems":true})");
  std::string items;
  for (int i = 0; i < 1000; ++i) items += (i ? "," : "") + std::to_string(i);
  CHECK(schema.judge("[" + items + "]").empty());
  CHECK(schema.judge("[" + items + ",0]") == " uniqueItems");
  CHECK(schema.judge("[" + items + ",999.0]") == " uniqueItems");
  CHECK(schema.judge("[" + items + ",500]") == " uniqueItems");
  std::vector<UniqueSlot> slots(4096);
  CHECK(schema.judge("[" + items + "]", {96, slots.data(), 4096}).empty());
  CHECK(schema.judge("[" + items + ",500]", {96, slots.data(), 4096}) == " uniqueItems");
}

TEST_CASE("items that were made to have one hash are given up, not compared each with each", "[schema]") {
  const Schema schema(R"({"uniqueItems":true})");
  const auto numbers = [&](uint64_t count) {
    std::string items;
    for (uint64_t i = 0; i < count; ++i) items += (i ? "," : "") + std::to_string(100'000'000'000'000 + i * 0xFFFFFFFB);
    return schema.judge("[" + items + "]");
  };
  CHECK(numbers(10).empty());
  CHECK(numbers(1000) == " work");
}

TEST_CASE("a schema that is nothing but a reference may be referred to", "[schema]") {
  const Schema schema(R"({"allOf":[{"$ref":"#/definitions/p"}],
                          "definitions":{"p":{"properties":{"a":{"$ref":"#"}},"type":"object"}}})");
  CHECK(schema.judge(R"({"a":{"a":{}}})").empty());
  CHECK(schema.judge(R"({"a":{"a":1}})") == "/a/a type");
}

TEST_CASE("recursion into the value works, and is bounded", "[schema]") {
  const Schema schema(R"({"items":{"$ref":"#"},"type":"array"})");
  const std::string deep = repeated("[", 30) + repeated("]", 30);
  CHECK(schema.judge(deep).empty());
  CHECK(schema.judge(repeated("[", 20) + "1" + repeated("]", 20)).find("type") != std::string::npos);
  CHECK(schema.judge(deep, {8, nullptr, 0}) == " depth");
  const std::string deeper = repeated("[", 2000) + repeated("]", 2000);
  CHECK(schema.judge(deeper) == " depth");
  CHECK(schema.judge(deeper, {4000, nullptr, 0}).empty());
}

TEST_CASE("work is bounded where branches lead into branches", "[schema]") {
  // Each level is judged twice by each level above it.
  const Schema schema(R"({"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["a","b"]},
                                   {"properties":{"a":{"$ref":"#"}},"required":["a","c"]},
                                   {"properties":{"a":{"$ref":"#"}}}]})");
  const std::string value = repeated(R"({"a":)", 30) + "1" + repeated("}", 30);
  CHECK(schema.judge(value) == " work");
  CHECK(schema.judge(R"({"a":{"a":1}})").empty());
}

TEST_CASE("schemas that cannot be kept are errors with a place", "[schema]") {
  struct Case {
    std::string_view schema;
    std::string_view pointer;
    std::string_view message;
  };
  const Case cases[] = {
      {R"({"type":"strin"})", "/type", "no type"},
      {R"({"type":["string",1]})", "/type/1", "no type"},
      {R"({"properties":{"a":{"minimum":"5"}}})", "/properties/a/minimum", "must be a number"},
      {R"({"exclusiveMinimum":true})", "/exclusiveMinimum", "must be a number"},
      {R"({"minLength":-1})", "/minLength", "0 or more"},
      {R"({"maxItems":1.5})", "/maxItems", "whole number"},
      {R"({"multipleOf":0})", "/multipleOf", "above 0"},
      {R"({"multipleOf":1.234567890123456789})", "/multipleOf", "18 digits"},
      {R"({"enum":"a"})", "/enum", "must be an array"},
      {R"({"required":"a"})", "/required", "array"},
      {R"({"required":["a","a"]})", "/required/1", "twice"},
      {R"({"required":[1]})", "/required/0", "string"},
      {R"({"properties":[]})", "/properties", "must be an object"},
      {R"({"properties":{"a":1}})", "/properties/a", "not a schema"},
      {R"({"allOf":[]})", "/allOf", "array of schemas"},
      {R"({"uniqueItems":"yes"})", "/uniqueItems", "true or false"},
      {R"({"pattern":"("})", "/pattern", "at byte"},
      {"{\"pattern\":\"a(?=b)\"}", "/pattern", "at byte"},
      {R"({"pattern":1})", "/pattern", "must be a string"},
      {R"({"patternProperties":{"[":{}}})", "/patternProperties/[", "at byte"},
      {R"({"format":1})", "/format", "must be a string"},
      {R"({"$ref":1})", "/$ref", "must be a string"},
      {R"({"$ref":"#/definitions/a"})", "/$ref", "leads nowhere"},
      {R"({"$ref":"#a"})", "/$ref", "leads nowhere"},
      {R"({"$ref":"https://example.com/a.json"})", "/$ref", "out of the document"},
      {R"({"$ref":"#/a","a":1})", "/$ref", "no schema"},
      {R"({"$ref":"#"})", "", "circle"},
      {R"({"allOf":[{"$ref":"#/definitions/a"}],"definitions":{"a":{"not":{"$ref":"#"}}}})", "", "circle"},
      {R"({"$schema":"http://json-schema.org/draft-04/schema#"})", "/$schema", "dialect"},
      {R"([])", "", "not a schema"},
  };
  for (const Case& bad : cases) {
    INFO(bad.schema);
    const Schema schema(bad.schema);
    CHECK_FALSE(schema.is_compiled());
    bool is_found = false;
    for (const Finding& finding : schema.findings()) {
      is_found |= finding.severity == Severity::error && finding.pointer == bad.pointer &&
                  finding.message.find(bad.message) != std::string::npos && !finding.hint.empty();
      UNSCOPED_INFO(finding.pointer << ": " << finding.message);
    }
    CHECK(is_found);
  }
  for (const std::string_view left_out :
       {R"({"unevaluatedProperties":false})", R"({"unevaluatedItems":{"type":"string"}})", R"({"$dynamicRef":"#a"})",
        R"({"items":[{}]})", R"({"$id":"a#b"})"}) {
    INFO(left_out);
    CHECK_FALSE(Schema(left_out, Dialect::draft2020_12).is_compiled());
  }
}

TEST_CASE("what does not matter is a warning at most", "[schema]") {
  const auto warnings = [](std::string_view text, Dialect dialect) {
    const Schema schema(text, dialect);
    CHECK(schema.is_compiled());
    return schema.findings().size();
  };
  CHECK(warnings(R"({"unevaluatedProperties":true,"$comment":"x","title":1})", Dialect::draft2020_12) == 0);
  CHECK(warnings(R"({"prefixItems":[{}]})", Dialect::draft7) == 1);
  CHECK(warnings(R"({"additionalItems":false})", Dialect::draft2020_12) == 1);
  CHECK(warnings(R"({"definitions":{"unused":{"type":"strin"}}})", Dialect::draft7) == 1);
  CHECK(warnings(R"({"format":"colour"})", Dialect::draft7) == 1);
  CHECK(warnings(R"({"format":"colour"})", Dialect::draft2020_12) == 0);
}

TEST_CASE("equal schemas stand once", "[schema]") {
  std::string members;
  for (int i = 0; i < 50; ++i) {
    members += (i ? ",\"p" : "\"p") + std::to_string(i) + "\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"}";
  }
  const Schema once(R"({"properties":{"p":{"type":"string","pattern":"^[a-z]+$"}}})");
  const Schema often("{\"properties\":{" + members + "}}");
  // 49 names and what they stand for.
  CHECK(often.table().words() == once.table().words() + 49 * 2);
}
