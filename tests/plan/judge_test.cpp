#include "native/plan/judge.hpp"

#include "native/plan/compile.hpp"
#include "native/plan/json_walk.hpp"
#include "native/plan/schema_compiler.hpp"
#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

// The answer on a value by a schema alone: "valid", or "PATH RULE" for each violation.
std::string answer_of(const std::string& answer) {
  const Json json = Json::parse(answer);
  if (json["valid"] == true) {
    CHECK(json.size() == 1);
    return "valid";
  }
  CHECK_FALSE(json["violations"].empty());
  std::string out;
  for (const Json& violation : json["violations"]) {
    CHECK_FALSE(violation["message"].get<std::string>().empty());
    if (!out.empty()) out += ", ";
    out += violation["path"].get<std::string>() + ' ' + violation["rule"].get<std::string>();
  }
  return out;
}

struct BySchema {
  explicit BySchema(std::string_view schema) {
    Findings findings;
    bytes = compile_schema(Json::parse(schema), {}, findings);
    REQUIRE(table.load(bytes));
  }
  std::string operator()(std::string_view line) { return answer_of(Judge(table).judge(line)); }
  std::string bytes;
  NodeTable table;
};

struct ByPlan {
  explicit ByPlan(std::string_view text, std::string_view the_event = {}) : event(the_event) {
    Findings findings;
    bytes = compile_plan(good_plan(text), findings, {}, Detail::explained);
    REQUIRE(plan.load(bytes));
  }
  std::string operator()(std::string_view line) { return answer_of(Judge(plan, event).judge(line)); }
  std::string event;
  std::string bytes;
  Plan plan;
};

std::string nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

constexpr std::string_view order = R"("order_placed":{"properties":{"type":"object","required":["order_id"],
    "properties":{"order_id":{"type":"string"},"total":{"minimum":0}},"additionalProperties":false}})";

}  // namespace

TEST_CASE("lines that are not JSON are told so") {
  BySchema judge("true");
  for (const std::string_view line : {"", " ", "\t\r", "{", "nul", "\xff", "\"\\ud800\"", "1 2", "01", "[1,]",
                                      "{\"a\":1,}", "\xEF\xBB\xBF{}", "'a'", "NaN", "[1}", "\"a\nb\""}) {
    CAPTURE(line);
    CHECK(judge(line) == " json");
  }
  CHECK(judge(std::string_view("1\0", 2)) == " json");
  CHECK(judge(std::string_view("\"\0\"", 3)) == " json");
  for (const std::string_view line : {"1", "null", " {} \r", "1e400", "-0.0", "\"\\ud83d\\ude00\"", "\"é\""}) {
    CAPTURE(line);
    CHECK(judge(line) == "valid");
  }
}

TEST_CASE("a schema alone judges values of any depth up to the bound") {
  BySchema any("true");
  BySchema list(R"({"type":"array","items":{"$ref":"#"}})");
  for (const size_t depth : {size_t{30}, size_t{31}, size_t{32}, size_t{33}, value_depth}) {
    CHECK(any(nested(depth)) == "valid");
    CHECK(list(nested(depth)) == "valid");
  }
  CHECK(any(nested(value_depth + 1)) == " depth");
  CHECK(any(nested(1'000'000)) == " depth");
  CHECK(any(std::string(1'000'000, '[')) == " json");
  CHECK(any(nested(100) + "]") == " json");
  CHECK(any(std::string(50, '[') + "tru" + std::string(50, ']')) == " json");
  std::string path;
  for (int i = 0; i < 50; ++i) path += "/0";
  CHECK(list(std::string(50, '[') + "7" + std::string(50, ']')) == path + " type");
}

TEST_CASE("paths are pointers into the line") {
  BySchema judge(R"({"additionalProperties":{"items":{"type":"string"}}})");
  CHECK(judge(R"({"a/b~c":["x",1]})") == "/a~1b~0c/1 type");
  CHECK(judge(R"({"\u00e9\"":[1]})") == "/é\"/0 type");
  CHECK(judge(R"({"":[[]]})") == "//0 type");
  CHECK(pointer_to("[1,[2,{\"k\": 3}]]", std::string_view("[1,[2,{\"k\": 3}]]").data()).empty());
}

TEST_CASE("all violations are told, up to the bound") {
  BySchema judge(R"({"items":{"type":"string"}})");
  std::string line = "[1";
  for (int i = 0; i < 200; ++i) line += ",1";
  const std::string answer = judge(line + "]");
  CHECK(std::count(answer.begin(), answer.end(), ',') == most_violations - 1);
}

TEST_CASE("whole events are judged by the plan") {
  ByPlan judge(with_events(order, R"(,"context":{"properties":{"app":{"type":"string"}}},
                                     "traits":{"user":{"required":["plan"]}})"));
  CHECK(judge(R"({"event_name":"order_placed","properties":{"order_id":"1"},"timestamp":"x"})") == "valid");
  CHECK(judge(R"({"event_name":"order_placed","properties":{"order_id":"1","total":-1,"x":2}})") ==
        "/properties/total minimum, /properties/x additionalProperties");
  CHECK(judge(R"({"event_name":"order_placed"})") == "/properties required");
  CHECK(judge(R"({"\u0065vent_name":"order_pl\u0061ced","properties":{"order_id":"1"}})") == "valid");
  CHECK(judge(R"({"event_name":"order_placd"})") == "/event_name unplanned_event");
  CHECK(judge(R"({"event_name":"a\"b"})") == "/event_name unplanned_event");
  CHECK(judge(R"({"event_name":7})") == "/event_name type");
  CHECK(judge(R"({"properties":{}})") == " required");
  CHECK(judge("[]") == " type");
  CHECK(judge(R"({"event_name":"order_placed","properties":[]})") == "/properties type");
  CHECK(judge(R"({"event_name":"page_viewed","properties":{"any":1},"context":{"app":1}})") == "/context/app type");
  CHECK(judge(R"({"event_name":"user_identified","properties":{}})") == "/properties required");
}

TEST_CASE("the properties of one event are judged by the plan") {
  ByPlan judge(with_events(order), "order_placed");
  CHECK(judge(R"({"order_id":"1"})") == "valid");
  CHECK(judge(R"({"total":-1})") == "/total minimum,  required");
  CHECK(judge("3") == " type");
}

TEST_CASE("by a plan the limits of events apply") {
  ByPlan judge(with_events(R"("a_b":{})"), "a_b");
  CHECK(judge(R"({"a":1,"a":2})") == "/a duplicate_key");
  CHECK(judge(R"({"a":[[[[[[[[[]]]]]]]]]})").find("too_deep") != std::string::npos);
  CHECK(judge("{\"a\":" + nested(40) + "}").find("too_deep") != std::string::npos);
  CHECK(judge("{\"a\":\"" + std::string(9000, 'x') + "\"}") == "/a string_too_long");
  std::string large = "{";
  for (int i = 0; i < 5; ++i)
    large += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"" + std::string(8000, 'x') + '"';
  CHECK(judge(large + "}") == " event_too_large");
  BySchema schema("true");
  CHECK(schema(R"({"a":1,"a":2})") == "valid");
  CHECK(schema("\"" + std::string(100'000, 'x') + "\"") == "valid");
}

TEST_CASE("a line over the bound has an answer") { CHECK(answer_of(too_long_answer()) == " size"); }
